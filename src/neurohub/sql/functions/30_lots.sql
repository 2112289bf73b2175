-- LOTs and the manager's decisions: one function per verb, refusing by `refuse` (none of these is hot).

-- The next number of line, model and month, without gaps: the counter row is locked until the LOT is committed.
create function next_lot_number(p_line text, p_model text) returns text
language plpgsql as
$$
declare
  p_month text := to_char(plant_today(), 'YYMM');
  n integer;
begin
  insert into lot_counter as c (line, model, month, last_number) values (p_line, p_model, p_month, 1)
  on conflict on constraint lot_counter_is_one_per_month do update set last_number = c.last_number + 1
  where c.last_number < 999
  returning last_number into n;
  if n is null then
    perform refuse('LOT_SEQUENCE_EXHAUSTED', json_build_object(
      'detail', format('%s%s%s has used all 999 numbers', p_line, p_model, p_month)));
  end if;
  return p_line || p_model || p_month || lpad(n::text, 3, '0');
end;
$$;

create function open_lot_v1(
  p_line text, p_model text, p_target integer, p_shift text, p_print boolean, p_actor text
) returns text
language plpgsql as
$$
declare
  l lot;
begin
  if not exists (select from line where code = p_line and active) then
    perform refuse('CONFLICT', json_build_object('detail', format('Line %s does not exist or is not active', p_line)));
  elsif not exists (select from model where code = p_model and active) then
    perform refuse('CONFLICT', json_build_object('detail', format('Model %s does not exist or is not active', p_model)));
  end if;
  insert into lot (lot_number, line, model, shift, target_quantity, created_by)
  values (next_lot_number(p_line, p_model), p_line, p_model, p_shift, p_target, p_actor)
  returning * into l;
  if p_print then
    insert into print_job (kind, lot_id, line, requested_by) values ('lot', l.id, l.line, p_actor);
  end if;
  return l.lot_number;
end;
$$;

-- The LOT, locked, as the caller may see it: a station or a worker only on its own line.
create function lock_lot(p_lot_number text, p_line text) returns lot
language plpgsql as
$$
declare
  l lot;
begin
  select * into l from lot where lot_number = p_lot_number for no key update;
  if l.id is null then
    perform refuse('LOT_NOT_FOUND', json_build_object('detail', format('There is no LOT %s', p_lot_number)));
  elsif l.line <> p_line then
    perform refuse('FORBIDDEN', json_build_object('detail', format('LOT %s is on line %s', p_lot_number, l.line)));
  end if;
  return l;
end;
$$;

-- Returns the sequences of the new units.
create function generate_units_v1(
  p_lot_number text, p_quantity integer, p_print boolean, p_actor text, p_line text
) returns setof smallint
language plpgsql as
$$
declare
  l lot := lock_lot(p_lot_number, p_line);
begin
  if l.status not in ('CREATED', 'IN_PROGRESS') then
    perform refuse('LOT_NOT_ACTIVE', json_build_object('detail', format('LOT %s is %s', l.lot_number, l.status)));
  elsif l.unit_count + p_quantity > l.target_quantity then
    perform refuse('WIP_LIMIT_EXCEEDED', json_build_object(
      'detail', format('LOT %s has %s of %s units', l.lot_number, l.unit_count, l.target_quantity),
      'unit_count', l.unit_count, 'target_quantity', l.target_quantity));
  end if;
  update lot set
    status = 'IN_PROGRESS',
    unit_count = unit_count + p_quantity,
    started_at = coalesce(started_at, clock_timestamp())
  where id = l.id;
  insert into unit (lot_id, sequence)
  select l.id, n from generate_series(l.unit_count + 1, l.unit_count + p_quantity) n;
  if p_print then
    insert into print_job (kind, lot_id, sequence, line, station, requested_by)
    select 'wip', l.id, n, l.line, substring(p_actor from '^station:(.*)$'), p_actor
    from generate_series(l.unit_count + 1, l.unit_count + p_quantity) n;
  end if;
  return query select n::smallint from generate_series(l.unit_count + 1, l.unit_count + p_quantity) n;
end;
$$;

create function close_lot_v1(p_lot_number text, p_reason text, p_actor text) returns void
language plpgsql as
$$
declare
  l lot := lock_lot(p_lot_number, null);
begin
  if l.status = 'CLOSED' then
    perform refuse('LOT_NOT_ACTIVE', json_build_object('detail', format('LOT %s is already closed', l.lot_number)));
  elsif l.passed + l.scrapped < l.unit_count then
    perform refuse('LOT_NOT_ACTIVE', json_build_object(
      'detail', format('%s units of LOT %s are still on the way', l.unit_count - l.passed - l.scrapped, l.lot_number)));
  elsif l.status <> 'COMPLETED' and p_reason is null then
    perform refuse('INVALID_REQUEST', json_build_object(
      'detail', format('LOT %s is short of its target (%s of %s): closing it needs a reason',
                       l.lot_number, l.unit_count, l.target_quantity)));
  end if;
  update lot set status = 'CLOSED', closed_at = clock_timestamp(), closed_by = p_actor, close_reason = p_reason
  where id = l.id;
