//! The tables as both engines have them. `server/tests/store` compares this file with the
//! migrations of each.

diesel::table! {
    users (id) {
        id -> Binary,
        email -> Text,
        email_verified -> Bool,
        password_hash -> Text,
        display_name -> Text,
        locale -> Text,
        role -> Text,
        state -> Text,
        create_time -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
    }
}

diesel::table! {
    email_tokens (id) {
        id -> Binary,
        user_id -> Binary,
        kind -> Text,
        create_time -> BigInt,
        expire_time -> BigInt,
        use_time -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Binary,
        user_id -> Binary,
        refresh_hash -> Binary,
        previous_hash -> Nullable<Binary>,
        device_name -> Text,
        user_agent -> Text,
        address -> Text,
        create_time -> BigInt,
        last_used_time -> BigInt,
        expire_time -> BigInt,
        revoke_time -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Binary,
        user_id -> Binary,
        name -> Text,
        live_name -> Nullable<Text>,
        scopes -> Text,
        prefix -> Text,
        hash -> Binary,
        create_time -> BigInt,
        expire_time -> Nullable<BigInt>,
        last_used_time -> Nullable<BigInt>,
        revoke_time -> Nullable<BigInt>,
    }
}

diesel::table! {
    tariffs (id) {
        id -> Binary,
        name -> Text,
        description -> Text,
        cpu_millicores -> BigInt,
        memory_bytes -> BigInt,
        disk_bytes -> BigInt,
        price_minor -> BigInt,
        currency -> Text,
        network_bytes_per_second -> BigInt,
        snapshot_limit -> BigInt,
        state -> Text,
        create_time -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
    }
}

diesel::table! {
    operating_systems (id) {
        id -> Binary,
        name -> Text,
        version -> Text,
        family -> Text,
        template -> Text,
        nesting -> Bool,
        min_memory_bytes -> BigInt,
        min_disk_bytes -> BigInt,
        state -> Text,
        create_time -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
    }
}

diesel::table! {
    ip_pools (id) {
        id -> Binary,
        name -> Text,
        hypervisor -> Text,
        bridge -> Text,
        vlan_tag -> Nullable<BigInt>,
        kind -> Text,
        network -> Text,
        gateway -> Nullable<Text>,
        first_address -> Binary,
        last_address -> Binary,
        nameservers -> Text,
        create_time -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
    }
}

diesel::table! {
    ip_addresses (id) {
        id -> Binary,
        pool_id -> Binary,
        address -> Binary,
        server_id -> Nullable<Binary>,
        free_time -> BigInt,
    }
}

diesel::table! {
    vmid_counters (hypervisor) {
        hypervisor -> Text,
        next_vmid -> BigInt,
    }
}

diesel::table! {
    servers (id) {
        id -> Binary,
        owner_id -> Binary,
        name -> Text,
        live_name -> Nullable<Text>,
        state -> Text,
        state_reason -> Text,
        tariff_id -> Binary,
        operating_system_id -> Binary,
        cpu_millicores -> BigInt,
        memory_bytes -> BigInt,
        disk_bytes -> BigInt,
        price_minor -> BigInt,
        currency -> Text,
        hypervisor -> Nullable<Text>,
        node -> Nullable<Text>,
        vmid -> Nullable<BigInt>,
        ip_pool_id -> Binary,
        operation_id -> Nullable<Binary>,
        create_time -> BigInt,
        update_time -> BigInt,
        delete_time -> Nullable<BigInt>,
        generation -> BigInt,
        live_id -> Nullable<Binary>,
        wanted_running -> Bool,
    }
}

diesel::table! {
    snapshots (id) {
        id -> Binary,
        server_id -> Binary,
        owner_id -> Binary,
        name -> Text,
        description -> Text,
        state -> Text,
        cpu_millicores -> BigInt,
        memory_bytes -> BigInt,
        disk_bytes -> BigInt,
        create_time -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
    }
}

diesel::table! {
    events (id) {
        id -> Binary,
        server_id -> Nullable<Binary>,
        owner_id -> Binary,
        operation_id -> Nullable<Binary>,
        kind -> Text,
        text -> Text,
        create_time -> BigInt,
    }
}

diesel::table! {
    operations (id) {
        id -> Binary,
        kind -> Text,
        state -> Text,
        server_id -> Binary,
        snapshot_id -> Nullable<Binary>,
        owner_id -> Binary,
        user_id -> Binary,
        request_id -> Nullable<Binary>,
        params -> Text,
        next_step -> BigInt,
        step_count -> BigInt,
        attempt -> BigInt,
        run_after -> BigInt,
        due_time -> Nullable<BigInt>,
        lease_owner -> Nullable<Text>,
        lease_until -> BigInt,
        claim_id -> Nullable<Binary>,
        epoch -> BigInt,
        cancel_requested -> Bool,
        progress_percent -> Nullable<BigInt>,
        progress_text -> Text,
        error_reason -> Nullable<Text>,
        error_message -> Nullable<Text>,
        error_detail -> Nullable<Text>,
        create_time -> BigInt,
        start_time -> Nullable<BigInt>,
        end_time -> Nullable<BigInt>,
    }
}

diesel::table! {
    operation_steps (id) {
        id -> Binary,
        operation_id -> Binary,
        epoch -> BigInt,
        step_index -> BigInt,
        name -> Text,
        direction -> Text,
        status -> Text,
        attempt -> BigInt,
        output -> Text,
        external_ref -> Nullable<Text>,
        detail -> Text,
        create_time -> BigInt,
    }
}

