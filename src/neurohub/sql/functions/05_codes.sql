-- A unit's two names from its key; the grammar itself is `contract.barcode`.

create function wip_id(lot_number text, sequence integer) returns text
language sql immutable parallel safe as
$$ select 'WIP-' || lot_number || '-' || lpad(sequence::text, 3, '0') $$;

create function serial_number(lot_number text, sequence integer) returns text
language sql immutable parallel safe as
$$ select lot_number || lpad(sequence::text, 4, '0') $$;

-- Refuse outside the hot path: SQLSTATE NH001 carries the code and its facts to the service.
create function refuse(code text, facts json default '{}') returns void
language plpgsql as
$$
begin
  raise exception using errcode = 'NH001', message = code, detail = facts::text;
end;
$$;

-- The plant's calendar day and month, by the database clock.
create function plant_today() returns date
language sql stable as
$$ select (clock_timestamp() at time zone p.timezone)::date from plant p $$;

create function plant_day_begins(day date) returns timestamptz
language sql stable as
$$ select day::timestamp at time zone p.timezone from plant p $$;
