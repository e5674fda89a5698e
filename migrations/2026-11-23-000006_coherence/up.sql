-- Which PostgreSQL this is. The timeline changes when a standby takes over; the identifier, when the data was
-- restored elsewhere. Fails on a standby: nobody may verify from one.
create function primary_identity() returns text language sql volatile as $$
    select system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) from pg_control_system()
$$;
comment on function primary_identity is 'System identifier and timeline of the PostgreSQL that answers.';

create table coherence_revision (
    only_row         boolean primary key default true,
    rev              bigint  not null,
    primary_identity text    not null,
    constraint coherence_revision_has_one_row check (only_row)
);
comment on table coherence_revision is 'Counts the changes of keys that nodes must know of. A row and not a sequence: no gaps, and in the order of the commits.';
comment on column coherence_revision.only_row is 'Always true: there is one row.';
comment on column coherence_revision.rev is 'The last change.';
comment on column coherence_revision.primary_identity is 'The PostgreSQL whose record of nodes can be relied on: some node has followed it for as long as a revoke waits.';
insert into coherence_revision (rev, primary_identity) values (0, primary_identity());

create table key_changes (
    rev        bigint      primary key,
    key_id     uuid        not null references api_keys (id),
    ends_key   boolean     not null,
    changed_at timestamptz not null
);
comment on table key_changes is 'What changed, for nodes that read on from where they were; kept for a day.';
comment on column key_changes.rev is 'The change''s number.';
comment on column key_changes.key_id is 'The key that was made, rotated or revoked.';
comment on column key_changes.ends_key is 'Whether the key was revoked or given a last day: somebody may wait until every node knows.';
comment on column key_changes.changed_at is 'When; the row is deleted a day later.';
create index key_changes_by_age on key_changes (changed_at);
create index key_changes_that_end_keys on key_changes (rev) where ends_key;

create table nodes (
    node_id       uuid        primary key,
    applied_rev   bigint      not null,
    beat          bigint      not null,
    lease_ms      bigint      not null,
    registered_at timestamptz not null
);
comment on table nodes is 'Every node that may accept keys. A node whose row is gone has stopped, or stops before its next lease.';
comment on column nodes.node_id is 'The server process, random for each registration.';
comment on column nodes.applied_rev is 'The last change that this node has applied to what it verifies from.';
comment on column nodes.beat is 'Never the same twice, from the node itself: whether it moves is what others go by, never when.';
comment on column nodes.lease_ms is 'How long the node goes on accepting keys after it was last heard of.';
comment on column nodes.registered_at is 'For operators.';

-- A trigger, so that no writer can forget: an operator's `update api_keys set revoked_at = …` reaches every node, too.
-- Deferred to the commit, so that the one row everybody bumps is locked for as short as can be.
create function announce_key_change() returns trigger language plpgsql as $$
declare
    new_rev bigint;
begin
    update coherence_revision set rev = rev + 1 returning rev into new_rev;
    insert into key_changes (rev, key_id, ends_key, changed_at)
    values (new_rev, new.id, new.revoked_at is not null, clock_timestamp());
    perform pg_notify('chaser_key_changed', '');
    return null;
end
$$;
comment on function announce_key_change is 'Numbers a change of a key and wakes the nodes.';

create constraint trigger api_keys_announce_new after insert on api_keys
    deferrable initially deferred for each row execute function announce_key_change();
create constraint trigger api_keys_announce_changed after update on api_keys
    deferrable initially deferred for each row
    when (old.revoked_at is distinct from new.revoked_at or old.digest is distinct from new.digest
        or old.mode is distinct from new.mode or old.workspace_id is distinct from new.workspace_id)
    execute function announce_key_change();