end;
$$;

-- A manager's decision on a unit (REWORK, SCRAP, REOPEN), with the reason in the history.
create function decide_unit_v1(
  p_kind text, p_event_id uuid, p_lot_number text, p_sequence integer, p_is_serial boolean, p_actor text, p_reason text
) returns void
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as
$$
declare
  item event_item;
  l lot;
  u unit;
  h history;
begin
  select * into l from lot where lot_number = p_lot_number;
  select * into u from unit where lot_id = l.id and sequence = p_sequence for no key update;
  if u.lot_id is null or (p_is_serial and not u.serial_issued) then
    perform refuse('UNIT_NOT_FOUND', '{"detail": "There is no unit of this code"}');
  end if;
  item.event_id := p_event_id;
  item.operator := p_actor;
  item.received_at := clock_timestamp();
  item.occurred_at := item.received_at;
  item.flags := '{}';
  h := history_of(item, p_kind, u, coalesce(u.open_process, least(u.passed_process + 1, 8))::smallint);
  h.reason := p_reason;
  perform case p_kind
    when 'REWORK' then approve_rework(l, u, h)
    when 'SCRAP' then scrap_unit(l, u, h)
    else reopen_unit(l, u, h)
  end;
end;
$$;

create function refuse_decision(l lot, u unit, sentence text) returns void
language sql as
$$
  select refuse('UNIT_NOT_ACTIVE', json_build_object(
    'detail', format('%s; %s is %s', sentence, wip_id(l.lot_number, u.sequence), u.status),
    'status_of_unit', u.status))
$$;

create function approve_rework(l lot, u unit, h history) returns void
language plpgsql as
$$
begin
  if l.status = 'CLOSED' then
    perform refuse('LOT_NOT_ACTIVE', json_build_object('detail', format('LOT %s is closed', l.lot_number)));
  elsif u.status <> 'DEFECTED' then
    perform refuse_decision(l, u, 'Only a defected unit can be reworked');
  end if;
  update defect set status = 'REWORK', decided_at = h.received_at, decided_by = h.operator, reason = h.reason
  where lot_id = u.lot_id and sequence = u.sequence and status = 'OPEN';
  u.status := 'REWORK';
  u.rework_count := u.rework_count + 1;
  u.rework_marked := true;
  perform write_change(changed(u, h));
end;
$$;

create function scrap_unit(l lot, u unit, h history) returns void
language plpgsql as
$$
begin
  if u.status in ('PASSED', 'SCRAPPED') then
    perform refuse_decision(l, u, 'A passed or scrapped unit cannot be scrapped');
  end if;
  update defect set status = 'SCRAPPED', decided_at = h.received_at, decided_by = h.operator, reason = h.reason
  where lot_id = u.lot_id and sequence = u.sequence and status = 'OPEN';
  h.step_id := u.open_step_id;
  h.started_at := u.open_occurred_at;
  h.result := 'SCRAPPED';
  u := without_open_step(u);
  u.status := 'SCRAPPED';
  perform write_change(changed(u, h));
  perform count_ended(l.id, 0, 1);
end;
$$;

-- The last pass is voided and its process due again; a defect that waited for a decision has it now.
create function reopen_unit(l lot, u unit, h history) returns void
language plpgsql as
$$
declare
  was_passed boolean;
begin
  select * into l from lot where id = l.id for no key update;
  if l.status = 'CLOSED' then
    perform refuse('LOT_NOT_ACTIVE', json_build_object('detail', format('LOT %s is closed', l.lot_number)));
  elsif u.passed_process = 0 or u.open_process is not null or u.status = 'SCRAPPED' then
    perform refuse_decision(l, u, 'Reopening needs a passed process, no open step and a unit that is not scrapped');
  end if;
  select c.id, c.process, c.attempt, c.step_id into h.voids_id, h.process, h.attempt, h.step_id
  from history c
  where c.lot_id = u.lot_id and c.sequence = u.sequence and c.kind = 'COMPLETE' and c.result = 'PASS'
    and c.process = u.passed_process
  order by c.id desc limit 1;
  update defect set status = 'REWORK', decided_at = h.received_at, decided_by = h.operator, reason = h.reason
  where lot_id = u.lot_id and sequence = u.sequence and status = 'OPEN';
  was_passed := u.status = 'PASSED';
  u.passed_process := u.passed_process - 1;
  u.repair_streak := 0;
  if u.status in ('PASSED', 'DEFECTED') then
    u.status := 'IN_PROGRESS';
  end if;
  perform write_change(changed(u, h));
  if was_passed then
    perform count_ended(l.id, -1, 0);
  end if;
end;
$$;
