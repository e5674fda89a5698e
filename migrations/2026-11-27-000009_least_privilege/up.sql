-- What the role of a service that only verifies may write: its own row among the nodes, and usage that is added to what
-- is there. docs/rust-services.md lists its grants.

-- Each row belongs to the role that registered it. A role that may end keys, as a server's does, also sweeps the rows of
-- others that have died.
alter table nodes add column role_name text;
alter table nodes alter column role_name set default current_user;
comment on column nodes.role_name is 'The database role that the node runs as: no other role of a service may change its row. Null: it registered before this was noted, and may go on.';
-- A revoke waits for as long as the longest lease: no service may claim one beyond what CHASER_LEASE allows (a minute).
alter table nodes add constraint nodes_lease_is_at_most_a_minute check (lease_ms between 1 and 60000) not valid;
alter table nodes enable row level security;
create policy nodes_are_seen_by_all on nodes for select using (true);
create policy nodes_register_themselves on nodes for insert with check (role_name = current_user);
create policy nodes_change_their_own_row on nodes for update
    using (coalesce(role_name, current_user) = current_user)
    with check (coalesce(role_name, current_user) = current_user);
-- The table by its oid: a name would be looked up with the search path of the role, whose temporary table comes first.
create policy nodes_leave_or_are_swept on nodes for delete
    using (coalesce(role_name, current_user) = current_user or has_table_privilege('api_keys'::regclass, 'update'));

-- The only way in which a service writes usage. With the rights of the owner, so that it needs none on the tables: it can
-- add to what is there, and neither lower nor replace it. Only pg_catalog is searched: where roles may create in the schema
-- public, an operator of theirs would run with the rights of the owner.
create procedure record_usage(
    process_id uuid, sequence_number bigint, key_ids uuid[], days date[], requests bigint[],
    last_used_at timestamptz[], sessions bigint[], bytes_up bigint[], bytes_down bigint[]
) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    -- 2^53 - 1: every JSON reader still reads it exactly.
    most constant bigint := 9007199254740991;
begin
    if 0 > any (requests || sessions || bytes_up || bytes_down)
        or most < any (requests || sessions || bytes_up || bytes_down) then
        raise exception 'usage is counted in numbers from 0 to %', most using errcode = 'numeric_value_out_of_range';
    end if;
    -- No server could read what lies beyond, nor list the keys that it belongs to.
    if '2000-01-01' > any (days) or '9999-12-31' < any (days)
        or '2000-01-01 00:00 UTC' > any (last_used_at) or '9999-12-31 00:00 UTC' < any (last_used_at) then
        raise exception 'usage is counted on days from 2000 to 9999' using errcode = 'datetime_field_overflow';
    end if;
    -- A batch that is sent again, because the answer to its commit was lost, finds itself registered.
    insert into public.usage_batches (node_id, sequence, applied_at)
    values (process_id, sequence_number, clock_timestamp())
    on conflict do nothing;
    if not found then
        return;
    end if;
    -- In the order of the keys, so that two nodes' batches wait for each other instead of deadlocking. A row without
    -- requests repeats the key's last use: the version before reads the newest row. Sums stop at what a row can hold, so
    -- that no count keeps a whole batch from being written.
    insert into public.key_usage as stored
        (key_id, day, workspace_id, requests, last_used_at, sessions, bytes_up, bytes_down)
    select counted.key_id, counted.day, api_keys.workspace_id, counted.requests,
        coalesce(counted.last_used_at, (select max(earlier.last_used_at) from public.key_usage as earlier
                                        where earlier.key_id = counted.key_id)),
        counted.sessions, counted.bytes_up, counted.bytes_down
    from unnest($3, $4, $5, $6, $7, $8, $9)
        as counted (key_id, day, requests, last_used_at, sessions, bytes_up, bytes_down)
    join public.api_keys on api_keys.id = counted.key_id
    where counted.requests > 0 or counted.sessions > 0 or counted.bytes_up > 0 or counted.bytes_down > 0
    order by counted.key_id, counted.day
    on conflict (key_id, day) do update
    set requests = least(stored.requests + excluded.requests, most),
        last_used_at = greatest(stored.last_used_at, excluded.last_used_at),
        sessions = least(stored.sessions + excluded.sessions, most),
        bytes_up = least(stored.bytes_up + excluded.bytes_up, most),
        bytes_down = least(stored.bytes_down + excluded.bytes_down, most);
end
$$;
comment on procedure record_usage is 'Adds a batch of counts to the usage of keys, once for each process and number.';
revoke execute on procedure record_usage from public;
-- Roles that write usage themselves until now, as that of a server which does not own the tables, go on writing it.
do $$
declare
    writer regrole;
begin
    for writer in
        select oid from pg_roles
        where has_table_privilege(oid, 'key_usage', 'insert') and has_table_privilege(oid, 'key_usage', 'update')
            and has_table_privilege(oid, 'usage_batches', 'insert') and not rolsuper and rolname not like 'pg\_%'
    loop
        execute format('grant execute on procedure record_usage to %s', writer);
    end loop;
end
$$;