diesel::table! {
    requests (user_id, request_id) {
        user_id -> Binary,
        request_id -> Binary,
        resource -> Binary,
        create_time -> BigInt,
        fingerprint -> Binary,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Binary,
        user_id -> Nullable<Binary>,
        credential -> Text,
        action -> Text,
        target -> Text,
        address -> Text,
        request_id -> Text,
        outcome -> Text,
        reason -> Text,
        create_time -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> Binary,
        body -> Text,
        attempt -> BigInt,
        run_after -> BigInt,
        due_time -> Nullable<BigInt>,
        lease_owner -> Nullable<Text>,
        claim_id -> Nullable<Binary>,
        last_error -> Text,
        gave_up -> Bool,
        create_time -> BigInt,
        done_time -> Nullable<BigInt>,
    }
}

diesel::table! {
    throttles (key_hash) {
        key_hash -> Binary,
        hits -> BigInt,
        window_end -> BigInt,
    }
}

diesel::table! {
    sweep_reports (hypervisor) {
        hypervisor -> Text,
        report -> Text,
        update_time -> BigInt,
    }
}

diesel::table! {
    leader_leases (name) {
        name -> Text,
        holder -> Text,
        lease_until -> BigInt,
    }
}

diesel::table! {
    stat_subjects (number) {
        number -> BigInt,
        kind -> Text,
        subject_id -> Binary,
    }
}

diesel::table! {
    stat_frames (block, look_time) {
        block -> BigInt,
        look_time -> BigInt,
        generation -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    stat_chunks (tier, start_time, subject) {
        tier -> Text,
        start_time -> BigInt,
        subject -> BigInt,
        generation -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    stat_days (day_start, block) {
        day_start -> BigInt,
        block -> BigInt,
        generation -> BigInt,
        pending -> Bool,
        next_slot -> BigInt,
    }
}

diesel::table! {
    stat_retention (name) {
        name -> Text,
        raw_keep -> BigInt,
        minute_keep -> BigInt,
        ten_minutes_keep -> BigInt,
        hour_keep -> BigInt,
        raw_from -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
    }
}

diesel::table! {
    alert_rules (id) {
        id -> Binary,
        owner_id -> Nullable<Binary>,
        name -> Text,
        disabled -> Bool,
        server_id -> Nullable<Binary>,
        condition_json -> Text,
        severity -> Text,
        channels_json -> Text,
        repeat_interval -> Nullable<BigInt>,
        clear_duration -> BigInt,
        create_time -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
        subjects_json -> Nullable<Text>,
    }
}

diesel::table! {
    alerts (id) {
        id -> Binary,
        open_rule_id -> Nullable<Binary>,
        server_id -> Binary,
        owner_id -> Binary,
        state -> Text,
        severity -> Text,
        body -> Text,
        resolve_time -> Nullable<BigInt>,
        generation -> BigInt,
        node_id -> Nullable<Binary>,
    }
}

diesel::table! {
    alert_transitions (position) {
        position -> BigInt,
        id -> Binary,
        alert_id -> Binary,
        owner_id -> Binary,
        kind -> Text,
        body -> Text,
        create_time -> BigInt,
    }
}

diesel::table! {
    alert_silences (id) {
        id -> Binary,
        owner_id -> Nullable<Binary>,
        rule_id -> Nullable<Binary>,
        server_id -> Nullable<Binary>,
        severity -> Nullable<Text>,
        start_time -> BigInt,
        end_time -> BigInt,
        comment -> Text,
        created_by -> Binary,
        create_time -> BigInt,
        node_id -> Nullable<Binary>,
    }
}

diesel::table! {
    alert_counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    channels (id) {
        id -> Binary,
        owner_id -> Nullable<Binary>,
        display_name -> Text,
        target -> Text,
        disabled -> Bool,
        rate_per_minute -> BigInt,
        create_time -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Binary,
        message_id -> Binary,
        target_kind -> Text,
        target_id -> Binary,
        lane -> Text,
        occasion -> Text,
        alert_id -> Nullable<Binary>,
        state -> Text,
        attempts -> BigInt,
        status_code -> Nullable<BigInt>,
        error -> Text,
        run_after -> BigInt,
        due_time -> Nullable<BigInt>,
        lease_owner -> Nullable<Text>,
        claim_id -> Nullable<Binary>,
        start_time -> BigInt,
        create_time -> BigInt,
        end_time -> Nullable<BigInt>,
    }
}

diesel::table! {
    notifications (id) {
        id -> Binary,
        user_id -> Binary,
        message_id -> Binary,
        occasion -> Text,
        create_time -> BigInt,
        read_time -> Nullable<BigInt>,
    }
}

diesel::table! {
    notification_preferences (user_id) {
        user_id -> Binary,
        preferences -> Text,
        update_time -> BigInt,
        generation -> BigInt,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(api_tokens -> users (user_id));
diesel::joinable!(ip_addresses -> ip_pools (pool_id));

diesel::allow_tables_to_appear_in_same_query!(users, sessions, api_tokens);
diesel::allow_tables_to_appear_in_same_query!(ip_addresses, ip_pools);
diesel::allow_tables_to_appear_in_same_query!(servers, tariffs, operating_systems);
