-- What reads answer, as JSON rows of the shapes in `contract.views`. One place for each shape.

create function unit_json(l lot, u unit) returns json
language sql stable as
$$
  select row_to_json(v) from (select
    wip_id(l.lot_number, u.sequence) as wip_id,
    case when u.serial_issued then serial_number(l.lot_number, u.sequence) end as serial_number,
    l.lot_number,
    u.sequence,
    u.status,
    u.passed_process,
    u.open_process,
    due_process(u.status, u.passed_process) as due_process,
    u.rework_count,
    u.attempts[least(u.passed_process + 1, 8)] as attempt,
    u.updated_at) v
$$;

-- Units waiting at, open in and past each of the eight processes of a LOT.
create function lot_json(l lot) returns json
language sql stable as
$$
  select row_to_json(v) from (select
    l.lot_number, l.line, l.model, l.shift, l.target_quantity, l.status, l.unit_count, l.passed,
    coalesce(c.defected, 0) as defected,
    l.scrapped,
    coalesce(c.in_progress, 0) as in_progress,
    p.by_process,
    l.created_at, l.started_at, l.completed_at, l.closed_at
  from
    (select
       array_agg(u) as units,
       count(*) filter (where u.status = 'DEFECTED') as defected,
       count(*) filter (where u.status in ('IN_PROGRESS', 'REWORK')) as in_progress
     from unit u where u.lot_id = l.id) c,
    lateral (
      select json_agg(json_build_object('process', n.process, 'waiting', n.waiting, 'open', n.open, 'passed', n.passed)
                      order by n.process) as by_process
      from (
        select
          s.process,
          count(u.sequence) filter (
            where u.open_process is null and due_process(u.status, u.passed_process) = s.process) as waiting,
          count(u.sequence) filter (where u.open_process = s.process) as open,
          count(u.sequence) filter (where u.passed_process >= s.process) as passed
        from generate_series(1, 8) s (process)
        left join unnest(c.units) u on true
        group by s.process) n) p) v
$$;

create function firmware_json(f firmware) returns json
language sql stable as
$$
  select row_to_json(v) from (select
    f.model, f.version, f.size_bytes, f.sha256, f.md5, f.released_at,
    format('/api/v1/firmware/%s/%s/image', f.model, f.version) as download_url) v
$$;

create function defect_json(l lot, u unit, d defect) returns json
language sql stable as
$$
  select row_to_json(v) from (select
    d.id, unit_json(l, u) as unit, d.process, d.code, d.description, d.status, d.reported_at, d.reported_by,
    d.station, d.decided_at, d.decided_by, d.reason) v
$$;
