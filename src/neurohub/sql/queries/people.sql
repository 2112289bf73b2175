-- name: page
-- People by username, after a cursor. Passwords stay where they are.
select username, row_to_json(v)
from (
  select username, name, role, locale, line, badge_sha256 is not null as has_badge, active, created_at
  from person
  where (%(after)s::text is null or username > %(after)s)
    and (%(role)s::text is null or role = %(role)s)
  order by username
  limit %(limit)s) v

-- name: one
-- One person.
select row_to_json(v)
from (
  select username, name, role, locale, line, badge_sha256 is not null as has_badge, active, created_at
  from person
  where username = %(username)s) v

-- name: add
-- Add a person from the command, which holds no password and no badge, and their hashes.
insert into person (username, name, role, locale, line, password_hash, badge_sha256)
select username, name, role, locale, line, %(password_hash)s, %(badge_sha256)s
from jsonb_populate_record(null::person, %(given)s::jsonb)

-- name: change
-- Change the named fields of a person, keep the others.
update person t
set (name, role, locale, line, active) = (
  select r.name, r.role, r.locale, r.line, r.active
  from jsonb_populate_record(t, %(given)s::jsonb) r)
where t.username = %(username)s

-- name: set_password
-- Replace the hash of a person's password.
update person
set password_hash = %(password_hash)s
where username = %(username)s

-- name: set_badge
-- Give a person another badge, or none; no row when there is no such person.
update person
set badge_sha256 = %(badge_sha256)s
where username = %(username)s
returning username

-- name: lock_admins
-- All admins who can act, locked in one order: two admins who demote each other take turns.
select username
from person
where role = 'admin'
  and active
order by username
for update
