-- Chores of the service itself: each runs on one worker at a time, at most once in its period.

create table job (
  name text primary key,
  ran_at timestamptz not null default '-infinity'
);
insert into job (name) values ('alerts'), ('targets'), ('quarters'), ('sign_ins');
