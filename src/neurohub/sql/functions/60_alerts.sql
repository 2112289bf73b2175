-- Alerts that nobody's command raises: found by looking, every 15 s and at the end of a day. Called by `jobs`.

-- What is wrong on the floor now and lasts until it is not: one row for each cause.
create function lasting_causes() returns table (kind text, severity text, line text, cause text, facts json)
language sql stable as
$$
  select 'STATION_SILENT', 'medium', s.line, s.code,
         json_build_object('station', s.code, 'last_seen_at', b.at)
  from station s join station_beat b on b.station = s.code
  where s.active and b.at < clock_timestamp() - interval '2 minutes'
  union all
  select 'OUTBOX_GROWING', 'medium', s.line, s.code,
         json_build_object('station', s.code, 'queue_depth', b.queue_depth, 'oldest_unsent_s', b.oldest_unsent_s)
  from station s join station_beat b on b.station = s.code
  where s.active and b.at >= clock_timestamp() - interval '2 minutes' and b.oldest_unsent_s >= 300
  union all
  select 'PROCESS_DELAYED', 'medium', l.line, 'step:' || u.open_step_id,
         json_build_object('wip_id', wip_id(l.lot_number, u.sequence), 'process', u.open_process,
                           'station', u.open_station, 'operator', u.open_operator, 'since', u.open_occurred_at)
  from lot l
  join unit u on u.lot_id = l.id
  join process p on p.process = u.open_process
  left join route r on r.process = u.open_process and r.model = l.model
  where l.status in ('CREATED', 'IN_PROGRESS')
    and extract(epoch from clock_timestamp() - u.open_occurred_at) > 1.5 * coalesce(r.standard_s, p.standard_s)
$$;

-- Raise what has begun since the last look, and note the end of what is over. What lasts is not raised again.
create function watch_floor() returns void
language sql as
$$
  with due as materialized (
    select c.kind, c.severity, c.line, c.kind || ':' || c.cause as cause, c.facts from lasting_causes() c
  ),
  begun as (
    insert into alert (kind, severity, line, cause, facts)
    select d.kind, d.severity, d.line, d.cause, d.facts
    from due d
    where not exists (select from alert a where a.cause = d.cause and a.over_at is null)
    on conflict (cause) do update set
      raised_at = clock_timestamp(), facts = excluded.facts, over_at = null, read_at = null, read_by = null
  )
  update alert a set over_at = clock_timestamp()
  where a.kind in ('STATION_SILENT', 'OUTBOX_GROWING', 'PROCESS_DELAYED')
    and a.over_at is null
    and a.cause not in (select d.cause from due d)
$$;

-- Judge the day that has ended, once its last shift is over, each line that worked by its target. A day of the plant
-- goes from the start of its day shift to the next one. For an hour after, so that late events still count.
create function judge_targets(p_now timestamptz) returns void
language sql as
$$
  insert into alert (kind, severity, line, cause, facts)
  select 'TARGET_NOT_MET', 'medium', n.code, format('TARGET_NOT_MET:%s:%s', n.code, d.day),
         json_build_object('date', d.day, 'passed', w.passed, 'target', n.daily_target)
  from plant p
  cross join lateral (
    select ((p_now at time zone p.timezone) - p.day_shift_starts)::date - 1 as day) d
  cross join lateral (
    select (d.day + p.day_shift_starts) at time zone p.timezone as begins,
           (d.day + 1 + p.day_shift_starts) at time zone p.timezone as ends) t
  join line n on n.active
  cross join lateral (
    select count(*) filter (where h.kind = 'COMPLETE' and h.process = 8 and h.result = 'PASS') as passed,
           count(*) as events
    from history h
    join lot l on l.id = h.lot_id
    where h.received_at >= t.begins and h.received_at < t.ends and l.line = n.code) w
  where p_now < t.ends + interval '1 hour'
    and w.events > 0
    and w.passed < 0.8 * n.daily_target
  on conflict (cause) do nothing
$$;

create function alert_json(a alert) returns json
language sql stable as
$$
  select row_to_json(v) from (select
    a.id, a.kind, a.severity, a.line, a.facts, a.raised_at, a.over_at, a.read_at, a.read_by) v
$$;
