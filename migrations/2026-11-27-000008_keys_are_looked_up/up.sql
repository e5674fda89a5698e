-- Whether a key authenticates at a moment: the rule of `Expiry` in the domain crate, once, for every statement.
create function key_authenticates_at(revoked_at timestamptz, at timestamptz) returns boolean
    language sql immutable parallel safe
    return revoked_at is null or at < revoked_at;
comment on function key_authenticates_at is 'Whether a key that ends at the first moment (null: never) authenticates at the second.';

-- Creating a key needs no order among changes: a node that does not know a key looks it up by its digest. Only what ends
-- a key is numbered and announced, so that creates no longer wait for each other at the one row of coherence_revision.
-- A node can look up only keys that were made with a pepper of its own. Others are announced to it as before, and tell it
-- that it lacks a pepper. Nodes of the version before look nothing up: to them every new key is announced.
alter table nodes add column pepper_fingerprints bytea[] not null default '{}';
comment on column nodes.pepper_fingerprints is 'The peppers whose keys the node looks up: a new key made with any other is announced to it. Empty for the version before.';

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
    if exists (select from peppers join nodes on peppers.fingerprint <> all (nodes.pepper_fingerprints)
               where peppers.id = new.pepper_id) then
        perform write_key_change(new.id, new.revoked_at);
    end if;
    return null;
end
$$;
comment on function announce_new_key is 'Announces a new key to nodes that cannot look it up, if there are any.';

drop trigger api_keys_announce_new on api_keys;
create constraint trigger api_keys_announce_new after insert on api_keys
    deferrable initially deferred for each row execute function announce_new_key();

-- A node loads the keys before it registers. What was committed in between, and what it cannot look up, was announced to
-- no one: all such keys of the last quarter of an hour, longer than any load takes, are announced now. The locks hold back
-- new peppers, and creates with the peppers that the node lacks, until the node's row is committed and their trigger sees
-- it: a create holds its pepper's row, as the foreign key does, from its insert to its commit. With the rights of the
-- owner: the role of a service that joins has none on these tables.
create function announce_recent_keys() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    now constant timestamptz := clock_timestamp();
    since constant timestamptz := now - interval '15 minutes';
    keys uuid[];
    last_rev bigint;
begin
    lock table peppers in share row exclusive mode;
    perform from peppers where fingerprint <> all (new.pepper_fingerprints) for update;
    if found then
        select array_agg(id order by created_at) into keys from api_keys
        where created_at > since
            and pepper_id in (select peppers.id from peppers where fingerprint <> all (new.pepper_fingerprints));
        -- In one statement: each update of the one revision is a new version of its row, so one by one takes too long for
        -- thousands of keys.
        update coherence_revision set rev = rev + coalesce(cardinality(keys), 0) returning rev into last_rev;
        insert into key_changes (rev, key_id, ends_key, ends_at_once, changed_at)
        select last_rev - cardinality(keys) + recent.number, api_keys.id, revoked_at is not null,
            not key_authenticates_at(revoked_at, now), now
        from unnest(keys) with ordinality as recent (id, number) join api_keys on api_keys.id = recent.id;
        perform pg_notify('chaser_key_changed', '');
    end if;
    return null;
end
$$;
comment on function announce_recent_keys is 'Announces the keys that were made while a node loaded and that it cannot look up.';
create trigger nodes_learn_of_recent_keys after insert on nodes for each row execute function announce_recent_keys();
