-- Print jobs: what a label says, who may have a job, and what may become of it.
-- Nothing is printed a second time by itself: a claim that was not yet `sent` lapses, a `sent` one never does.

create function label_code(p_kind text, p_lot_number text, p_sequence integer) returns text
language sql immutable parallel safe as
$$
  select case p_kind
    when 'serial' then serial_number(p_lot_number, p_sequence)
    when 'wip' then wip_id(p_lot_number, p_sequence)
    else p_lot_number
  end
$$;

-- `domain.label_facts.LabelFacts`.
create function label_facts(l lot, p_kind text, p_sequence integer) returns json
language sql stable as
$$
  select row_to_json(v) from (select
    label_code(p_kind, l.lot_number, p_sequence) as code,
    l.lot_number as lot,
    coalesce(lpad(p_sequence::text, 3, '0'), '') as number,
    l.line, n.name as line_name, l.model, m.name as model_name, l.shift,
    l.target_quantity::text as quantity,
    to_char(l.created_at at time zone p.timezone, 'YYYY-MM-DD') as date
  from line n, model m, plant p
  where n.code = l.line and m.code = l.model) v
$$;

-- A claim holds for 60 s.
create function is_claimable(j print_job) returns boolean
language sql stable as
$$ select j.status = 'queued' and (j.claimed_at is null or j.claimed_at < now() - interval '60 s') $$;

-- Of a job that was sent and of which nothing is heard for 60 s nobody knows whether its label came out.
create function job_status(j print_job) returns text
language sql stable as
$$ select case when j.status = 'sent' and j.changed_at < now() - interval '60 s' then 'unknown' else j.status end $$;

create function print_job_json(j print_job, l lot) returns json
language sql stable as
$$
  select row_to_json(v) from (select
    j.id, j.kind, label_code(j.kind, l.lot_number, j.sequence) as code, j.line,
    coalesce(j.claimed_printer, j.printer) as printer,
    j.station, job_status(j) as status, j.is_reprint, j.reason, j.detail, j.requested_by, j.created_at, j.claimed_by,
    j.changed_at) v
$$;

create function check_printer(p_printer text, p_kind text, p_line text) returns void
language plpgsql stable as
$$
declare
  p printer;
  s station;
begin
  select * into p from printer where code = p_printer and active;
  select * into s from station where code = p.station and active;
  if p.code is null then
    perform refuse('PRINTER_NOT_FOUND', json_build_object('detail', format('There is no printer %s', p_printer)));
  elsif not p_kind = any (p.kinds) then
    perform refuse('CONFLICT', json_build_object(
      'detail', format('Printer %s is not loaded with %s labels', p.code, p_kind)));
  elsif s.code is null then
    perform refuse('CONFLICT', json_build_object('detail', format('No station drives printer %s', p.code)));
  elsif s.line <> p_line or p.line <> p_line then
    perform refuse('CONFLICT', json_build_object('detail', format('Printer %s is not on line %s', p.code, p_line)));
  end if;
end;
$$;

-- Returns the id of the job. `p_sequence` is null for the label of a LOT; `p_line` restricts whose LOT it may be.
create function order_label_v1(
  p_kind text, p_lot_number text, p_sequence smallint, p_printer text, p_reason text, p_actor text, p_line text,
  p_station text
) returns bigint
language plpgsql as
$$
declare
  l lot;
  u unit;
  printed_before boolean;
  made bigint;
