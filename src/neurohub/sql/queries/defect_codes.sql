-- name: page
-- Defect codes by process and code, after a cursor.
select at, row_to_json(v.shown)
from (
  select d.process || '/' || d.code as at, d as shown
  from defect_code d
  where (%(process)s::integer is null or d.process = %(process)s)
    and (%(after)s::text is null or d.process || '/' || d.code > %(after)s)
  order by 1
  limit %(limit)s) v

-- name: one
-- One defect code of a process.
select row_to_json(v)
from (
  select process, code, name_ko, name_en, active
  from defect_code
  where process = %(process)s
    and code = %(code)s) v

-- name: add
-- Add a defect code from its command.
insert into defect_code (process, code, name_ko, name_en)
select process, code, name_ko, name_en
from jsonb_populate_record(null::defect_code, %(given)s::jsonb)

-- name: change
-- Change the named fields of a defect code, keep the others.
update defect_code t
set (name_ko, name_en, active) = (
  select r.name_ko, r.name_en, r.active
  from jsonb_populate_record(t, %(given)s::jsonb) r)
where t.process = %(process)s
  and t.code = %(code)s
