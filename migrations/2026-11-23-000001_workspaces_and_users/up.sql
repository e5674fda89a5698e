create table workspaces (
    id         uuid        primary key,
    name       text        not null,
    created_at timestamptz not null
);
comment on table workspaces is 'A customer: keys, usage and people belong to one.';
comment on column workspaces.id is 'Public, random (UUID version 4).';
comment on column workspaces.name is 'What people call it, 1 to 100 characters; not unique.';
comment on column workspaces.created_at is 'When an operator created it.';

create table users (
    id            uuid        primary key,
    workspace_id  uuid        not null references workspaces (id),
    email         text        not null,
    password_hash text        not null,
    created_at    timestamptz not null,
    disabled_at   timestamptz,
    constraint users_email_is_unique unique (email)
);
comment on table users is 'A person who signs in to the dashboard.';
comment on column users.id is 'Public, random (UUID version 4).';
comment on column users.workspace_id is 'The one workspace this person works in.';
comment on column users.email is 'Sign-in name: trimmed and lower-cased before it is stored or looked up.';
comment on column users.password_hash is 'Argon2id in PHC string format (RFC 9106); never a password.';
comment on column users.created_at is 'When an operator created it.';
comment on column users.disabled_at is 'When an operator disabled it; null while the person may sign in.';

-- Who is in a workspace, and the cost of deleting one.
create index users_of_workspace on users (workspace_id);
