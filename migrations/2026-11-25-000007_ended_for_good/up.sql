-- Whether a change ends its key there and then. Once that was said, no clock may bring the key back: neither one of
-- PostgreSQL's that is set back later, nor a node's that has not heard yet that PostgreSQL's was set forward.
alter table key_changes add column ends_at_once boolean not null default false;
comment on column key_changes.ends_at_once is 'Whether the key had ended when the change was committed: it stays ended, whatever PostgreSQL''s clock says later.';
-- The last change of a key, for nodes that load.
create index key_changes_of_key on key_changes (key_id, rev);

create or replace function announce_key_change() returns trigger language plpgsql as $$
declare
    new_rev bigint;
begin
    update coherence_revision set rev = rev + 1 returning rev into new_rev;
    insert into key_changes (rev, key_id, ends_key, ends_at_once, changed_at)
    values (new_rev, new.id, new.revoked_at is not null,
            coalesce(new.revoked_at <= clock_timestamp(), false), clock_timestamp());
    perform pg_notify('chaser_key_changed', '');
    return null;
end
$$;

-- Nodes know a key by its digest, and learn of its end. What they could not learn of must not happen.
create function refuse_key_change() returns trigger language plpgsql as $$
begin
    raise exception 'nodes would go on accepting the key as it was: %', tg_argv[0]
        using errcode = 'restrict_violation', hint = 'To end a key: update api_keys set revoked_at = clock_timestamp() where id = …';
end
$$;
comment on function refuse_key_change is 'Refuses what no node would learn of.';
create trigger api_keys_keep_identity before update on api_keys for each row
    when (old.id is distinct from new.id or old.digest is distinct from new.digest
        or old.mode is distinct from new.mode or old.workspace_id is distinct from new.workspace_id)
    execute function refuse_key_change('its id, digest, mode and workspace never change');
create trigger api_keys_are_kept before delete on api_keys for each row
    execute function refuse_key_change('rows of api_keys are never deleted');
create trigger api_keys_are_all_kept before truncate on api_keys for each statement
    execute function refuse_key_change('rows of api_keys are never deleted');
