-- name: record
-- Judge and commit a list of start, complete and undo events; one answer each, mapped by `ord`.
select * from record_events_v1(%s::text::json)

-- name: decide
-- A manager's rework, scrap or reopen of one unit.
select decide_unit_v1(%s::text, %s::uuid, %s::text, %s::integer, %s::boolean, %s::text, %s::text)

-- name: station_key
-- The key under which a station signs its events.
select event_key from station where code = %s
