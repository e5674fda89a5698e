drop table idempotency_keys;
drop table api_keys;
drop table peppers;
