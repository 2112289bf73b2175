-- name: add_person
-- Add a person; no row when the username is taken.
insert into person (username, name, role, locale, line, password_hash, badge_sha256)
values (%(username)s, %(name)s, %(role)s, %(locale)s, %(line)s, %(password_hash)s, %(badge_sha256)s)
on conflict (username) do nothing
returning username

-- name: set_password
-- Give a person another password; no row when there is no such person.
update person
set password_hash = %(password_hash)s
where username = %(username)s
returning username

-- name: add_station
-- Add a station; no row when the code is taken.
insert into station (code, name, line, processes, secret_hash, event_key)
values (%(code)s, %(name)s, %(line)s, %(processes)s::smallint[], %(secret_hash)s, %(event_key)s)
on conflict (code) do nothing
returning code

-- name: line
-- A line of the demo plant.
insert into line (code, name) values (%s, %s)
on conflict (code) do nothing

-- name: model
-- A model of the demo plant.
insert into model (code, name) values (%s, %s)
on conflict (code) do nothing

-- name: limits
-- The first limits of a model.
insert into limit_set (model, limits, created_by)
select %(model)s, %(limits)s::json, %(created_by)s
where not exists (select from limit_set where model = %(model)s)

-- name: equipment
-- Equipment of a line and a process, maintenance due so many days from now in plant time.
insert into equipment (code, name, line, process, maintenance_due)
values (%s, %s, %s, %s, plant_today() + %s::integer)
on conflict (code) do nothing

-- name: printer
-- A printer of a line: which labels it is loaded with, which station drives it.
insert into printer (code, name, line, address, kinds, station) values (%s, %s, %s, %s, %s, %s)
on conflict (code) do nothing

-- name: demo_hash
-- The hash of a demo account, if the demo made it (and not a person with the same name).
select p.password_hash
from person p
where p.username = %(username)s
  and exists (
    select from audit a
    where a.object = 'person'
      and a.key = p.username
      and a.action = 'insert'
      and a.actor = %(actor)s)

-- name: renew_demo_people
-- Give the people that the demo made the demo's password of now.
update person p
set password_hash = %(password_hash)s
where exists (
  select from audit a
  where a.object = 'person'
    and a.key = p.username
    and a.action = 'insert'
    and a.actor = %(actor)s)

-- name: renew_demo_stations
-- The same for the stations that the demo made.
update station s
set secret_hash = %(secret_hash)s, event_key = %(event_key)s
where exists (
  select from audit a
  where a.object = 'station'
    and a.key = s.code
    and a.action = 'insert'
    and a.actor = %(actor)s)

-- name: has_lots
-- Whether any LOT was ever opened.
select exists (select from lot)
