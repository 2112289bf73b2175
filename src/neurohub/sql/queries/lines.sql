-- name: page
-- Lines by code, after a cursor.
select code, row_to_json(v)
from (
  select code, name, daily_target, active
  from line
  where (%(after)s::text is null or code > %(after)s)
  order by code
  limit %(limit)s) v

-- name: one
-- One line.
select row_to_json(v)
from (
  select code, name, daily_target, active
  from line
  where code = %(code)s) v

-- name: add
-- Add a line from its command. (`null::line` would be the built-in geometric type.)
insert into line (code, name, daily_target)
select code, name, daily_target
from jsonb_to_record(%(given)s::jsonb) as r (code text, name text, daily_target integer)

-- name: change
-- Change the named fields of a line, keep the others.
update line t
set (name, daily_target, active) = (
  select r.name, r.daily_target, r.active
  from jsonb_populate_record(t, %(given)s::jsonb) r)
where t.code = %(code)s
