-- name: summary
-- The board of one line (or of all): today's counts from the history, the floor's state from the units.
with
today as materialized (
  select h.kind, h.process, h.result, h.first_verdict, l.line,
         greatest(extract(epoch from h.occurred_at - h.started_at), 0) as duration_s
  from history h join lot l on l.id = h.lot_id
  where h.received_at >= plant_day_begins(plant_today()) and h.kind in ('START', 'COMPLETE')
    and (%(line)s::text is null or l.line = %(line)s)
),
floor as materialized (
  select u.*, due_process(u.status, u.passed_process) as due
  from lot l join unit u on u.lot_id = l.id
  where l.status in ('CREATED', 'IN_PROGRESS') and (%(line)s::text is null or l.line = %(line)s)
),
done as (
  select process, count(*) as n,
         percentile_cont(0.5) within group (order by duration_s) as p50_s,
         percentile_cont(0.95) within group (order by duration_s) as p95_s
  from today where kind = 'COMPLETE' and result = 'PASS' group by process
),
waiting as (
  select due as process,
         count(*) filter (where open_process is null) as waiting,
         count(open_process) as open,
         extract(epoch from clock_timestamp() - min(updated_at) filter (where open_process is null)) as oldest_wait_s,
         extract(epoch from clock_timestamp() - min(open_occurred_at)) as oldest_open_s
  from floor where due is not null group by due
)
select row_to_json(t) from (select
  plant_today() as date,
  (select count(*) from today where kind = 'START') as started,
  (select count(*) from today where kind = 'COMPLETE' and result = 'PASS') as completed,
  (select count(*) from today where result = 'FAIL') as defects,
  (select avg((result = 'PASS')::integer)::float8 from today where first_verdict) as fpy,
  (select coalesce(json_agg(lot_json(l) order by l.id desc), '[]')
   from (select * from lot where status in ('CREATED', 'IN_PROGRESS')
           and (%(line)s::text is null or line = %(line)s) order by id desc limit 50) l) as lots,
  (select json_agg(p order by p.process) from (
    select p.process, coalesce(w.waiting, 0) as waiting, coalesce(w.open, 0) as open, coalesce(d.n, 0) as done_today,
           d.p50_s, d.p95_s, p.standard_s, w.oldest_wait_s::float8,
           case when w.oldest_open_s > 1.5 * p.standard_s then 'DELAYED'
                when w.open > 0 then 'RUNNING'
                when w.waiting > 0 then 'WAITING'
                else 'STARVED' end as state
    from process p
    left join done d on d.process = p.process
    left join waiting w on w.process = p.process) p) as processes,
  (select count(*) from alert where read_at is null and (%(line)s::text is null or line = %(line)s)) as alerts_unread
) t
