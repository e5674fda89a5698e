drop trigger nodes_learn_of_recent_keys on nodes;
drop function announce_recent_keys();
drop trigger api_keys_announce_new on api_keys;
create constraint trigger api_keys_announce_new after insert on api_keys
    deferrable initially deferred for each row execute function announce_key_change();
drop function announce_new_key();
create or replace function announce_key_change() returns trigger language plpgsql as $$
declare
    now constant timestamptz := clock_timestamp();
    new_rev bigint;
begin
    update coherence_revision set rev = rev + 1 returning rev into new_rev;
    insert into key_changes (rev, key_id, ends_key, ends_at_once, changed_at)
    values (new_rev, new.id, new.revoked_at is not null,
            coalesce(new.revoked_at <= now, false), now);
    perform pg_notify('chaser_key_changed', '');
    return null;
end
$$;
drop function write_key_change(uuid, timestamptz);
alter table nodes drop column pepper_fingerprints;
drop function key_authenticates_at(timestamptz, timestamptz);
