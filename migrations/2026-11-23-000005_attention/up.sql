alter table api_keys
    add column awaits_confirmation_since timestamptz,
    add column requests_before_rotation  bigint;
comment on column api_keys.awaits_confirmation_since is 'When its secret was shown in the dashboard; null once somebody said that they saved it, and for keys made through the API.';
comment on column api_keys.requests_before_rotation is 'How often it had been used when it was rotated; null unless it was. What came after tells whether it is still in use.';
