-- What the role of a service that only verifies may write: its own row among the nodes, and usage that is added to what
-- is there. docs/rust-services.md lists its grants.

-- Each row belongs to the role that registered it. A role that may end keys, as a server's does, also sweeps the rows of
-- others that have died.
alter table nodes add column role_name text not null default current_user;
comment on column nodes.role_name is 'The database role that the node runs as: no other role of a service may change its row.';
-- A revoke waits for as long as the longest lease: no service may claim one beyond what CHASER_LEASE allows (a minute).
alter table nodes add constraint nodes_lease_is_at_most_a_minute check (lease_ms between 1 and 60000) not valid;
alter table nodes enable row level security;
create policy nodes_are_seen_by_all on nodes for select using (true);
create policy nodes_register_themselves on nodes for insert with check (role_name = current_user);
create policy nodes_change_their_own_row on nodes for update
    using (role_name = current_user) with check (role_name = current_user);
create policy nodes_leave_or_are_swept on nodes for delete
    using (role_name = current_user or has_table_privilege('api_keys', 'update'));

-- The only way in which a service writes usage. With the rights of the owner, so that it needs none on the tables: it can
-- add to what is there, and neither lower nor replace it.
create procedure record_usage(
    process_id uuid, sequence_number bigint, key_ids uuid[], days date[], requests bigint[],
    last_used_at timestamptz[], sessions bigint[], bytes_up bigint[], bytes_down bigint[]
) language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    -- 2^53 - 1: every JSON reader still reads it exactly.
    most constant bigint := 9007199254740991;
begin
    if 0 > any (requests || sessions || bytes_up || bytes_down)
        or most < any (requests || sessions || bytes_up || bytes_down) then
        raise exception 'usage is counted in numbers from 0 to %', most using errcode = 'numeric_value_out_of_range';
    end if;
    -- A batch that is sent again, because the answer to its commit was lost, finds itself registered.
    insert into usage_batches (node_id, sequence, applied_at)
    values (process_id, sequence_number, clock_timestamp())
    on conflict do nothing;
    if not found then
        return;
    end if;
    -- In the order of the keys, so that two nodes' batches wait for each other instead of deadlocking. A row without
    -- requests repeats the key's last use: the version before reads the newest row. Sums stop at what a row can hold, so
    -- that no count keeps a whole batch from being written.
    insert into key_usage as stored
        (key_id, day, workspace_id, requests, last_used_at, sessions, bytes_up, bytes_down)
    select counted.key_id, counted.day, api_keys.workspace_id, counted.requests,
        coalesce(counted.last_used_at, (select max(earlier.last_used_at) from key_usage as earlier
                                        where earlier.key_id = counted.key_id)),
        counted.sessions, counted.bytes_up, counted.bytes_down
    from unnest($3, $4, $5, $6, $7, $8, $9)
        as counted (key_id, day, requests, last_used_at, sessions, bytes_up, bytes_down)
    join api_keys on api_keys.id = counted.key_id
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
