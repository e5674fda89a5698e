drop table usage_batches;
drop table key_usage;
