-- name: page
-- Stations by code, after a cursor. Secrets stay where they are.
select code, row_to_json(v)
from (
  select s.code, s.name, s.line, s.processes, s.signs_events, s.active,
    b.at as last_seen_at, b.version, b.queue_depth, b.oldest_unsent_s, b.scanner, b.printer, b.folder
  from station s
  left join station_beat b on b.station = s.code
  where (%(after)s::text is null or code > %(after)s)
    and (%(line)s::text is null or line = %(line)s)
  order by code
  limit %(limit)s) v

-- name: one
-- One station.
select row_to_json(v)
from (
  select s.code, s.name, s.line, s.processes, s.signs_events, s.active,
    b.at as last_seen_at, b.version, b.queue_depth, b.oldest_unsent_s, b.scanner, b.printer, b.folder
  from station s
  left join station_beat b on b.station = s.code
  where s.code = %(code)s) v

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

-- name: beat
-- Keep what a heartbeat says in the place of the one before; a heap-only update, no index is touched.
insert into station_beat (station, at, version, queue_depth, oldest_unsent_s, scanner, printer, folder)
values (
  %(station)s, clock_timestamp(), %(version)s, %(queue_depth)s, %(oldest_unsent_s)s,
  %(scanner)s, %(printer)s, %(folder)s)
on conflict (station) do update set
  at = excluded.at,
  version = excluded.version,
  queue_depth = excluded.queue_depth,
  oldest_unsent_s = excluded.oldest_unsent_s,
  scanner = excluded.scanner,
  printer = excluded.printer,
  folder = excluded.folder
returning at

-- name: briefing
-- All a station must know, in one document whose order never changes: its ETag is the hash of it. And the limits in
-- force of each model.
select row_to_json(v), (
  select coalesce(json_agg(o), '[]')
  from (
    select distinct on (model) model, limits
    from limit_set
    join model on model.code = limit_set.model and model.active
    order by model, id desc) o)
from (
  select
    json_build_object('code', s.code, 'name', s.name, 'processes', s.processes) as station,
    s.line,
    (select timezone from plant) as timezone,
    (select json_agg(o) from (
      select process, code, name_ko, name_en, scan, standard_s, rework, null as model
      from process
      order by process) o) as processes,
    (select coalesce(json_agg(o), '[]') from (
      select process, code, name_ko, name_en, active
      from defect_code
      where active and process = any(s.processes)
      order by process, code) o) as defect_codes,
    (select coalesce(json_agg(o), '[]') from (
      select username, name, locale, badge_sha256, role
      from person
      where active and (role in ('manager', 'admin') or role = 'worker' and line = s.line)
      order by username) o) as people,
    (select coalesce(json_agg(o), '[]') from (
      select code, name, line, process, maintenance_due,
        coalesce(maintenance_due <= plant_today() + 7, false) as maintenance_is_due, active
      from equipment
      where active
        and coalesce(line = s.line, true)
        and coalesce(process = any(s.processes), true)
      order by code) o) as equipment,
    (select coalesce(json_agg(o), '[]') from (
      select code, name, line, address, dpi, kinds, station, active
      from printer
      where active and line = s.line
      order by code) o) as printers,
    (select coalesce(json_agg(o), '[]') from (
      select code, name, processes
      from station
      where active and line = s.line
      order by code) o) as stations,
    %(newest_version)s::text as newest_version
  from station s
  where s.code = %(station)s) v
