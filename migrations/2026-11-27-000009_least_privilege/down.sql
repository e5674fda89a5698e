drop procedure record_usage(uuid, bigint, uuid[], date[], bigint[], timestamptz[], bigint[], bigint[], bigint[]);
drop policy nodes_leave_or_are_swept on nodes;
drop policy nodes_change_their_own_row on nodes;
drop policy nodes_register_themselves on nodes;
drop policy nodes_are_seen_by_all on nodes;
alter table nodes disable row level security;
alter table nodes drop constraint nodes_lease_is_at_most_a_minute;
alter table nodes drop column role_name;
