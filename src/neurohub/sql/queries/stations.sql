-- name: page
-- Stations by code, after a cursor. Secrets stay where they are.
select code, row_to_json(v)
from (
  select code, name, line, processes, signs_events, active
  from station
  where (%(after)s::text is null or code > %(after)s)
    and (%(line)s::text is null or line = %(line)s)
  order by code
  limit %(limit)s) v

-- name: one
-- One station.
select row_to_json(v)
from (
  select code, name, line, processes, signs_events, active
  from station
  where code = %(code)s) v

-- name: add
-- Add a station from its command with the hash of its secret and the key of its signatures.
insert into station (code, name, line, processes, secret_hash, event_key)
select
  code, name, line, array(select distinct unnest(processes) order by 1), %(secret_hash)s, %(event_key)s
from jsonb_populate_record(null::station, %(given)s::jsonb)

-- name: change
-- Change the named fields of a station, keep the others.
update station t
set (name, line, processes, active) = (
  select r.name, r.line, array(select distinct unnest(r.processes) order by 1), r.active
  from jsonb_populate_record(t, %(given)s::jsonb) r)
where t.code = %(code)s

-- name: rotate
-- Give a station another secret and with it another signing key.
update station
set secret_hash = %(secret_hash)s,
    event_key = %(event_key)s
where code = %(code)s
