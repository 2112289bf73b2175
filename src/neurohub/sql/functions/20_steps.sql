-- The locked state machine, part 2: start, complete and undo of a step. The order of the checks is the
-- plant's law: a refusal names the first cause.

create function start_step(item event_item, l lot, u unit) returns event_answer
language plpgsql as
$$
declare
  h history;
  first_serial boolean;
begin
  if l.status = 'CLOSED' then
    return refusal(item, 'LOT_NOT_ACTIVE', l, u);
  elsif u.status not in ('CREATED', 'IN_PROGRESS', 'REWORK') then
    return refusal(item, 'UNIT_NOT_ACTIVE', l, u);
  elsif u.open_process is not null then
    return refusal(item, 'ALREADY_STARTED', l, u);
  elsif item.process <= u.passed_process then
    return refusal(item, 'PROCESS_ALREADY_PASSED', l, u);
  elsif item.process > u.passed_process + 1 then
    return refusal(item, 'PREVIOUS_PROCESS_NOT_COMPLETED', l, u);
  end if;

  u.attempts[item.process] := u.attempts[item.process] + 1;
  h := history_of(item, 'START', u, item.process);
  if not claim_event(item, h) then
    return replay_of(item);
  end if;
  first_serial := item.process = 7 and not u.serial_issued;
  h.step_id := h.id;
  h.started_at := item.occurred_at;
  h.is_rework := u.rework_marked;
  u.status_before_open := u.status;
  u.status := 'IN_PROGRESS';
  u.open_process := item.process;
  u.open_step_id := h.id;
  u.open_event_id := item.event_id;
  u.open_station := item.station;
  u.open_operator := item.operator;
  u.open_occurred_at := item.occurred_at;
  u.open_is_rework := u.rework_marked;
  u.rework_marked := false;
  u.serial_issued := u.serial_issued or first_serial;
  h := log_event(u, h);
  if first_serial then
    insert into print_job (kind, lot_id, sequence, line, requested_by)
    values ('serial', u.lot_id, u.sequence, l.line, item.credential);
  end if;
  return answer_of(item, l, h, false);
end;
$$;

-- Whose step: named by its start event, or the station (else the operator) that opened it, or a manager.
create function owns_open_step(item event_item, u unit) returns boolean
language sql immutable as
$$
  select case
    when item.ref is not null then item.ref = u.open_event_id
    when item.role in ('manager', 'admin') then true
    when u.open_station is not null then item.station is not distinct from u.open_station
    else item.operator = u.open_operator
  end
$$;

-- What is wrong with the data of a completion, beyond the judgement's own findings, as [{"name","problem"}].
create function data_problems(item event_item, l lot, u unit) returns json
language plpgsql stable as
$$
declare
  found_problems jsonb := coalesce(item.problems, '[]');
  due firmware;
begin
  if item.result = 'REWORK' and not rework_possible(l.model, item.process) then
    found_problems := found_problems || jsonb_build_object('name', 'result', 'problem', 'this process has no rework');
  end if;
  if item.defect_code is not null and not exists (
       select from defect_code d where d.process = item.process and d.code = item.defect_code and d.active) then
    found_problems := found_problems || jsonb_build_object(
      'name', 'defect.code', 'problem', format('not a defect code of process %s', item.process));
  end if;
  if item.result = 'PASS' and item.firmware_version is not null then
    select f.* into due from firmware f
    where f.model = l.model and f.released_at <= u.open_occurred_at
    order by f.released_at desc limit 1;
    if not exists (
         select from firmware f
         where f.model = l.model and f.version = item.firmware_version
           and due.version is not null
           and (f.major, f.minor, f.patch) >= (due.major, due.minor, due.patch)) then
      found_problems := found_problems || jsonb_build_object(
        'name', 'firmware_version', 'problem', coalesce('must be ' || due.version || ' or a newer release',
                                                        'no firmware is released for this model'));
    end if;
  end if;
  if item.result = 'PASS' and item.board_serial is not null and exists (
       select from board b where b.board_serial = item.board_serial
         and (b.lot_id, b.sequence) is distinct from (u.lot_id, u.sequence)) then
    found_problems := found_problems || jsonb_build_object(
      'name', 'board_serial', 'problem', 'this board is in another unit');
  end if;
  return nullif(found_problems, '[]')::json;
end;
$$;

create function rework_possible(p_model text, p_process smallint) returns boolean
language sql stable as
$$
  select coalesce(r.rework, p.rework)
  from process p left join route r on r.process = p.process and r.model = p_model
  where p.process = p_process
$$;

create function complete_step(item event_item, l lot, u unit) returns event_answer
language plpgsql as
$$
declare
  h history;
  problems json;
  p smallint := item.process;
