create table dashboard_sessions (
    token_hash   bytea       primary key,
    user_id      uuid        not null references users (id),
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null,
    constraint dashboard_sessions_token_hash_is_sha256 check (octet_length(token_hash) = 32)
);
comment on table dashboard_sessions is 'A browser that is signed in. Deleting the row signs it out, on every node at once.';
comment on column dashboard_sessions.token_hash is 'SHA-256 of the cookie''s token: what is here signs nobody in.';
comment on column dashboard_sessions.user_id is 'Who is signed in.';
comment on column dashboard_sessions.created_at is 'When they signed in.';
comment on column dashboard_sessions.last_seen_at is 'Their last request, to the minute; the idle limit counts from here.';
comment on column dashboard_sessions.expires_at is 'The absolute limit, whatever the activity.';

-- Ending all sessions of a person.
create index dashboard_sessions_of_user on dashboard_sessions (user_id);

create table known_devices (
    token_hash bytea       primary key,
    user_id    uuid        not null references users (id),
    created_at timestamptz not null,
    constraint known_devices_token_hash_is_sha256 check (octet_length(token_hash) = 32)
);
comment on table known_devices is 'A browser that signed in before: strangers'' failed sign-ins do not slow it down (OWASP device cookies).';
comment on column known_devices.token_hash is 'SHA-256 of the device cookie''s token.';
comment on column known_devices.user_id is 'Whose sign-in it remembers; it counts for nobody else.';
comment on column known_devices.created_at is 'When it was remembered; forgotten after 180 days.';

create index known_devices_of_user on known_devices (user_id);

create table sign_in_failures (
    bucket    bytea       primary key,
    clears_at timestamptz not null,
    constraint sign_in_failures_bucket_is_sha256 check (octet_length(bucket) = 32)
);
comment on table sign_in_failures is 'Failed sign-ins, counted once for all nodes (GCRA: one moment per bucket instead of a list).';
comment on column sign_in_failures.bucket is 'SHA-256 of what is counted: an address, or an account from an address or device.';
comment on column sign_in_failures.clears_at is 'When all failures counted so far are forgiven; each one moves it on.';
