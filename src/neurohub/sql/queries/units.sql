-- name: one
-- A unit by LOT number and sequence.
select unit_json(l, u)
from lot l join unit u on u.lot_id = l.id
where l.lot_number = %s and u.sequence = %s

-- name: look_up
-- Many units at once, by LOT number and sequence, by their place in the lists. `limit 1` keeps the key look-up.
select p.n::integer, l.line, u.serial_issued, u.status, u.passed_process, u.open_process,
       due_process(u.status, u.passed_process), u.rework_count, u.attempts[least(u.passed_process + 1, 8)], u.updated_at,
       u.revision
from unnest(%s::text[], %s::smallint[]) with ordinality p (lot_number, sequence, n)
cross join lateral (select * from lot t where t.lot_number = p.lot_number limit 1) l
cross join lateral (select * from unit t where t.lot_id = l.id and t.sequence = p.sequence limit 1) u

-- name: page
-- Units of a LOT in sequence, after a cursor.
select u.sequence, unit_json(l, u)
from lot l join unit u on u.lot_id = l.id
where l.lot_number = %(lot_number)s and u.sequence > coalesce(%(after)s::bigint, 0)
order by u.sequence
limit %(limit)s

-- name: some
-- Units of a LOT by their sequences.
select unit_json(l, u)
from lot l join unit u on u.lot_id = l.id
where l.lot_number = %s and u.sequence = any (%s::smallint[])
order by u.sequence

-- name: trace
-- Everything known of one unit; `steps` pairs each start with what ended it. Who completes a step did it; an undo
-- or a scrap leaves it to who started.
select row_to_json(t) from (select
  v.*,
  (select coalesce(json_agg(s order by s.step_id), '[]') from (
    select
      b.step_id, b.process, b.attempt, e.result,
      exists (select from history r where r.lot_id = u.lot_id and r.sequence = u.sequence and r.voids_id = e.id)
        as voided,
      b.is_rework, coalesce(c.operator, b.operator) as operator, coalesce(c.station, b.station) as station,
      coalesce(c.equipment, b.equipment) as equipment,
      b.occurred_at as started_at, e.occurred_at as completed_at, coalesce(e.occurred_at, b.occurred_at) as occurred_at,
      greatest(extract(epoch from e.occurred_at - b.occurred_at), 0)::float8 as duration_s,
      coalesce(e.judged, '[]') as measurements, e.limits_version,
      json_strip_nulls(json_build_object(
        'sma_spring', e.process_data ->> 'sma_spring_lot', 'busbar', e.process_data ->> 'busbar_lot',
        'link', e.process_data ->> 'link_lot')) as components,
      case when d.id is not null then json_build_object(
        'code', d.code, 'description', d.description, 'status', d.status, 'decided_by', d.decided_by,
        'reason', d.reason) end as defect
    from history b
    left join history e on e.lot_id = u.lot_id and e.sequence = u.sequence and e.step_id = b.step_id
      and e.kind in ('COMPLETE', 'UNDO', 'SCRAP')
    left join lateral (select e.operator, e.station, e.equipment where e.kind = 'COMPLETE') c on true
    left join defect d on d.lot_id = u.lot_id and d.sequence = u.sequence and d.step_id = b.step_id
    where b.lot_id = u.lot_id and b.sequence = u.sequence and b.kind = 'START') s) as steps,
  (select coalesce(json_agg(defect_json(l, u, d) order by d.id), '[]') from defect d
   where d.lot_id = u.lot_id and d.sequence = u.sequence) as defects,
  (select coalesce(json_agg(p order by p.id), '[]') from (
    select j.id, j.kind,
           label_code(j.kind, l.lot_number, u.sequence) as code, job_status(j) as status, j.is_reprint, j.created_at
    from print_job j where j.lot_id = u.lot_id and j.sequence = u.sequence) p) as labels,
  (select coalesce(json_agg(h order by h.id), '[]') from (
    select h.id, h.event_id, h.kind, h.process, h.result, h.operator, h.station, h.equipment, h.occurred_at,
           h.received_at, h.station_seq, h.flags, h.reason, h.process_data
    from history h where h.lot_id = u.lot_id and h.sequence = u.sequence) h) as events
from lot l
join unit u on u.lot_id = l.id,
lateral json_to_record(unit_json(l, u)) as v (
  wip_id text, serial_number text, lot_number text, sequence integer, status text, passed_process integer,
  open_process integer, due_process integer, rework_count integer, attempt integer, updated_at timestamptz)
where l.lot_number = %s and u.sequence = %s) t

-- name: defects
-- Defects, newest first, after a cursor. Branches, and what is asked apart from them, as in the page of LOTs.
with asked as materialized (
  select %(status)s::text as status, %(process)s::smallint as process, %(line)s::text as line,
         coalesce(%(after)s::bigint, 9223372036854775807) as after, %(limit)s::bigint as size
)
select d.id, defect_json(l, u, d)
from (
  (select t.id, t.lot_id, t.sequence from defect t join lot o on o.id = t.lot_id
   where t.status = (select status from asked) and coalesce(t.process = (select process from asked), true)
     and coalesce(o.line = (select line from asked), true) and t.id < (select after from asked)
   order by t.id desc limit (select size from asked))
  union all
  (select t.id, t.lot_id, t.sequence from defect t join lot o on o.id = t.lot_id
   where (select status from asked) is null and t.process = (select process from asked)
     and coalesce(o.line = (select line from asked), true) and t.id < (select after from asked)
   order by t.id desc limit (select size from asked))
  union all
  (select t.id, t.lot_id, t.sequence from defect t join lot o on o.id = t.lot_id
   where (select num_nulls(status, process) from asked) = 2
     and coalesce(o.line = (select line from asked), true) and t.id < (select after from asked)
   order by t.id desc limit (select size from asked))
) p
cross join lateral (select * from defect t where t.id = p.id limit 1) d
cross join lateral (select * from lot t where t.id = p.lot_id limit 1) l
cross join lateral (select * from unit t where t.lot_id = p.lot_id and t.sequence = p.sequence limit 1) u
order by p.id desc
limit (select size from asked)

-- name: holders
-- Units that hold a component lot, each once, with status and place (recall). The page is cut on the index alone, so
-- that its cost is that of the page and not of all units that hold the lot.
select p.lot_id * 1000::bigint + p.sequence, row_to_json(t)
from (
  select distinct c.lot_id, c.sequence
  from component c
  where c.component_lot = %(component_lot)s
    and (c.lot_id, c.sequence) > (coalesce(%(after)s::bigint, 0) / 1000, coalesce(%(after)s::bigint, 0) %% 1000)
    and (%(line)s::text is null or (select o.line from lot o where o.id = c.lot_id) = %(line)s)
  order by c.lot_id, c.sequence
  limit %(limit)s) p
cross join lateral (select * from lot t where t.id = p.lot_id limit 1) l
cross join lateral (select * from unit t where t.lot_id = p.lot_id and t.sequence = p.sequence limit 1) u
cross join lateral (
  select array_agg(c.kind order by c.kind) as kinds, min(c.process) as process, min(c.installed_at) as installed_at
  from component c
  where c.lot_id = p.lot_id and c.sequence = p.sequence and c.component_lot = %(component_lot)s) c
cross join lateral (select unit_json(l, u) as unit, c.kinds, c.process, c.installed_at, l.line) t
order by 1
