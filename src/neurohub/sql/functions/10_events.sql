-- The locked state machine, part 1: its words, and the one place that writes. Items come in, one answer per item
-- goes out, in one round trip and one commit. Refusals are codes, never exceptions: one refused item must not
-- touch its neighbours. Verbs decide (20_steps), the frame reads and writes for all items at once (25_batches).

-- One event as the service hands it over. `ref` is the start's event id (complete: optional proof of
-- ownership; undo: its target). `lot_number` is null when the barcode is not one of the plant.
-- `problems` is what the judgement found wrong with the data: [{"name", "problem"}].
create type event_item as (
  ord integer,
  kind text,
  event_id uuid,
  credential text,
  command_hash text,
  lot_number text,
  sequence smallint,
  is_serial boolean,
  process smallint,
  role text,
  station text,
  operator text,
  line text,
  equipment text,
  occurred_at timestamptz,
  received_at timestamptz,
  station_seq bigint,
  ref uuid,
  result text,
  defect_code text,
  defect_text text,
  limits_version integer,
  problems json,
  process_data json,
  judged json,
  firmware_version text,
  board_serial text,
  components json,
  signed boolean,
  flags text[]
);

-- What became of an item. `code` is null when it was accepted; `replayed` when it had been before.
create type event_answer as (
  ord integer,
  code text,
  facts json,
  replayed boolean,
  lot_number text,
  sequence smallint,
  serial_issued boolean,
  status text,
  passed_process smallint,
  open_process smallint,
  due_process smallint,
  rework_count smallint,
  unit_attempt smallint,
  updated_at timestamptz,
  process smallint,
  step_id bigint,
  attempt smallint,
  started_at timestamptz,
  result text,
  completed_at timestamptz,
  judged json
);

-- What the frame has read for one item. `u` is locked; it and `l` are null when there is no such unit.
create type event_context as (
  l lot,
  u unit,
  s station,
  operator_active boolean, -- null when nobody of that name does steps
  equipment_known boolean,
  limits_version integer
);

-- What a verb decided: a refusal (`code` with its facts), or the unit as it is then and the row that tells of it.
create type verdict as (
  code text,
  facts json,
  u unit,
  h history
);

create function refused(p_code text, p_facts json default '{}') returns verdict
language plpgsql immutable as
$$
declare
  v verdict;
begin
  v.code := p_code;
  v.facts := p_facts;
  return v;
end;
$$;

-- The process a unit has to pass next, or null when there is none to start or finish now.
create function due_process(status text, passed_process smallint) returns smallint
language sql immutable parallel safe as
$$ select case when status in ('CREATED', 'IN_PROGRESS', 'REWORK') then (passed_process + 1)::smallint end $$;

create function answer_of(item event_item, l lot, h history, replayed boolean) returns event_answer
language plpgsql stable as -- 3 us; the same in language sql 29 us, it is not inlined
$$
declare
  a event_answer;
begin
  a.ord := item.ord;
  a.replayed := replayed;
  a.lot_number := l.lot_number;
  a.sequence := h.sequence;
  a.serial_issued := h.serial_after;
  a.status := h.status_after;
  a.passed_process := h.passed_after;
  a.open_process := h.open_after;
  a.due_process := due_process(h.status_after, h.passed_after);
  a.rework_count := h.rework_count_after;
  a.unit_attempt := h.unit_attempt_after;
  a.updated_at := h.received_at;
  a.process := h.process;
  a.step_id := h.step_id;
  a.attempt := h.attempt;
  a.started_at := h.started_at;
  a.result := h.result;
  a.completed_at := case when h.kind = 'COMPLETE' then h.occurred_at end;
  a.judged := h.judged;
  return a;
end;
$$;

-- A refusal with what the operator must see next: the unit, and the due process with its stations.
create function refusal(item event_item, p_code text, l lot, u unit, more json default '{}') returns event_answer
language plpgsql stable as
$$
declare
  a event_answer;
  due smallint := coalesce(u.open_process, due_process(u.status, u.passed_process));
begin
  a.ord := item.ord;
  a.code := p_code;
  a.replayed := false;
  a.facts := more;
  if u.lot_id is not null then
    a.lot_number := l.lot_number;
    a.sequence := u.sequence;
    a.serial_issued := u.serial_issued;
    a.status := u.status;
    a.passed_process := u.passed_process;
    a.open_process := u.open_process;
    a.due_process := due_process(u.status, u.passed_process);
    a.rework_count := u.rework_count;
    a.unit_attempt := u.attempts[least(u.passed_process + 1, 8)];
    a.updated_at := u.updated_at;
    a.facts := (
      more::jsonb || jsonb_build_object(
        'due_process', due,
        'due_stations', (select coalesce(jsonb_agg(s.code order by s.code), '[]')
                         from station s where s.line = l.line and s.active and due = any (s.processes)),
        'open_station', u.open_station,
        'open_operator', u.open_operator)
    )::json;
  end if;
  return a;
end;
$$;

-- The first answer again, from the key of a known event and the row it names; or that the id is somebody else's.
create function replay_of(item event_item, k event_key, h history, l lot) returns event_answer
language plpgsql stable as
$$
declare
  a event_answer;
begin
  if k.credential = item.credential and k.command_hash = decode(item.command_hash, 'hex') then
    return answer_of(item, l, h, true);
  end if;
  a.ord := item.ord;
  a.code := 'EVENT_ID_REUSED';
  a.replayed := false;
  a.facts := '{}';
  return a;
