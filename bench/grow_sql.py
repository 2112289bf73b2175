"""The statements of `grow`: a finished unit becomes a pattern, LOTs are opened in the past, chunks of them are filled.

All rows are made inside the database: over the wire, their encoding alone would take longer. What a row looks like
is read from a unit that went through the service, so that it stays like those that the service writes.
"""

from typing import Final

# The newest unit that passed everything at the first try.
PILOT: Final = """
select u.lot_id, u.sequence, l.lot_number, b.board_serial,
       (select array_agg(array[c.kind, c.component_lot]) from component c
        where c.lot_id = u.lot_id and c.sequence = u.sequence) as components
from unit u
join lot l on l.id = u.lot_id
join board b on b.lot_id = u.lot_id and b.sequence = u.sequence
where u.status = 'PASSED' and u.attempts = '{1,1,1,1,1,1,1,1}'
  and (select count(*) from history h where h.lot_id = u.lot_id and h.sequence = u.sequence) = 16
order by u.lot_id desc, u.sequence desc
limit 1
"""

# One row an event; `data` is its process data with %1$s for the LOT, %2$s and %3$s for the sequence in three and
# four digits and %4$s for what parts component lots.
PATTERN: Final = """
create temp table pattern as
select false as repaired, h.process::integer as step, h.kind, h, h.process_data::text as data
from history h where h.lot_id = %(lot_id)s and h.sequence = %(sequence)s
"""

# The same walk with process 3 repaired at its first attempt: nine steps.
REPAIRED: Final = """
insert into pattern
select true, p.step + (p.step > 3)::integer, p.kind, p.h, p.data from pattern p where p.step <> 3
union all
select true, 3, p.kind,
       case when p.kind = 'START' then p.h else jsonb_populate_record(p.h,
         '{"result": "REWORK", "status_after": "IN_PROGRESS", "passed_after": 2, "unit_attempt_after": 1,
           "judged": []}') end,
       case when p.kind = 'COMPLETE' then '{}' end
from pattern p where p.step = 3
union all
select true, 4, p.kind,
       case when p.kind = 'START' then jsonb_populate_record(p.h, '{"attempt": 2, "unit_attempt_after": 2}')
            else jsonb_populate_record(p.h, '{"attempt": 2, "first_verdict": false}') end,
       p.data
from pattern p where p.step = 3
"""

PLANT: Final = """
with lines as (
  insert into line (code, name) select code, 'Line ' || code from unnest(%(lines)s::text[]) code
  on conflict do nothing)
insert into model (code, name) select code, 'Model ' || code from unnest(%(models)s::text[]) code
on conflict do nothing
"""

QUARTERS: Final = """
select ensure_history_quarters(%(begin)s, 2 + extract(year from age(clock_timestamp(), %(begin)s))::integer * 4
                                          + extract(month from age(clock_timestamp(), %(begin)s))::integer / 3)
"""

# LOT n of all, spread evenly over the time; numbers go on from the counter of line, model and month.
LOTS: Final = """
with wanted as (
  select n, x.line, x.model, x.at, to_char(x.at at time zone p.timezone, 'YYMM') as month,
         least(100, %(units)s - n * 100) as units
  from plant p, generate_series(0, (%(units)s + 99) / 100 - 1) n,
  lateral (select (%(lines)s::text[])[1 + n %% cardinality(%(lines)s::text[])] as line,
                  (%(models)s::text[])[1 + n / cardinality(%(lines)s::text[]) %% cardinality(%(models)s::text[])]
                    as model,
                  %(begin)s + (%(end)s - %(begin)s) * (n::float8 * 100 / %(units)s) as at) x
),
counted as (
  insert into lot_counter as c (line, model, month, last_number)
  select line, model, month, count(*) from wanted group by 1, 2, 3 order by 1, 2, 3
  on conflict on constraint lot_counter_is_one_per_month do update
    set last_number = c.last_number + excluded.last_number
  returning line, model, month, last_number
),
numbered as (
  select w.*, c.last_number - count(*) over place
              + row_number() over (place order by w.n) as number
  from wanted w join counted c using (line, model, month)
  window place as (partition by w.line, w.model, w.month)
),
opened as (
  insert into lot (lot_number, line, model, shift, target_quantity, status, unit_count, passed, created_at, created_by,
                   started_at, completed_at, closed_at, closed_by)
  select line || model || month || lpad(number::text, 3, '0'), line, model, 'D', units, 'CLOSED', units, units, at,
         'user:grow', at, at + interval '11 hours', at + interval '12 hours', 'user:grow'
  from numbered order by n
  returning id)
select min(id), max(id), count(*) from opened
"""

_STEP: Final = """
select l.id as lot_id, l.lot_number, n as sequence, n %% 50 = 7 as repaired, s.step,
       l.created_at + n * interval '40 s' + s.step * interval '1 hour' as begun_at,
       (40 + (l.id * 7 + n * 13 + s.step * 29) %% 100) * interval '1 s' as took,
       nextval('history_id') as start_id, nextval('history_id') as end_id
from lot l
cross join lateral generate_series(1, l.unit_count) n
join (select distinct repaired, step from pattern) s on s.repaired = (n %% 50 = 7)
where l.id between %(first)s and %(last)s
order by l.id, n, s.step
"""

