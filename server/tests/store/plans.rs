//! The plans of the queries that run all the time: each uses the index that was made for it.

use diesel::sql_types::{Nullable, Text};
use hostlerd::adapters::store::connection::Run;

use crate::fixture::Fixture;

#[derive(diesel::QueryableByName)]
struct SqlitePlan {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(diesel::QueryableByName)]
struct MysqlPlan {
    #[diesel(sql_type = Nullable<Text>)]
    possible_keys: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "Extra")]
    extra: Option<String>,
}

/// The queries as the store renders them, with the index each must find.
const HOT: [(&str, &str); 62] = [
    (
        "node_commands_node",
        "SELECT id, action FROM node_commands WHERE node_id = x'00' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "node_commands_open",
        "SELECT id, action FROM node_commands WHERE open = 1 AND node_id = x'00' ORDER BY id LIMIT 100",
    ),
    (
        "node_commands_deadline",
        "SELECT id, state FROM node_commands WHERE open = 1 AND deadline_time <= 5 ORDER BY deadline_time LIMIT 500",
    ),
    (
        "node_commands_create",
        "SELECT id FROM node_commands WHERE create_time < 5 AND open IS NULL ORDER BY create_time LIMIT 500",
    ),
    (
        "channels_owner",
        "SELECT id FROM channels WHERE owner_id = x'00' AND id > x'00' ORDER BY id LIMIT 51",
    ),
    (
        "deliveries_due",
        "SELECT id FROM deliveries WHERE lane = 'post' AND due_time <= 5 ORDER BY due_time LIMIT 10",
    ),
    (
        "deliveries_target",
        "SELECT id, error FROM deliveries WHERE target_id = x'00' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "deliveries_end",
        "SELECT id FROM deliveries WHERE end_time < 5 ORDER BY end_time LIMIT 500",
    ),
    (
        "notifications_user",
        "SELECT id, occasion FROM notifications WHERE user_id = x'00' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "notifications_unread",
        "SELECT COUNT(*) FROM notifications WHERE user_id = x'00' AND read_time IS NULL",
    ),
    (
        "notifications_time",
        "SELECT id FROM notifications WHERE create_time < 5 ORDER BY create_time LIMIT 500",
    ),
    (
        "alerts_state",
        "SELECT id, body FROM alerts WHERE state IN ('pending', 'firing')",
    ),
    (
        "alerts_owner",
        "SELECT id, body FROM alerts WHERE owner_id = x'00' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "alerts_server",
        "SELECT id, body FROM alerts WHERE server_id = x'00' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "alerts_node",
        "SELECT id, body FROM alerts WHERE node_id = x'00' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "alerts_severity",
        "SELECT id, body FROM alerts WHERE severity = 'critical' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "alerts_resolve_time",
        "SELECT id FROM alerts WHERE resolve_time < 5 ORDER BY resolve_time LIMIT 500",
    ),
    (
        "alert_transitions_owner",
        "SELECT position, body FROM alert_transitions WHERE owner_id = x'00' AND position > 5 ORDER BY position LIMIT 200",
    ),
    (
        "alert_transitions_alert",
        "SELECT position, body FROM alert_transitions WHERE alert_id = x'00' ORDER BY position DESC LIMIT 100",
    ),
    (
        "alert_silences_end_time",
        "SELECT id FROM alert_silences WHERE end_time > 5",
    ),
    (
        "servers_owner_live",
        "SELECT id, name FROM servers WHERE owner_id = x'00' AND live_id IS NOT NULL AND live_id < x'ff' ORDER BY live_id DESC LIMIT 51",
    ),
    (
        "servers_live",
        "SELECT id, name FROM servers WHERE live_id IS NOT NULL ORDER BY live_id DESC LIMIT 51",
    ),
    (
        "servers_delete_time",
        "SELECT id FROM servers WHERE delete_time < 5 ORDER BY delete_time LIMIT 500",
    ),
    (
        "servers_live_name",
        "SELECT id FROM servers WHERE owner_id = x'00' AND live_name = 'web'",
    ),
    (
        "servers_live_name",
        "SELECT COUNT(*) FROM servers WHERE owner_id = x'00' AND live_name IS NOT NULL",
    ),
    (
        "ip_addresses_holder",
        "SELECT address FROM ip_addresses WHERE server_id IN (x'00', x'01')",
    ),
    (
        "ip_addresses_free",
        "SELECT id FROM ip_addresses WHERE pool_id = x'00' AND server_id IS NULL ORDER BY free_time, address LIMIT 8",
    ),
    (
        "operations_due",
        "SELECT id FROM operations WHERE due_time <= 5 ORDER BY due_time LIMIT 10",
    ),
    (
        "operations_owner",
        "SELECT id, kind FROM operations WHERE owner_id = x'00' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "operation_steps_operation",
        "SELECT id, name FROM operation_steps WHERE operation_id = x'00' ORDER BY id",
    ),
    (
        "outbox_due",
        "SELECT id FROM outbox WHERE due_time <= 5 ORDER BY due_time LIMIT 10",
    ),
    (
        "sessions_user",
        "SELECT id, address FROM sessions WHERE user_id = x'00' AND revoke_time IS NULL AND expire_time > 5 ORDER BY id DESC LIMIT 51",
    ),
    (
        "api_tokens_hash",
        "SELECT id FROM api_tokens WHERE hash IN (x'00', x'01')",
    ),
    (
        "audit_events_time",
        "SELECT id, action FROM audit_events WHERE create_time <= 5 AND (create_time < 5 OR id < x'ff') ORDER BY create_time DESC, id DESC LIMIT 51",
    ),
    (
        "audit_events_user",
        "SELECT id, action FROM audit_events WHERE user_id = x'00' AND create_time <= 5 AND (create_time < 5 OR id < x'ff') ORDER BY create_time DESC, id DESC LIMIT 51",
    ),
    (
        "audit_events_target",
        "SELECT id, action FROM audit_events WHERE target = 'server:1' ORDER BY create_time DESC, id DESC LIMIT 51",
    ),
    (
        "audit_events_action",
        "SELECT id, action FROM audit_events WHERE action = 'Auth.SignIn' AND create_time >= 1 AND create_time < 5 ORDER BY create_time DESC, id DESC LIMIT 51",
    ),
    (
        "audit_events_time",
        "SELECT id FROM audit_events WHERE create_time < 5 ORDER BY create_time, id LIMIT 500",
    ),
    (
        "users_role",
        "SELECT id FROM users WHERE role = 'operator' AND state = 'active'",
    ),
    ("users_email", "SELECT id FROM users WHERE email = 'a@b.co'"),
    (
        "servers_hypervisor_live",
        "SELECT id, name FROM servers WHERE live_id IS NOT NULL AND hypervisor = 'main' AND live_id < x'ff' ORDER BY live_id DESC LIMIT 201",
    ),
    (
        "servers_down",
        "SELECT id, name FROM servers WHERE state IN ('stopped') AND wanted_running = 1 AND id < x'ff' ORDER BY id DESC LIMIT 201",
    ),
    (
        "operations_end",
        "SELECT id FROM operations WHERE end_time < 5 ORDER BY end_time LIMIT 500",
    ),
    (
        "events_time",
        "SELECT id FROM events WHERE create_time < 5 ORDER BY create_time LIMIT 500",
    ),
    (
        "events_server",
        "SELECT id, text FROM events WHERE server_id = x'00' ORDER BY id DESC LIMIT 51",
    ),
    (
        "stat_subjects_subject",
        "SELECT subject_id, number FROM stat_subjects WHERE kind = 'server' AND subject_id IN (x'00', x'01')",
    ),
    (
        "stat_frames_time",
        "SELECT block, look_time FROM stat_frames WHERE look_time < 9 ORDER BY look_time, block LIMIT 1",
    ),
    (
        "PRIMARY",
        "SELECT body FROM stat_frames WHERE block = 1 AND look_time >= 5 AND look_time < 9 ORDER BY look_time LIMIT 240",
    ),
    (
        "PRIMARY",
        "SELECT body FROM stat_frames WHERE block = 1 AND look_time < 9 ORDER BY look_time DESC LIMIT 4",
    ),
    (
        "PRIMARY",
        "SELECT body FROM stat_chunks WHERE tier = 'hour' AND start_time IN (1, 2, 3, 4) AND subject = 7",
    ),
    (
        "PRIMARY",
        "SELECT body FROM stat_chunks WHERE tier = 'raw' AND start_time IN (1, 2, 3, 4) AND subject BETWEEN 0 AND 15",
    ),
    (
        "PRIMARY",
        "SELECT start_time, subject FROM stat_chunks WHERE tier = 'raw' AND start_time < 9 ORDER BY start_time, subject LIMIT 128",
    ),
    (
        "stat_days_pending",
        "SELECT day_start FROM stat_days WHERE pending = 1 AND day_start <= 9 ORDER BY day_start, block LIMIT 1",
    ),
    (
        "stat_days_pending",
        "SELECT day_start FROM stat_days WHERE pending = 1 AND day_start >= 5 AND day_start < 9 AND block = 3",
    ),
    (
        "nodes_key",
        "SELECT id, key_hash FROM nodes WHERE key_hash IN (x'00', x'01')",
    ),
    (
        "nodes_next_key",
        "SELECT id, key_hash FROM nodes WHERE next_key_hash IN (x'00', x'01')",
    ),
    (
        "nodes_state",
        "SELECT id, facts FROM nodes WHERE state = 'online' AND id > x'00' ORDER BY id LIMIT 51",
    ),
    (
        "nodes_instance",
        "SELECT id, epoch, seen_time FROM nodes WHERE instance IN ('a', 'b') AND state = 'online' LIMIT 500",
    ),
    (
        "node_events_node",
        "SELECT id, kind FROM node_events WHERE node_id = x'00' AND id < x'ff' ORDER BY id DESC LIMIT 51",
    ),
    (
        "node_events_time",
        "SELECT id FROM node_events WHERE event_time < 5 ORDER BY event_time LIMIT 500",
    ),
    (
        "enrolment_tokens_token",
        "SELECT id, node_id FROM enrolment_tokens WHERE token_hash = x'00'",
    ),
    (
        "enrolment_tokens_expire",
        "SELECT id FROM enrolment_tokens WHERE expire_time < 5 LIMIT 500",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn hot_queries_use_their_indexes_on_sqlite() {
    let fixture = Fixture::sqlite().await;
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    for (index, query) in HOT {
        let lines: Vec<SqlitePlan> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}"))
            .all(&mut conn)
            .await
            .unwrap();
        let plan: String = lines.into_iter().map(|line| line.detail + "\n").collect();
        // SQLite calls a primary key by what it is.
        let found = match index {
            "PRIMARY" => plan.contains("PRIMARY KEY") || plan.contains("sqlite_autoindex"),
            index => plan.contains(index),
        };
        assert!(found, "{query}\n{plan}");
        assert!(
            !plan.contains("TEMP B-TREE") && !plan.contains("SCAN"),
            "{query}\n{plan}"
        );
    }
}

/// What MariaDB picks depends on how much lies in its tables; what it may pick does not.
#[tokio::test(flavor = "multi_thread")]
async fn hot_queries_can_use_their_indexes_on_mysql() {
    let Some(fixture) = Fixture::mysql().await else {
        return;
    };
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    for (index, query) in HOT {
        let lines: Vec<MysqlPlan> = diesel::sql_query(format!("EXPLAIN {query}"))
            .all(&mut conn)
            .await
            .unwrap();
        for line in lines {
            let extra = line.extra.unwrap_or_default();
            let possible = line.possible_keys.unwrap_or_default();
            // A unique index that finds nothing answers before there is a plan.
            let answered = extra.contains("const table");
            assert!(
                answered || possible.contains(index),
                "{query}\n{possible}; {extra}"
            );
        }
    }
    drop(conn);
    fixture.drop_database().await;
}
