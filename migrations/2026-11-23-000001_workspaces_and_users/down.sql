drop table users;
drop table workspaces;
