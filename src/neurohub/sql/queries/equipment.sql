-- name: page
-- Equipment by code, after a cursor; on demand only what is due for maintenance within 7 days.
select code, row_to_json(v)
from (
  select code, name, line, process, maintenance_due,
    active and coalesce(maintenance_due <= plant_today() + 7, false) as maintenance_is_due,
    active
  from equipment
  where (%(after)s::text is null or code > %(after)s)
    and (not %(maintenance_due)s::boolean or active and maintenance_due <= plant_today() + 7)
    and (%(line)s::text is null or line = %(line)s)
  order by code
  limit %(limit)s) v

-- name: one
-- One piece of equipment.
select row_to_json(v)
from (
  select code, name, line, process, maintenance_due,
    active and coalesce(maintenance_due <= plant_today() + 7, false) as maintenance_is_due,
    active
  from equipment
  where code = %(code)s) v

-- name: add
-- Add equipment from its command.
insert into equipment (code, name, line, process, maintenance_due)
select code, name, line, process, maintenance_due
from jsonb_populate_record(null::equipment, %(given)s::jsonb)

-- name: change
-- Change the named fields of equipment, keep the others.
update equipment t
set (name, line, process, maintenance_due, active) = (
  select r.name, r.line, r.process, r.maintenance_due, r.active
  from jsonb_populate_record(t, %(given)s::jsonb) r)
where t.code = %(code)s