begin
  if p_kind <> 'lot' then
    select u1.* into u from unit u1 join lot l1 on l1.id = u1.lot_id
    where l1.lot_number = p_lot_number and u1.sequence = p_sequence;
    if u.lot_id is null or (p_kind = 'serial' and not u.serial_issued) then
      perform refuse('UNIT_NOT_FOUND', json_build_object(
        'detail', format('There is no unit %s', label_code(p_kind, p_lot_number, p_sequence))));
    end if;
  end if;
  l := lock_lot(p_lot_number, p_line);
  if u.status = 'SCRAPPED' then
    perform refuse('UNIT_NOT_ACTIVE', '{"detail": "A scrapped unit gets no label"}');
  elsif p_printer is not null then
    perform check_printer(p_printer, p_kind, l.line);
  end if;
  printed_before := exists (
    select from print_job j
    where j.lot_id = l.id and j.sequence is not distinct from p_sequence and j.kind = p_kind and j.status <> 'void');
  if printed_before and p_reason is null then
    perform refuse('INVALID_REQUEST', json_build_object(
      'detail', format('A label of %s was ordered before: another one needs a `reason`',
                       label_code(p_kind, l.lot_number, p_sequence))));
  end if;
  insert into print_job (kind, lot_id, sequence, line, printer, station, is_reprint, reason, requested_by)
  values (p_kind, l.id, p_sequence, l.line, p_printer, p_station, printed_before, p_reason, p_actor)
  returning id into made;
  return made;
end;
$$;

-- The oldest jobs that the printers of a station may print: those that name one of them, and those of its line that
-- name none and fit. Work of another station that has a printer of its own is left to that one.
create function claim_print_jobs_v1(p_station text, p_limit integer) returns setof print_job
language sql as
$$
  with free as (
    select j.id, mine.code as printer
    from station s
    join print_job j on j.line = s.line
    cross join lateral (
      select p.code
      from printer p
      where p.station = s.code and p.active
        and (p.code = j.printer
             or j.printer is null and j.kind = any (p.kinds) and coalesce(p.line = j.line, true))
      order by p.code
      limit 1) mine
    where s.code = p_station and j.status = 'queued' and is_claimable(j)
      and (j.printer is not null or j.station is null or j.station = s.code
           or not exists (
             select from printer o where o.station = j.station and o.active and j.kind = any (o.kinds)))
    order by j.id
    limit p_limit
    for update of j skip locked)
  update print_job j set
    claimed_by = p_station,
    claimed_printer = free.printer,
    claimed_at = clock_timestamp(),
    changed_at = clock_timestamp()
  from free
  where j.id = free.id
  returning j.*
$$;

create function job_may_become(was text, is_now text) returns boolean
language sql immutable as
$$
  select case was
    when 'queued' then is_now in ('sent', 'failed', 'void')
    when 'sent' then is_now in ('printed', 'verified', 'failed', 'unknown')
    when 'unknown' then is_now in ('printed', 'verified', 'failed')
    when 'printed' then is_now in ('verified', 'failed')
    else false
  end
$$;

-- Told twice is told once. A station reports what it has claimed; a manager (`p_station` null) anything.
create function report_print_job_v1(p_id bigint, p_status text, p_detail text, p_scanned text, p_station text)
returns void
language plpgsql as
$$
declare
  j print_job;
  was text;
  says text;
begin
  select * into j from print_job where id = p_id for no key update;
  was := job_status(j);
  if j.id is null then
    perform refuse('NOT_FOUND', json_build_object('detail', format('There is no print job %s', p_id)));
  elsif j.claimed_by is distinct from p_station and p_station is not null then
    perform refuse('CONFLICT', json_build_object('detail', format('Print job %s is not yours', p_id)));
  elsif p_status <> was and not job_may_become(was, p_status) then
    perform refuse('CONFLICT', json_build_object('detail', format('A job that is %s cannot be %s', was, p_status)));
  end if;
  if p_status = 'verified' then
    select label_code(j.kind, l.lot_number, j.sequence) into says from lot l where l.id = j.lot_id;
    if p_scanned is distinct from says then
      perform refuse('INVALID_LABEL_DATA', json_build_object(
        'detail', format('The label says %s, but %s was scanned', says, coalesce(p_scanned, 'nothing')),
        'expected', says));
    end if;
  end if;
  update print_job set status = p_status, detail = p_detail, changed_at = clock_timestamp()
  where id = p_id and (status, detail) is distinct from (p_status, p_detail);
end;
$$;
