//! The tables as diesel sees them. Their meaning is in `migrations/`, as comments in SQL.

diesel::table! {
    workspaces (id) {
        id -> Uuid,
        name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        email -> Text,
        password_hash -> Text,
        created_at -> Timestamptz,
        disabled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    dashboard_sessions (token_hash) {
        token_hash -> Bytea,
        user_id -> Uuid,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    known_devices (token_hash) {
        token_hash -> Bytea,
        user_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sign_in_failures (bucket) {
        bucket -> Bytea,
        clears_at -> Timestamptz,
    }
}

diesel::table! {
    peppers (id) {
        id -> Text,
        fingerprint -> Bytea,
        first_seen_at -> Timestamptz,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Uuid,
        workspace_id -> Uuid,
        name -> Text,
        mode -> Text,
        prefix -> Text,
        pepper_id -> Text,
        digest -> Bytea,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        replaces -> Nullable<Uuid>,
        awaits_confirmation_since -> Nullable<Timestamptz>,
        requests_before_rotation -> Nullable<BigInt>,
    }
}

diesel::table! {
    idempotency_keys (workspace_id, idempotency_key) {
        workspace_id -> Uuid,
        idempotency_key -> Text,
        request_hash -> Bytea,
        key_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    key_usage (key_id, day) {
        key_id -> Uuid,
        day -> Date,
        workspace_id -> Uuid,
        requests -> BigInt,
        last_used_at -> Nullable<Timestamptz>,
        sessions -> BigInt,
        bytes_up -> BigInt,
        bytes_down -> BigInt,
    }
}

diesel::table! {
    usage_batches (node_id, sequence) {
        node_id -> Uuid,
        sequence -> BigInt,
        applied_at -> Timestamptz,
    }
}

diesel::table! {
    usage_reports (batch) {
        batch -> Uuid,
        content_hash -> Bytea,
        received_at -> Timestamptz,
    }
}

diesel::table! {
    coherence_revision (only_row) {
        only_row -> Bool,
        rev -> BigInt,
        primary_identity -> Text,
    }
}

diesel::table! {
    key_changes (rev) {
        rev -> BigInt,
        key_id -> Uuid,
        ends_key -> Bool,
        ends_at_once -> Bool,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    nodes (node_id) {
        node_id -> Uuid,
        applied_rev -> BigInt,
        beat -> BigInt,
        lease_ms -> BigInt,
        registered_at -> Timestamptz,
        pepper_fingerprints -> Array<Bytea>,
        role_name -> Nullable<Text>,
    }
}

diesel::joinable!(users -> workspaces (workspace_id));
diesel::joinable!(dashboard_sessions -> users (user_id));
diesel::joinable!(known_devices -> users (user_id));
diesel::joinable!(idempotency_keys -> api_keys (key_id));
diesel::joinable!(key_usage -> api_keys (key_id));
diesel::allow_tables_to_appear_in_same_query!(workspaces, users, dashboard_sessions, known_devices);
diesel::allow_tables_to_appear_in_same_query!(api_keys, idempotency_keys, key_usage);
diesel::allow_columns_to_appear_in_same_group_by_clause!(key_usage::day, api_keys::mode);
diesel::allow_tables_to_appear_in_same_query!(coherence_revision, nodes);