begin
  if l.status = 'CLOSED' then
    return refusal(item, 'LOT_NOT_ACTIVE', l, u);
  elsif u.status in ('PASSED', 'DEFECTED', 'SCRAPPED') then
    return refusal(item, 'UNIT_NOT_ACTIVE', l, u);
  elsif u.open_process is distinct from p or not owns_open_step(item, u) then
    return refusal(item, 'PROCESS_NOT_STARTED', l, u);
  elsif item.limits_version is distinct from (select max(s.id) from limit_set s where s.model = l.model) then
    return refusal(item, 'LIMITS_CHANGED', l, u);
  end if;
  if item.result = 'PASS' and item.board_serial is not null then
    -- One at a time per board: the look below must see what the other unit's completion wrote.
    perform pg_advisory_xact_lock(hashtext('board'), hashtext(item.board_serial));
  end if;
  problems := data_problems(item, l, u);
  if problems is not null then
    return refusal(item, 'INVALID_PROCESS_DATA', l, u, json_build_object('fields', problems));
  end if;

  h := history_of(item, 'COMPLETE', u, p);
  if not claim_event(item, h) then
    return replay_of(item);
  end if;
  h.step_id := u.open_step_id;
  h.started_at := u.open_occurred_at;
  h.result := item.result;
  h.is_rework := u.open_is_rework;
  h.first_verdict := item.result <> 'ERROR' and (u.verdicts & (1 << (p - 1))) = 0;
  h.limits_version := item.limits_version;
  h.process_data := item.process_data;
  h.judged := item.judged;
  u.rework_marked := item.result = 'ERROR' and u.open_is_rework;
  u := without_open_step(u);
  u := with_verdict(item, l, u);
  h := log_event(u, h);
  perform file_findings(item, l, u, h);
  return answer_of(item, l, h, false);
end;
$$;

-- The unit after its verdict.
create function with_verdict(item event_item, l lot, u unit) returns unit
language plpgsql stable as
$$
begin
  if item.result <> 'ERROR' then
    u.verdicts := u.verdicts | (1 << (item.process - 1))::smallint;
    u.repair_streak := case when item.result = 'REWORK' then u.repair_streak + 1 else 0 end;
  end if;
  if item.result = 'PASS' then
    u.passed_process := item.process;
    u.status := case when item.process = 8 then 'PASSED' else 'IN_PROGRESS' end;
  elsif item.result = 'FAIL' then
    u.status := case when u.rework_count < 3 and rework_possible(l.model, item.process)
                     then 'DEFECTED' else 'SCRAPPED' end;
  end if;
  return u;
end;
$$;

-- What a completion leaves behind beside the step: components, the board, a defect, alerts, the LOT's count.
create function file_findings(item event_item, l lot, u unit, h history) returns void
language plpgsql as
$$
declare
  defect_id bigint;
begin
  if item.components is not null then
    insert into component (lot_id, sequence, kind, component_lot, process, installed_at)
    select u.lot_id, u.sequence, c.key, c.value, item.process, h.occurred_at
    from json_each_text(item.components) c
    on conflict on constraint component_is_one_per_kind do update set
      component_lot = excluded.component_lot, process = excluded.process, installed_at = excluded.installed_at;
  end if;
  if item.result = 'PASS' and item.board_serial is not null then
    insert into board (board_serial, lot_id, sequence)
    values (item.board_serial, u.lot_id, u.sequence)
    on conflict (board_serial) do nothing;
  end if;
  if item.defect_code is not null then
    insert into defect (lot_id, sequence, process, step_id, code, description, status, reported_at, reported_by, station)
    values (u.lot_id, u.sequence, item.process, h.step_id, item.defect_code, coalesce(item.defect_text, ''),
            case when item.result <> 'FAIL' then 'REPAIRED' when u.status = 'SCRAPPED' then 'SCRAPPED' else 'OPEN' end,
            h.occurred_at, item.operator, item.station)
    returning id into defect_id;
  end if;
  if item.result = 'FAIL' then
    perform raise_alert('DEFECT_DETECTED', 'high', l, 'defect:' || defect_id, json_build_object(
      'wip_id', wip_id(l.lot_number, u.sequence), 'process', item.process, 'code', item.defect_code));
  elsif item.result = 'REWORK' and u.repair_streak = 3 then
    perform raise_alert('REPAIR_REPEATED', 'medium', l, 'step:' || h.step_id, json_build_object(
      'wip_id', wip_id(l.lot_number, u.sequence), 'process', item.process));
  end if;
  if u.status in ('PASSED', 'SCRAPPED') then
    perform count_ended(l, (u.status = 'PASSED')::integer, (u.status = 'SCRAPPED')::integer);
  end if;
end;
$$;

-- Take back a start within 10 s: the step is cancelled, both events stay. Late or foreign is a CONFLICT.
create function undo_start(item event_item, l lot, u unit) returns event_answer
language plpgsql as
$$
declare
  h history;
  mine boolean := coalesce(item.operator = u.open_operator or item.station = u.open_station, false);
