drop table usage_reports;

-- What only services know has no place in the old shape.
delete from key_usage where requests = 0;
alter table key_usage
    drop constraint key_usage_traffic_is_exact,
    drop constraint key_usage_requests_have_a_moment,
    drop constraint key_usage_counts_something,
    drop column sessions,
    drop column bytes_up,
    drop column bytes_down,
    alter column last_used_at set not null,
    add constraint key_usage_counts_something check (requests > 0);
comment on table key_usage is 'Authenticated requests by key and UTC day. A table of its own, so that counting never waits for a revoke, nor a revoke for counting.';
comment on column key_usage.requests is 'Requests of that key on that day.';
comment on column key_usage.last_used_at is 'The last of them; a key was last used at its newest day''s value.';
