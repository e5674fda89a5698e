create table peppers (
    id            text        primary key,
    fingerprint   bytea       not null,
    first_seen_at timestamptz not null,
    constraint peppers_fingerprint_is_hmac_sha256 check (octet_length(fingerprint) = 32)
);
comment on table peppers is 'Which peppers have been in use, so that a node with a wrong one is told at its start. Holds no pepper.';
comment on column peppers.id is 'The id before the colon in CHASER_PEPPERS.';
comment on column peppers.fingerprint is 'HMAC-SHA256 of a fixed text under the pepper: equal for equal peppers, tells nothing else.';
comment on column peppers.first_seen_at is 'When a node first presented it.';

create table api_keys (
    id           uuid        primary key,
    workspace_id uuid        not null references workspaces (id),
    name         text        not null,
    mode         text        not null,
    prefix       text        not null,
    pepper_id    text        not null references peppers (id),
    digest       bytea       not null,
    created_at   timestamptz not null,
    revoked_at   timestamptz,
    replaces     uuid        references api_keys (id),
    constraint api_keys_mode_is_known check (mode in ('live', 'test')),
    constraint api_keys_prefix_is_16_characters check (char_length(prefix) = 16),
    constraint api_keys_digest_is_hmac_sha256 check (octet_length(digest) = 32),
    constraint api_keys_digest_is_unique unique (digest),
    constraint api_keys_have_one_successor unique (replaces)
);
comment on table api_keys is 'Every key ever issued. Rows are never deleted: a revoked key stays listed.';
comment on column api_keys.id is 'Public, random (UUID version 4).';
comment on column api_keys.workspace_id is 'Whose key it is.';
comment on column api_keys.name is 'What people call it, 1 to 100 characters; not unique.';
comment on column api_keys.mode is 'live or test; fixed at creation.';
comment on column api_keys.prefix is 'The first 16 characters of the secret: all that is ever shown again.';
comment on column api_keys.pepper_id is 'The pepper that made the digest.';
comment on column api_keys.digest is 'HMAC-SHA256(pepper, the presented string). The secret itself is nowhere.';
comment on column api_keys.created_at is 'When it was issued.';
comment on column api_keys.revoked_at is 'The first moment at which it no longer authenticates: null while active, ahead during grace.';
comment on column api_keys.replaces is 'The key it was rotated from.';

-- The list: a workspace's keys, newest first.
create index api_keys_of_workspace on api_keys (workspace_id, created_at desc, id desc);

create table idempotency_keys (
    workspace_id    uuid        not null references workspaces (id),
    idempotency_key text        not null,
    request_hash    bytea       not null,
    key_id          uuid        not null references api_keys (id) deferrable initially deferred,
    created_at      timestamptz not null,
    primary key (workspace_id, idempotency_key)
);
comment on table idempotency_keys is 'Requests that made a key and may be sent again by a client that missed the answer; kept for a day.';
comment on column idempotency_keys.workspace_id is 'Idempotency keys of different workspaces do not meet.';
comment on column idempotency_keys.idempotency_key is 'The header''s value.';
comment on column idempotency_keys.request_hash is 'SHA-256 of the request''s meaning: a second, different request under the same key is refused.';
comment on column idempotency_keys.key_id is 'The API key that the first request made.';
comment on column idempotency_keys.created_at is 'When; the row is deleted a day later.';

create index idempotency_keys_by_age on idempotency_keys (created_at);
