-- name: all
-- The eight processes as they stand, or as they are for a model.
select row_to_json(v)
from (
  select
    p.process, p.code, p.name_ko, p.name_en, p.scan,
    coalesce(r.standard_s, p.standard_s) as standard_s,
    coalesce(r.rework, p.rework) as rework,
    %(model)s::text as model
  from process p
  left join route r on r.process = p.process and r.model = %(model)s
  where (%(process)s::integer is null or p.process = %(process)s)
  order by p.process) v

-- name: change
-- Change the named fields of a process, keep the others.
update process t
set (name_ko, name_en, standard_s, rework) = (
  select r.name_ko, r.name_en, r.standard_s, r.rework
  from jsonb_populate_record(t, %(given)s::jsonb) r)
where t.process = %(process)s

-- name: change_route
-- Change a process for one model; what is not named stays as it is for that model.
insert into route (model, process, standard_s, rework)
select
  %(model)s, p.process,
  coalesce((%(given)s::jsonb ->> 'standard_s')::integer, r.standard_s, p.standard_s),
  coalesce((%(given)s::jsonb ->> 'rework')::boolean, r.rework, p.rework)
from process p
left join route r on r.process = p.process and r.model = %(model)s
where p.process = %(process)s
on conflict on constraint route_has_one_row_per_model_and_process do update set
  standard_s = excluded.standard_s,
  rework = excluded.rework

-- name: reset_route
-- Let a model follow the process as it stands again.
delete from route
where model = %(model)s
  and process = %(process)s
