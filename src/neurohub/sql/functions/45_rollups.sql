-- Roll-ups of the history by plant day, line, model and process: counting, reading and rebuilding.

-- Durations are counted in buckets 5 % wide: a percentile read from them is at most 2.5 % off.
create function duration_bucket(seconds numeric) returns smallint
language sql immutable parallel safe as
$$ select floor(ln(greatest(seconds, 0.001)) / ln(1.05))::smallint $$;

create function bucket_seconds(bucket integer) returns float8
language sql immutable parallel safe as
$$ select power(1.05, bucket + 0.5)::float8 $$;

-- A number that no other open session writes under: the lowest that is free. A session keeps it to its end.
create function take_shard() returns smallint
language plpgsql as
$$
begin
  for n in 1 .. 1000 loop
    if pg_try_advisory_lock(hashtext('neurohub shard'), n) then
      perform set_config('neurohub.shard', n::text, false);
      return n;
    end if;
  end loop;
  return 0;
end;
$$;

-- Sessions that took none share 64 by their process number: seldom two wait, never is anything counted wrongly.
create function own_shard() returns smallint
language sql stable as
$$ select coalesce(nullif(current_setting('neurohub.shard', true), '')::smallint, (1001 + pg_backend_pid() % 64)::smallint) $$;

-- Count what these rows of the history say, under this session's shard. The one rule of what counts as what.
create function count_day(told history[]) returns void
language plpgsql as
$$
begin
  insert into day_count as d (day, line, model, process, bucket, shard, started, passed, failed, repaired, errors,
                              first_verdicts, first_passes)
  select (h.received_at at time zone p.timezone)::date, l.line, l.model, h.process,
         case when h.result = 'PASS' then duration_bucket(extract(epoch from h.occurred_at - h.started_at))
              else -32768 end,
         own_shard(),
         count(*) filter (where h.kind = 'START'),
         count(*) filter (where h.result = 'PASS'),
         count(*) filter (where h.result = 'FAIL'),
         count(*) filter (where h.result = 'REWORK'),
         count(*) filter (where h.result = 'ERROR'),
         count(*) filter (where h.first_verdict),
         count(*) filter (where h.first_verdict and h.result = 'PASS')
  from plant p, unnest(told) h, lateral (select t.line, t.model from lot t where t.id = h.lot_id limit 1) l
  where h.kind in ('START', 'COMPLETE')
  group by 1, 2, 3, 4, 5
  order by 1, 2, 3, 4, 5
  on conflict on constraint day_count_is_one_per_writer do update set
    started = d.started + excluded.started,
    passed = d.passed + excluded.passed,
    failed = d.failed + excluded.failed,
    repaired = d.repaired + excluded.repaired,
    errors = d.errors + excluded.errors,
    first_verdicts = d.first_verdicts + excluded.first_verdicts,
    first_passes = d.first_passes + excluded.first_passes;
end;
$$;

-- Count one plant day anew from the history. Nobody writes to a day that has passed; while today is counted, scans
-- wait (about 5 s for a million events). Called by `neurohub rollups`, as owner.
create function rebuild_day(p_day date) returns bigint
language plpgsql as
$$
declare
  chunk history[];
  total bigint := 0;
begin
  if p_day >= plant_today() then
    lock table day_count in share row exclusive mode;
  end if;
  delete from day_count where day = p_day;
  perform set_config('neurohub.shard', '0', true);
  for chunk in
    select array_agg(n.h)
    from (select h, row_number() over () / 1000 as part from history h
          where h.received_at >= plant_day_begins(p_day) and h.received_at < plant_day_begins(p_day + 1)) n
    group by n.part
  loop
    perform count_day(chunk);
    total := total + cardinality(chunk);
  end loop;
  return total;
end;
$$;
