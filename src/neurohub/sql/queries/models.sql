-- name: page
-- Models by code, after a cursor.
select code, row_to_json(v)
from (
  select code, name, active
  from model
  where (%(after)s::text is null or code > %(after)s)
  order by code
  limit %(limit)s) v

-- name: one
-- One model.
select row_to_json(v)
from (
  select code, name, active
  from model
  where code = %(code)s) v

-- name: add
-- Add a model from its command.
insert into model (code, name)
select code, name
from jsonb_populate_record(null::model, %(given)s::jsonb)

-- name: change
-- Change the named fields of a model, keep the others.
update model t
set (name, active) = (
  select r.name, r.active
  from jsonb_populate_record(t, %(given)s::jsonb) r)
where t.code = %(code)s