end;
$$;

-- The facts every history row of this item shares; `changed` adds the after-image.
create function history_of(item event_item, p_kind text, u unit, p_process smallint) returns history
language plpgsql as
$$
declare
  h history;
begin
  h.id := nextval('history_id');
  h.received_at := item.received_at;
  h.event_id := item.event_id;
  h.kind := p_kind;
  h.lot_id := u.lot_id;
  h.sequence := u.sequence;
  h.process := p_process;
  h.attempt := u.attempts[p_process];
  h.is_rework := false;
  h.first_verdict := false;
  h.operator := item.operator;
  h.station := item.station;
  h.equipment := item.equipment;
  h.occurred_at := item.occurred_at;
  h.station_seq := item.station_seq;
  h.flags := item.flags;
  if item.occurred_at > item.received_at + interval '5 minutes'
     or item.occurred_at < u.last_occurred_at - interval '5 minutes' then
    h.flags := h.flags || 'clock'::text;
  end if;
  return h;
end;
$$;

-- The verdict that `u` is the unit now and `h` tells of it.
create function changed(u unit, h history) returns verdict
language plpgsql immutable as
$$
declare
  v verdict;
begin
  u.last_occurred_at := h.occurred_at;
  u.updated_at := h.received_at;
  u.revision := u.revision + 1;
  h.status_after := u.status;
  h.passed_after := u.passed_process;
  h.open_after := u.open_process;
  h.serial_after := u.serial_issued;
  h.rework_count_after := u.rework_count;
  h.unit_attempt_after := u.attempts[least(u.passed_process + 1, 8)];
  v.u := u;
  v.h := h;
  return v;
end;
$$;

-- Write what verbs decided, each unit at most once: new states and the rows that tell of them, together.
create function write_changes(units unit[], rows_of_history history[]) returns void
language plpgsql as
$$
begin
  update unit u set
    status = n.status,
    passed_process = n.passed_process,
    serial_issued = n.serial_issued,
    rework_count = n.rework_count,
    rework_marked = n.rework_marked,
    repair_streak = n.repair_streak,
    verdicts = n.verdicts,
    attempts = n.attempts,
    open_process = n.open_process,
    open_step_id = n.open_step_id,
    open_event_id = n.open_event_id,
    open_station = n.open_station,
    open_operator = n.open_operator,
    open_occurred_at = n.open_occurred_at,
    open_is_rework = n.open_is_rework,
    status_before_open = n.status_before_open,
    last_occurred_at = n.last_occurred_at,
    updated_at = n.updated_at,
    revision = n.revision
  from unnest(units) n
  where u.lot_id = n.lot_id and u.sequence = n.sequence;
  insert into history select * from unnest(rows_of_history);
end;
$$;

create function write_change(v verdict) returns void
language sql as
$$ select write_changes(array[v.u], array[v.h]) $$;

-- Forget the open step of a unit; the caller says what status it has now.
create function without_open_step(u unit) returns unit
language plpgsql immutable as
$$
begin
  u.open_process := null;
  u.open_step_id := null;
  u.open_event_id := null;
  u.open_station := null;
  u.open_operator := null;
  u.open_occurred_at := null;
  u.open_is_rework := null;
  u.status_before_open := null;
  return u;
end;
$$;

-- Count units of a LOT that reached or left an end; complete the LOT when every unit of its target did.
create function count_ended(p_lot_id integer, passed_change integer, scrapped_change integer) returns void
language plpgsql as
$$
declare
  l lot;
begin
  update lot set
    passed = lot.passed + passed_change,
    scrapped = lot.scrapped + scrapped_change
  where lot.id = p_lot_id
  returning * into l;
  if l.status = 'IN_PROGRESS' and l.passed + l.scrapped = l.target_quantity then
    update lot set status = 'COMPLETED', completed_at = clock_timestamp() where lot.id = l.id;
    perform raise_alert('LOT_COMPLETED', 'low', l.line, 'lot:' || l.lot_number,
                        json_build_object('lot_number', l.lot_number, 'passed', l.passed, 'scrapped', l.scrapped));
  elsif l.status = 'COMPLETED' and l.passed + l.scrapped < l.target_quantity then
    update lot set status = 'IN_PROGRESS', completed_at = null where lot.id = l.id;
  end if;
end;
$$;

-- The same for all units that a list of events has ended, LOTs in key order.
create function count_ends(answers event_answer[]) returns void
language plpgsql as
$$
declare
  ended record;
begin
  for ended in
    select l.id,
           count(*) filter (where a.status = 'PASSED')::integer as passed,
           count(*) filter (where a.status = 'SCRAPPED')::integer as scrapped
    from unnest(answers) a,
    lateral (select t.id from lot t where t.lot_number = a.lot_number limit 1) l
    group by l.id
    order by l.id
  loop
    perform count_ended(ended.id, ended.passed, ended.scrapped);
  end loop;
end;
$$;

-- One alert per cause; a cause that comes back is unread again. Without a line it is the whole plant's.
create function raise_alert(p_kind text, p_severity text, p_line text, p_cause text, p_facts json) returns void
language sql as
$$
  insert into alert (kind, severity, cause, line, facts)
  values (p_kind, p_severity, p_kind || ':' || p_cause, p_line, p_facts)
  on conflict (cause) do update set
    raised_at = clock_timestamp(), facts = excluded.facts, read_at = null, read_by = null
$$;
