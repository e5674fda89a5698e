-- Version n-1 does not notice: it goes on writing requests with their moments, and reads moments as ones that may be absent.
-- `not valid` spares a scan of a large table under a lock; the rows of before keep to it by the constraint they were written under.
alter table key_usage
    add column sessions   bigint not null default 0,
    add column bytes_up   bigint not null default 0,
    add column bytes_down bigint not null default 0,
    alter column last_used_at drop not null,
    drop constraint key_usage_counts_something,
    add constraint key_usage_counts_something
        check (requests >= 0 and (requests > 0 or sessions > 0 or bytes_up > 0 or bytes_down > 0)) not valid,
    add constraint key_usage_requests_have_a_moment
        check (requests = 0 or last_used_at is not null) not valid,
    add constraint key_usage_traffic_is_exact
        check (sessions between 0 and 9007199254740991
            and bytes_up between 0 and 9007199254740991
            and bytes_down between 0 and 9007199254740991) not valid;
comment on table key_usage is 'What each key was used for, by UTC day. A table of its own, so that counting never waits for a revoke, nor a revoke for counting.';
comment on column key_usage.requests is 'Authenticated requests of that key on that day; 0 if only services reported something, or a long answer of the day before went on.';
comment on column key_usage.last_used_at is 'The last request. Where requests is 0, the last one of an earlier day as it was known then (version n-1 reads the newest row), null if there was none: a report is no request.';
comment on column key_usage.sessions is 'Sessions that services reported.';
comment on column key_usage.bytes_up is 'Bytes of request bodies, as carried by the pass-through or reported; at most 2^53-1, which JSON still tells exactly.';
comment on column key_usage.bytes_down is 'Bytes of response bodies, likewise.';

create table usage_reports (
    batch        uuid        primary key,
    content_hash bytea       not null,
    received_at  timestamptz not null,
    constraint usage_reports_hash_is_sha256 check (octet_length(content_hash) = 32)
);
comment on table usage_reports is 'Batches that services reported and that were counted: sent again, each counts once.';
comment on column usage_reports.batch is 'The id that the service chose.';
comment on column usage_reports.content_hash is 'SHA-256 of what was counted, so that a repetition can be told from another batch under the same id.';
comment on column usage_reports.received_at is 'When; the row is deleted after seven days, and the batch would count again.';

create index usage_reports_by_age on usage_reports (received_at);
