drop table sign_in_failures;
drop table known_devices;
drop table dashboard_sessions;
