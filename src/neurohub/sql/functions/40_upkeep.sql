-- Upkeep: partitions of the history, and the audit of master data.

-- Make the quarters from the one of `start_at` on. Called by `neurohub migrate` and daily by `jobs`, as the owner
-- whoever calls. None is ever detached: `record_turn` answers an event that comes again, at any age, from its row.
create function ensure_history_quarters(start_at timestamptz, quarters integer) returns void
language plpgsql security definer set search_path = neurohub as
$$
declare
  from_at timestamptz;
  name text;
begin
  for n in 0 .. quarters - 1 loop
    from_at := date_trunc('quarter', start_at at time zone 'UTC') at time zone 'UTC' + make_interval(months => 3 * n);
    name := to_char(from_at at time zone 'UTC', '"history_"YYYY"q"Q');
    if to_regclass(name) is null then
      execute format('create table %I partition of history for values from (%L) to (%L)',
                     name, from_at, from_at + interval '3 months');
    end if;
  end loop;
end;
$$;

-- One trigger for all master data: who (set by the service for the transaction), what, before and after.
-- Secrets are not part of it.
create function audit_change() returns trigger
language plpgsql security definer set search_path = neurohub as
$$
declare
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  row_key text := '';
  part text;
begin
  foreach part in array tg_argv loop
    row_key := row_key || case when row_key = '' then '' else '/' end || (coalesce(new_row, old_row) ->> part);
  end loop;
  if old_row is distinct from new_row then
    insert into audit (actor, object, key, action, before, after)
    values (coalesce(nullif(current_setting('neurohub.actor', true), ''), 'system:' || session_user),
            tg_table_name, row_key, lower(tg_op),
            (old_row - '{password_hash,badge_sha256,secret_hash,event_key}'::text[])::json,
            (new_row - '{password_hash,badge_sha256,secret_hash,event_key}'::text[])::json);
  end if;
  return null;
end;
$$;

create trigger audit_plant after insert or update or delete on plant for each row execute function audit_change('timezone');
create trigger audit_line after insert or update or delete on line for each row execute function audit_change('code');
create trigger audit_model after insert or update or delete on model for each row execute function audit_change('code');
create trigger audit_process after insert or update or delete on process for each row execute function audit_change('process');
create trigger audit_route after insert or update or delete on route for each row execute function audit_change('model', 'process');
create trigger audit_limit_set after insert or update or delete on limit_set for each row execute function audit_change('id');
create trigger audit_defect_code after insert or update or delete on defect_code for each row execute function audit_change('process', 'code');
create trigger audit_equipment after insert or update or delete on equipment for each row execute function audit_change('code');
create trigger audit_printer after insert or update or delete on printer for each row execute function audit_change('code');
create trigger audit_station after insert or update or delete on station for each row execute function audit_change('code');
create trigger audit_firmware after insert or update or delete on firmware for each row execute function audit_change('model', 'version');
create trigger audit_person after insert or update or delete on person for each row execute function audit_change('username');