# Events with their keys and counts; the answer is the number of steps.
EVENTS: Final = f"""
with step as materialized ({_STEP}),
event as (
  select s.*, p.kind, p.h, p.data, e.id, e.at
  from step s
  join pattern p on p.repaired = s.repaired and p.step = s.step
  cross join lateral (select case when p.kind = 'START' then s.start_id else s.end_id end as id,
                             case when p.kind = 'START' then s.begun_at else s.begun_at + s.took end as at) e
),
told as (
  insert into history (
    id, received_at, event_id, kind, lot_id, sequence, process, attempt, step_id, result, is_rework, first_verdict,
    operator, station, equipment, occurred_at, started_at, station_seq, flags, limits_version, process_data, judged,
    status_after, passed_after, open_after, serial_after, rework_count_after, unit_attempt_after)
  select e.id, e.at,
         (lpad(to_hex((extract(epoch from e.at) * 1000)::bigint), 12, '0') || '7' || substr(md5(e.id::text), 1, 3)
          || '9' || substr(md5(e.id::text), 4, 15))::uuid,
         e.kind, e.lot_id, e.sequence, (e.h).process, (e.h).attempt, e.start_id, (e.h).result, (e.h).is_rework,
         (e.h).first_verdict, (e.h).operator, (e.h).station, (e.h).equipment, e.at, e.begun_at, (e.h).station_seq,
         (e.h).flags, (e.h).limits_version,
         format(e.data, e.lot_number, lpad(e.sequence::text, 3, '0'), lpad(e.sequence::text, 4, '0'),
                %(base)s || '-' || (e.lot_id - %(base)s) / 5)::json,
         (e.h).judged, (e.h).status_after, (e.h).passed_after, (e.h).open_after, (e.h).serial_after,
         (e.h).rework_count_after, (e.h).unit_attempt_after
  from event e
  returning history as h
),
keys as (
  insert into event_key (event_id, credential, command_hash, lot_id, sequence, history_id, received_at)
  select (h).event_id, coalesce('station:' || (h).station, 'user:' || (h).operator),
         sha256(uuid_send((h).event_id)), (h).lot_id, (h).sequence, (h).id, (h).received_at
  from told
),
defects as (
  insert into defect (lot_id, sequence, process, step_id, code, description, status, reported_at, reported_by, station)
  select (h).lot_id, (h).sequence, (h).process, (h).step_id, 'SENSOR_TOF_FAIL', 'grown', 'REPAIRED', (h).occurred_at,
         (h).operator, (h).station
  from told where (h).result = 'REWORK'
)
select count(*) filter (where (h).kind = 'COMPLETE'), count_day(array_agg(h)) from told
"""

# What a finished unit leaves beside its history: its row, board, components, the label of its serial number.
UNITS: Final = """
with made as (
  insert into unit (lot_id, sequence, status, passed_process, serial_issued, verdicts, attempts, last_occurred_at,
                    updated_at, revision)
  select l.id, n, 'PASSED', 8, true, 255,
         case when n %% 50 = 7 then '{1,1,2,1,1,1,1,1}' else '{1,1,1,1,1,1,1,1}' end::smallint[],
         x.at, x.at, case when n %% 50 = 7 then 19 else 17 end
  from lot l
  cross join lateral generate_series(1, l.unit_count) n
  cross join lateral (select case when n %% 50 = 7 then 9 else 8 end as steps) w
  cross join lateral (
    select l.created_at + n * interval '40 s' + w.steps * interval '1 hour'
           + (40 + (l.id * 7 + n * 13 + w.steps * 29) %% 100) * interval '1 s' as at) x
  where l.id between %(first)s and %(last)s
  order by l.id, n
  returning lot_id, sequence, updated_at
),
boards as (
  insert into board (board_serial, lot_id, sequence)
  select 'GR-' || l.lot_number || '-' || lpad(m.sequence::text, 3, '0'), m.lot_id, m.sequence
  from made m join lot l on l.id = m.lot_id
),
components as (
  insert into component (lot_id, sequence, kind, component_lot, process, installed_at)
  select m.lot_id, m.sequence, c.kind, pg_temp.component_name(c.kind) || %(base)s || '-' || (m.lot_id - %(base)s) / 5,
         c.process, m.updated_at
  from made m, component c
  where c.lot_id = %(pilot)s and c.sequence = %(pilot_sequence)s
)
insert into print_job (kind, lot_id, sequence, line, status, requested_by, created_at)
select 'serial', m.lot_id, m.sequence, l.line, 'printed', 'user:grow', m.updated_at
from made m join lot l on l.id = m.lot_id
"""

# How a component lot of a kind begins; the same in units, process data and the measurement.
COMPONENT_NAME: Final = """
create function pg_temp.component_name(kind text) returns text language sql immutable as
$$ select 'GR-' || upper(replace(kind, '_', '-')) || '-' $$
"""

ALERTS: Final = """
insert into alert (kind, severity, cause, line, facts, raised_at, read_at, read_by)
select 'LOT_COMPLETED', 'low', 'LOT_COMPLETED:lot:' || lot_number, line,
       json_build_object('lot_number', lot_number, 'passed', passed, 'scrapped', scrapped), completed_at, closed_at,
       'user:grow'
from lot where id between %(first)s and %(last)s
"""

SETTLE: Final = """
select format('vacuum (analyze) %I', relname) from pg_class
where relnamespace = 'neurohub'::regnamespace and relkind in ('r', 'p') and not relispartition
"""
