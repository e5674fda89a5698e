alter table api_keys
    drop column requests_before_rotation,
    drop column awaits_confirmation_since;
