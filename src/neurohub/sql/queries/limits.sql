-- name: page
-- Versions of limits, newest first, after a cursor.
select version, row_to_json(v)
from (
  select l.id as version, l.model, l.limits, l.created_at, l.created_by,
    not exists (select from limit_set n where n.model = l.model and n.id > l.id) as current
  from limit_set l
  where (%(model)s::text is null or l.model = %(model)s)
    and (%(after)s::bigint is null or l.id < %(after)s)
    and (not %(current)s::boolean
         or not exists (select from limit_set n where n.model = l.model and n.id > l.id))
  order by l.id desc
  limit %(limit)s) v

-- name: one
-- One version of limits.
select row_to_json(v)
from (
  select l.id as version, l.model, l.limits, l.created_at, l.created_by,
    not exists (select from limit_set n where n.model = l.model and n.id > l.id) as current
  from limit_set l
  where l.id = %(version)s) v

-- name: add
-- Add a version of limits for a model; returns its number.
insert into limit_set (model, limits, created_by)
values (%(model)s, %(limits)s::json, %(actor)s)
returning id
