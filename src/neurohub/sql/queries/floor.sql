-- name: numbers
-- The floor as the metrics tell it, every 15 s: units of open LOTs, stations by their last heartbeat, labels under way,
-- and when each chore of the service was last done.
-- Jobs are looked at from the newest back, so that the cost does not grow with the past.
select json_build_object(
  'units', (
    select coalesce(json_agg(u), '[]')
    from (
      select
        coalesce(u.open_process, least(u.passed_process + 1, 8)) as process,
        case when u.open_process is null then u.status else 'OPEN' end as state,
        count(*) as count
      from lot l
      join unit u on u.lot_id = l.id
      where l.status in ('CREATED', 'IN_PROGRESS')
      group by 1, 2) u),
  'stations', (
    select coalesce(json_agg(s), '[]')
    from (
      select s.code, s.line, extract(epoch from clock_timestamp() - b.at)::float8 as age_s, b.queue_depth,
        coalesce(b.oldest_unsent_s, 0) as oldest_unsent_s
      from station_beat b
      join station s on s.code = b.station
      where s.active) s),
  'jobs', (
    select coalesce(json_agg(j), '[]')
    from (
      select n.status, count(*) as count
      from (select job_status(j) as status, j.created_at from print_job j order by j.id desc limit 1000) n
      where n.created_at > clock_timestamp() - interval '1 day'
      group by 1) j),
  'waiting', (
    select coalesce(json_agg(w), '[]')
    from (
      select l.code as line, coalesce(extract(epoch from clock_timestamp() - j.created_at), 0)::float8 as oldest_s
      from line l
      left join lateral (
        select created_at from print_job where line = l.code and status = 'queued' order by id limit 1) j on true
      where l.active) w),
  'chores', (
    select coalesce(json_agg(c), '[]')
    from (select name, greatest(extract(epoch from ran_at), 0)::float8 as done_at from job) c))
