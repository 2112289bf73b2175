-- The locked state machine, part 3: the frame. It reads for all items at once, lets the verbs decide item by item
-- and writes for all at once, so that an event among many costs a fraction of what it costs alone.
-- Rows are looked up by key in subqueries, not in joins: a session keeps the plan of its first minutes, when tables
-- are small and a join would scan them.

-- An undo with the unit it is about: that of the start it takes back, which is known or stands in the same list.
-- Other events are returned as they are.
create function with_unit(item event_item, items event_item[]) returns event_item
language plpgsql stable as
$$
begin
  if item.kind <> 'UNDO' then
    return item;
  end if;
  select l.lot_number, k.sequence into item.lot_number, item.sequence
  from event_key k
  join history t on t.lot_id = k.lot_id and t.sequence = k.sequence and t.id = k.history_id
    and t.received_at = k.received_at
  join lot l on l.id = k.lot_id
  where k.event_id = item.ref and t.kind = 'START';
  if not found then
    select i.lot_number, i.sequence into item.lot_number, item.sequence
    from unnest(items) i where i.kind = 'START' and i.event_id = item.ref limit 1;
  end if;
  return item;
end;
$$;

-- Of each item its place among those of its unit. When an event id stands twice, every item waits for the one before.
create function turns_of(items event_item[]) returns integer[]
language sql stable as
$$
  select array_agg(case when p.all_differ then p.turn else p.n end order by p.n)
  from (
    select i.n::integer,
           (row_number() over (partition by coalesce(i.lot_number, i.n::text), i.sequence order by i.n))::integer as turn,
           (select count(distinct e.event_id) = count(*) from unnest(items) e) as all_differ
    from (select n, (items[n]).lot_number, (items[n]).sequence from generate_subscripts(items, 1) n) i) p
$$;

-- One turn: of each unit at most one item, so that every item meets the unit as it was left.
create function record_turn(items event_item[], turns integer[], this_turn integer) returns setof event_answer
language plpgsql as
$$
declare
  arrived timestamptz := clock_timestamp();
  c record;
  item event_item;
  v verdict;
  h history;
  units unit[] := '{}';
  told history[] := '{}';
  keys event_key[] := '{}';
  claimed integer;
begin
  for c in
    select
      items[p.n] as item,
      (select k from event_key k where k.event_id = (items[p.n]).event_id) as k,
      row(
        l.l,
        (select u from unit u where u.lot_id = (l.l).id and u.sequence = (items[p.n]).sequence),
        (select s from station s where s.code = (items[p.n]).station),
        (select o.active from person o where o.username = (items[p.n]).operator and o.role <> 'viewer'),
        (items[p.n]).equipment is null or exists (select from equipment e where e.code = (items[p.n]).equipment),
        (select max(x.id) from limit_set x where x.model = ((l.l).model) and (items[p.n]).kind = 'COMPLETE')
      )::event_context as context
    from generate_subscripts(items, 1) p (n)
    left join lateral (select l from lot l where l.lot_number = (items[p.n]).lot_number limit 1) l on true
    where turns is null or turns[p.n] = this_turn
    order by p.n
  loop
    item := c.item;
    if (c.k).event_id is not null then
      select * into strict h from history t
      where t.lot_id = (c.k).lot_id and t.sequence = (c.k).sequence and t.id = (c.k).history_id
        and t.received_at = (c.k).received_at;
      return next replay_of(item, c.k, h, (select l from lot l where l.id = h.lot_id));
      continue;
    end if;
    item.received_at := arrived;
    item.occurred_at := coalesce(item.occurred_at, arrived);
    item.flags := '{}';
    v := decide_event(item, c.context);
    if v.code is not null then
      return next refusal(item, v.code, (c.context).l,
                          case when v.code not in ('NOT_FOUND', 'UNIT_NOT_FOUND') then (c.context).u end, v.facts);
      continue;
    end if;
    h := v.h;
    units := array_append(units, v.u);
    told := array_append(told, h);
    keys := array_append(keys, row(item.event_id, item.credential, decode(item.command_hash, 'hex'), h.lot_id,
                                   h.sequence, h.id, h.received_at)::event_key);
    return next answer_of(item, (c.context).l, h, false);
  end loop;

  if cardinality(keys) = 0 then
    return;
  end if;
  insert into event_key select * from unnest(keys) on conflict (event_id) do nothing;
  get diagnostics claimed = row_count;
  if claimed < cardinality(keys) then
    -- Another unit took the same id a moment ago. Once more from the start, that is found as a known event.
    raise exception using errcode = 'serialization_failure', message = 'an event id was claimed meanwhile';
  end if;
  perform write_changes(units, told);
  perform count_day(told);
end;
$$;

-- One at a time per board: who looks whether a board is free must see what another unit's completion wrote.
create function lock_boards(items event_item[]) returns void
language plpgsql as
$$
begin
  perform pg_advisory_xact_lock(hashtext('board'), b.key)
  from (select distinct hashtext(i.board_serial) as key from unnest(items) i
        where i.board_serial is not null order by key) b;
end;
$$;

-- The statement the service calls: a JSON array of `event_item`, one answer each. All units are locked first, in
-- key order (and boards), so that two lists never wait for each other in a circle; only then are event ids looked up,
-- so that of two deliveries of one event the second finds the first. LOTs are locked last of all, in key order.
create function record_events_v1(p_items json) returns setof event_answer
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
set plan_cache_mode = force_generic_plan set jit = off
as
$$
declare
  items event_item[];
  turns integer[];
  has_undo boolean;
  has_board boolean;
  units integer;
  a event_answer;
  ended event_answer[] := '{}';
begin
  select array_agg(i order by i.ord), bool_or(i.kind = 'UNDO'), bool_or(i.board_serial is not null),
         least(count(distinct (i.lot_number, i.sequence)), count(distinct i.event_id))
  into items, has_undo, has_board, units
  from json_populate_recordset(null::event_item, p_items) i;
  if has_undo then
    for n in 1 .. cardinality(items) loop
      items[n] := with_unit(items[n], items);
    end loop;
  end if;
  perform lock_units(items);
  if has_board then
    perform lock_boards(items);
  end if;
  if units < cardinality(items) or has_undo then
    turns := turns_of(items);
  end if;
  for this_turn in 1 .. coalesce((select max(t) from unnest(turns) t), 1) loop
    for a in select * from record_turn(items, turns, this_turn) loop
      return next a;
      if a.completed_at is not null and not a.replayed and a.status in ('PASSED', 'SCRAPPED') then
        ended := array_append(ended, a);
      end if;
    end loop;
  end loop;
  if cardinality(ended) > 0 then
    perform count_ends(ended);
  end if;
end;
$$;

create function lock_units(items event_item[]) returns void
language plpgsql as
$$
begin
  perform (select u.sequence from unit u where u.lot_id = p.lot_id and u.sequence = p.sequence for no key update)
  from (
    select distinct (select l.id from lot l where l.lot_number = (items[n]).lot_number) as lot_id, (items[n]).sequence
    from generate_subscripts(items, 1) n
    order by 1, 2) p;
end;
$$;
