create table key_usage (
    key_id       uuid        not null references api_keys (id),
    day          date        not null,
    workspace_id uuid        not null references workspaces (id),
    requests     bigint      not null,
    last_used_at timestamptz not null,
    primary key (key_id, day),
    constraint key_usage_counts_something check (requests > 0)
);
comment on table key_usage is 'Authenticated requests by key and UTC day. A table of its own, so that counting never waits for a revoke, nor a revoke for counting.';
comment on column key_usage.key_id is 'The key that was presented.';
comment on column key_usage.day is 'The UTC day, by PostgreSQL''s clock.';
comment on column key_usage.workspace_id is 'The key''s workspace, repeated here for the workspace''s report.';
comment on column key_usage.requests is 'Requests of that key on that day.';
comment on column key_usage.last_used_at is 'The last of them; a key was last used at its newest day''s value.';

-- The report: a workspace's month.
create index key_usage_of_workspace on key_usage (workspace_id, day);

create table usage_batches (
    node_id    uuid        not null,
    sequence   bigint      not null,
    applied_at timestamptz not null,
    primary key (node_id, sequence)
);
comment on table usage_batches is 'Batches of counts that have been applied: a node that lost the answer to its commit sends the batch again, and it counts once.';
comment on column usage_batches.node_id is 'The server process, random for each start.';
comment on column usage_batches.sequence is 'Counts that process''s batches from 1.';
comment on column usage_batches.applied_at is 'When; the row is deleted a day later, long after the last retry.';

create index usage_batches_by_age on usage_batches (applied_at);
