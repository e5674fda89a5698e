-- Whether a key authenticates at a moment: the rule of `Expiry` in the domain crate, once, for every statement.
create function key_authenticates_at(revoked_at timestamptz, at timestamptz) returns boolean
    language sql immutable parallel safe
    return revoked_at is null or at < revoked_at;
comment on function key_authenticates_at is 'Whether a key that ends at the first moment (null: never) authenticates at the second.';

-- Creating a key needs no order among changes: a node that does not know a key looks it up by its digest. Only what ends
-- a key is numbered and announced, so that creates no longer wait for each other at the one row of coherence_revision.
-- Nodes of the version before cannot look keys up: as long as one of them is a member, new keys are announced as before.
alter table nodes add column looks_up_new_keys boolean not null default false;
comment on column nodes.looks_up_new_keys is 'Whether the node looks up keys that it does not know. False for the version before, which learns of new keys by their announcement.';

alter table peppers add column used_since timestamptz not null default clock_timestamp();
comment on column peppers.used_since is 'When a process last began to make keys with it: a node without it finds out that it lacks a pepper.';

create function write_key_change(key_id uuid, revoked_at timestamptz) returns void language plpgsql as $$
declare
    now constant timestamptz := clock_timestamp();
    new_rev bigint;
begin
    update coherence_revision set rev = rev + 1 returning rev into new_rev;
    insert into key_changes (rev, key_id, ends_key, ends_at_once, changed_at)
    values (new_rev, key_id, revoked_at is not null, not key_authenticates_at(revoked_at, now), now);
    perform pg_notify('chaser_key_changed', '');
end
$$;
comment on function write_key_change is 'Numbers a change of a key and wakes the nodes.';

create or replace function announce_key_change() returns trigger language plpgsql as $$
begin
    perform write_key_change(new.id, new.revoked_at);
    return null;
end
$$;

create function announce_new_key() returns trigger language plpgsql as $$
begin
    if exists (select from nodes where not looks_up_new_keys) then
        perform write_key_change(new.id, new.revoked_at);
    end if;
    return null;
end
$$;
comment on function announce_new_key is 'Announces a new key to nodes of the version before, if there are any.';

drop trigger api_keys_announce_new on api_keys;
create constraint trigger api_keys_announce_new after insert on api_keys
    deferrable initially deferred for each row execute function announce_new_key();

-- A node of the version before that joins later has loaded the keys before it registers. Keys that were committed in
-- between were announced to nobody: it is told of all that were made in the last quarter of an hour, longer than any
-- load takes. The lock waits for creates that are under way, whose trigger cannot see this node yet. With the rights of the
-- owner: the role of a service that joins has none on these tables.
create function announce_recent_keys() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    lock table api_keys in share row exclusive mode;
    perform write_key_change(id, revoked_at) from api_keys
    where created_at > new.registered_at - interval '15 minutes' order by created_at;
    return null;
end
$$;
comment on function announce_recent_keys is 'Tells a node of the version before of the keys that were made while it loaded.';
create trigger nodes_learn_of_recent_keys after insert on nodes for each row
    when (not new.looks_up_new_keys) execute function announce_recent_keys();