begin
  if u.open_event_id is distinct from item.ref then
    return refusal(item, 'CONFLICT', l, u, '{"detail": "This step is no longer open"}');
  elsif not mine then
    return refusal(item, 'CONFLICT', l, u, '{"detail": "Another station or operator started this step"}');
  elsif abs(extract(epoch from item.occurred_at - u.open_occurred_at)) > 10 then
    return refusal(item, 'CONFLICT', l, u, '{"detail": "A start can be undone for 10 seconds"}');
  end if;

  h := history_of(item, 'UNDO', u, u.open_process);
  if not claim_event(item, h) then
    return replay_of(item);
  end if;
  h.step_id := u.open_step_id;
  h.started_at := u.open_occurred_at;
  h.is_rework := u.open_is_rework;
  h.result := 'UNDONE';
  u.status := u.status_before_open;
  u.rework_marked := u.open_is_rework;
  if u.open_process = 7 then
    update print_job set status = 'void', reason = 'start undone'
    where lot_id = u.lot_id and sequence = u.sequence and kind = 'serial'
      and status = 'queued' and not is_reprint;
  end if;
  u := without_open_step(u);
  h := log_event(u, h);
  return answer_of(item, l, h, false);
end;
$$;

-- The checks that every event shares, then its own verb. The unit is locked before the event id is looked up,
-- so that two deliveries of one event stand in line and the second finds the first.
create function record_event(item event_item) returns event_answer
language plpgsql as
$$
declare
  a event_answer;
  l lot;
  u unit;
  s station;
  o person;
begin
  if item.kind = 'UNDO' then
    select t.lot_id, t.sequence into u.lot_id, u.sequence
    from event_key k join history t
      on t.lot_id = k.lot_id and t.sequence = k.sequence and t.id = k.history_id and t.received_at = k.received_at
    where k.event_id = item.ref and t.kind = 'START';
    select * into l from lot where id = u.lot_id;
  else
    select * into l from lot where lot_number = item.lot_number;
    u.sequence := item.sequence;
  end if;
  select * into u from unit where lot_id = l.id and sequence = u.sequence for no key update;
  item.received_at := clock_timestamp();
  item.occurred_at := coalesce(item.occurred_at, item.received_at);
  item.flags := '{}';

  a := replay_of(item);
  if a.ord is not null then
    return a;
  elsif item.kind = 'UNDO' and u.lot_id is null then
    return refusal(item, 'NOT_FOUND', l, u);
  elsif item.kind <> 'UNDO' and item.lot_number is null then
    return refusal(item, 'INVALID_BARCODE', l, u);
  elsif u.lot_id is null or (item.is_serial and not u.serial_issued) then
    return refusal(item, 'UNIT_NOT_FOUND', l, null);
  end if;

  select * into o from person where username = item.operator and role <> 'viewer';
  if o.username is null then
    return refusal(item, 'OPERATOR_NOT_FOUND', l, u);
  elsif item.equipment is not null and not exists (select from equipment where code = item.equipment) then
    return refusal(item, 'EQUIPMENT_NOT_FOUND', l, u);
  end if;
  if not o.active then
    item.flags := item.flags || 'operator_inactive'::text;
  end if;
  select * into s from station where code = item.station;
  if s.signs_events and not item.signed then
    return refusal(item, 'FORBIDDEN', l, u, '{"detail": "This station signs its events; the `mac` is missing"}');
  elsif item.signed and not s.signs_events then
    update station set signs_events = true where code = s.code;
  end if;
  if item.kind = 'UNDO' then
    return undo_start(item, l, u);
  elsif s.code is not null then
    if s.line is distinct from l.line or not item.process = any (s.processes) then
      return refusal(item, 'FORBIDDEN', l, u, '{"detail": "This station does not do this process on this line"}');
    end if;
  elsif item.line is not null and item.line <> l.line then
    return refusal(item, 'FORBIDDEN', l, u, '{"detail": "This unit is on another line"}');
  end if;

  return case item.kind when 'START' then start_step(item, l, u) else complete_step(item, l, u) end;
end;
$$;

-- The statement the service calls: a JSON array of `event_item`, one answer each. Units are locked in key order
-- first, so that two batches never wait for each other in a circle.
create function record_events_v1(p_items json) returns setof event_answer
language plpgsql as
$$
declare
  item event_item;
begin
  if json_array_length(p_items) > 1 then
    perform from unit u
    join (
      select l.id as lot_id, i.sequence
      from json_populate_recordset(null::event_item, p_items) i join lot l on l.lot_number = i.lot_number
      union
      select k.lot_id, k.sequence
      from json_populate_recordset(null::event_item, p_items) i join event_key k on k.event_id = i.ref
      where i.kind = 'UNDO') named on named.lot_id = u.lot_id and named.sequence = u.sequence
    order by u.lot_id, u.sequence
    for no key update of u;
  end if;
  for item in select * from json_populate_recordset(null::event_item, p_items) loop
    return next record_event(item);
  end loop;
end;
$$;
