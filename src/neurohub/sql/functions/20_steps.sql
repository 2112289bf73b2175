-- The locked state machine, part 2: what becomes of one start, complete or undo. The order of the checks is the
-- plant's law: a refusal names the first cause. Verbs return verdicts; what they write themselves is seldom.

create function start_step(item event_item, l lot, u unit) returns verdict
language plpgsql as
$$
declare
  h history;
  first_serial boolean;
begin
  if l.status = 'CLOSED' then
    return refused('LOT_NOT_ACTIVE');
  elsif u.status not in ('CREATED', 'IN_PROGRESS', 'REWORK') then
    return refused('UNIT_NOT_ACTIVE');
  elsif u.open_process is not null then
    return refused('ALREADY_STARTED');
  elsif item.process <= u.passed_process then
    return refused('PROCESS_ALREADY_PASSED');
  elsif item.process > u.passed_process + 1 then
    return refused('PREVIOUS_PROCESS_NOT_COMPLETED');
  end if;

  u.attempts[item.process] := u.attempts[item.process] + 1;
  h := history_of(item, 'START', u, item.process);
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
  if first_serial then
    insert into print_job (kind, lot_id, sequence, line, station, requested_by)
    values ('serial', u.lot_id, u.sequence, l.line, item.station, item.credential);
  end if;
  return changed(u, h);
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
    -- Of a start older than every release (a clock may be wrong) the first release is asked.
    select f.* into due from firmware f
    where f.model = l.model
    order by f.released_at <= u.open_occurred_at desc,
             case when f.released_at <= u.open_occurred_at then f.released_at end desc, f.released_at
    limit 1;
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

create function complete_step(item event_item, l lot, u unit, p_limits_version integer) returns verdict
language plpgsql as
$$
declare
  h history;
  problems json;
  p smallint := item.process;
begin
  if l.status = 'CLOSED' then
    return refused('LOT_NOT_ACTIVE');
  elsif u.status in ('PASSED', 'DEFECTED', 'SCRAPPED') then
    return refused('UNIT_NOT_ACTIVE');
  elsif u.open_process is distinct from p or not owns_open_step(item, u) then
    return refused('PROCESS_NOT_STARTED');
  elsif item.limits_version is distinct from p_limits_version then
    return refused('LIMITS_CHANGED');
  end if;
  problems := data_problems(item, l, u);
  if problems is not null then
    return refused('INVALID_PROCESS_DATA', json_build_object('fields', problems));
  end if;

  h := history_of(item, 'COMPLETE', u, p);
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
  perform file_findings(item, l, u, h);
  return changed(u, h);
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

-- What a completion leaves behind beside the step: components, the board, a defect, alerts.
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
    perform raise_alert('DEFECT_DETECTED', 'high', l.line, 'defect:' || defect_id, json_build_object(
      'wip_id', wip_id(l.lot_number, u.sequence), 'process', item.process, 'code', item.defect_code));
  elsif item.result = 'REWORK' and u.repair_streak = 3 then
    perform raise_alert('REPAIR_REPEATED', 'medium', l.line, 'step:' || h.step_id, json_build_object(
      'wip_id', wip_id(l.lot_number, u.sequence), 'process', item.process));
  end if;
end;
$$;

-- Take back a start within 10 s: the step is cancelled, both events stay. Late or foreign is a CONFLICT.
create function undo_start(item event_item, l lot, u unit) returns verdict
language plpgsql as
$$
declare
  h history;
  -- A station names whichever operator it likes, so from a station the station counts.
  mine boolean := coalesce(case when item.station is null then item.operator = u.open_operator
                                else item.station = u.open_station end, false);
begin
  if u.open_event_id is distinct from item.ref then
    return refused('CONFLICT', '{"detail": "This step is no longer open"}');
  elsif not mine then
    return refused('CONFLICT', '{"detail": "Another station or operator started this step"}');
  elsif abs(extract(epoch from item.occurred_at - u.open_occurred_at)) > 10 then
    return refused('CONFLICT', '{"detail": "A start can be undone for 10 seconds"}');
  end if;

  h := history_of(item, 'UNDO', u, u.open_process);
  h.step_id := u.open_step_id;
  h.started_at := u.open_occurred_at;
  h.is_rework := u.open_is_rework;
  h.result := 'UNDONE';
  u.status := u.status_before_open;
  u.rework_marked := u.open_is_rework;
  if u.open_process = 7 then
    update print_job j set status = 'void', detail = 'start undone', changed_at = clock_timestamp()
    where j.lot_id = u.lot_id and j.sequence = u.sequence and j.kind = 'serial' and not j.is_reprint
      and is_claimable(j);
  end if;
  u := without_open_step(u);
  return changed(u, h);
end;
$$;

-- The checks that every event shares, then its own verb.
create function decide_event(item event_item, c event_context) returns verdict
language plpgsql as
$$
declare
  l lot := c.l;
  u unit := c.u;
  s station := c.s;
begin
  if item.kind = 'UNDO' and (u.lot_id is null or (
       u.open_event_id is distinct from item.ref
       and not exists (select from event_key k where k.event_id = item.ref))) then
    return refused('NOT_FOUND');
  elsif item.kind <> 'UNDO' and item.lot_number is null then
    return refused('INVALID_BARCODE');
  elsif u.lot_id is null or (item.is_serial and not u.serial_issued) then
    return refused('UNIT_NOT_FOUND');
  elsif c.operator_active is null then
    return refused('OPERATOR_NOT_FOUND');
  elsif not c.equipment_known then
    return refused('EQUIPMENT_NOT_FOUND');
  elsif s.signs_events and not item.signed then
    return refused('FORBIDDEN', '{"detail": "This station signs its events; the `mac` is missing"}');
  end if;
  if not c.operator_active then
    item.flags := item.flags || 'operator_inactive'::text;
  end if;
  if item.signed and not s.signs_events then
    update station set signs_events = true where code = s.code;
  end if;
  if item.kind = 'UNDO' then
    return undo_start(item, l, u);
  elsif s.code is not null then
    if s.line is distinct from l.line or not item.process = any (s.processes) then
      return refused('FORBIDDEN', '{"detail": "This station does not do this process on this line"}');
    end if;
  elsif item.role = 'worker' and item.line is distinct from l.line then
    return refused('FORBIDDEN', '{"detail": "This unit is on another line"}');
  end if;
  if item.kind = 'START' then
    return start_step(item, l, u);
  end if;
  return complete_step(item, l, u, c.limits_version);
end;
$$;
