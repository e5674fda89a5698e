drop trigger api_keys_announce_changed on api_keys;
drop trigger api_keys_announce_new on api_keys;
drop function announce_key_change;
drop table nodes;
drop table key_changes;
drop table coherence_revision;
drop function primary_identity;
