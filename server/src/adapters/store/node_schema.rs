//! The tables of nodes, as diesel sees them.

diesel::table! {
    nodes (id) {
        id -> Binary,
        display_name -> Text,
        labels -> Text,
        state -> Text,
        facts -> Nullable<Text>,
        boot_id -> Text,
        key_hash -> Nullable<Binary>,
        next_key_hash -> Nullable<Binary>,
        epoch -> BigInt,
        instance -> Nullable<Text>,
        attach_time -> Nullable<BigInt>,
        seen_time -> Nullable<BigInt>,
        create_time -> BigInt,
        update_time -> BigInt,
        generation -> BigInt,
        hypervisor -> Nullable<Text>,
        hypervisor_node -> Nullable<Text>,
    }
}

diesel::table! {
    node_events (id) {
        id -> Binary,
        node_id -> Binary,
        kind -> Text,
        detail -> Text,
        event_time -> BigInt,
    }
}

diesel::table! {
    enrolment_tokens (id) {
        id -> Binary,
        token_hash -> Binary,
        display_name -> Text,
        labels -> Text,
        node_id -> Nullable<Binary>,
        create_time -> BigInt,
        expire_time -> BigInt,
        use_time -> Nullable<BigInt>,
        revoke_time -> Nullable<BigInt>,
        key_hash -> Nullable<Binary>,
        enrolled_node_id -> Nullable<Binary>,
    }
}

diesel::table! {
    node_commands (id) {
        id -> Binary,
        node_id -> Binary,
        user_id -> Binary,
        action -> Text,
        state -> Text,
        problem -> Text,
        create_time -> BigInt,
        start_time -> Nullable<BigInt>,
        end_time -> Nullable<BigInt>,
        deadline_time -> BigInt,
        cancel -> Bool,
        open -> Nullable<Bool>,
        settled -> Bool,
    }
}
