-- name: page
-- Printers by code, after a cursor.
select code, row_to_json(v)
from (
  select code, name, line, address, dpi, kinds, station, active
  from printer
  where (%(after)s::text is null or code > %(after)s)
    and (%(line)s::text is null or line = %(line)s)
  order by code
  limit %(limit)s) v

-- name: one
-- One printer.
select row_to_json(v)
from (
  select code, name, line, address, dpi, kinds, station, active
  from printer
  where code = %(code)s) v

-- name: add
-- Add a printer from its command.
insert into printer (code, name, line, address, dpi, kinds, station)
select code, name, line, address, dpi, array(select distinct unnest(kinds) order by 1), station
from jsonb_populate_record(null::printer, %(given)s::jsonb)

-- name: change
-- Change the named fields of a printer, keep the others.
update printer t
set (name, line, address, dpi, kinds, station, active) = (
  select r.name, r.line, r.address, r.dpi, array(select distinct unnest(r.kinds) order by 1), r.station, r.active
  from jsonb_populate_record(t, %(given)s::jsonb) r)
where t.code = %(code)s
