drop trigger api_keys_are_all_kept on api_keys;
drop trigger api_keys_are_kept on api_keys;
drop trigger api_keys_keep_identity on api_keys;
drop function refuse_key_change;

create or replace function announce_key_change() returns trigger language plpgsql as $$
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

drop index key_changes_of_key;
alter table key_changes drop column ends_at_once;
