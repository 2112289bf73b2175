-- The first schema: tables, functions and grants as they stand in sql/schema and sql/functions.
-- The plant: lines, models, the route and everything a manager may change without us.

create table plant (
  only_row boolean primary key default true,
  timezone text not null default 'Asia/Seoul',
  day_shift_starts time not null default '08:00',
  night_shift_starts time not null default '20:00',
  constraint plant_has_one_row check (only_row)
);
insert into plant default values;

create table line (
  code text primary key,
  name text not null,
  daily_target integer not null default 100,
  active boolean not null default true,
  constraint line_code_is_country_and_two_digits check (code ~ '^[A-Z]{2}[0-9]{2}$'),
  constraint line_daily_target_is_positive check (daily_target between 1 and 100000)
);

create table model (
  code text primary key,
  name text not null,
  active boolean not null default true,
  constraint model_code_is_three_letters check (code ~ '^[A-Z]{3}$')
);

create table process (
  process smallint primary key,
  code text not null,
  name_ko text not null,
  name_en text not null,
  scan text not null,
  standard_s integer not null,
  rework boolean not null,
  constraint process_is_one_to_eight check (process between 1 and 8),
  constraint process_code_is_unique unique (code),
  constraint process_scan_is_wip_or_serial check (scan in ('WIP', 'SERIAL')),
  constraint process_standard_is_positive check (standard_s between 1 and 864000)
);
insert into process (process, code, name_ko, name_en, scan, standard_s, rework) values
  (1, 'PROC-001', '레이저 마킹', 'Laser marking', 'WIP', 60, false),
  (2, 'PROC-002', 'LMA 조립', 'LMA assembly', 'WIP', 3600, true),
  (3, 'PROC-003', '센서 검사', 'Sensor test', 'WIP', 60, true),
  (4, 'PROC-004', '펌웨어 업로드', 'Firmware upload', 'WIP', 60, true),
  (5, 'PROC-005', '로봇 조립', 'Robot assembly', 'WIP', 3600, true),
  (6, 'PROC-006', '성능검사', 'Performance test', 'WIP', 600, true),
  (7, 'PROC-007', '라벨 프린팅', 'Label printing', 'WIP', 60, true),
  (8, 'PROC-008', '포장+외관검사', 'Packing + inspection', 'SERIAL', 120, true);

-- What a plant changes of a process for one model; a missing row means the process as it stands.
create table route (
  model text not null references model (code),
  process smallint not null references process (process),
  standard_s integer not null,
  rework boolean not null,
  constraint route_has_one_row_per_model_and_process primary key (model, process),
  constraint route_standard_is_positive check (standard_s between 1 and 864000)
);

-- Versioned: a change is a new row, so a step keeps the limits that judged it. `limits` is `domain.limits.Limits`.
create table limit_set (
  id integer primary key generated always as identity,
  model text not null references model (code),
  limits json not null,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null
);
create index limit_set_by_model on limit_set (model, id desc);

create table defect_code (
  process smallint not null references process (process),
  code text not null,
  name_ko text not null,
  name_en text not null,
  active boolean not null default true,
  constraint defect_code_is_unique_per_process primary key (process, code)
);
insert into defect_code (process, code, name_ko, name_en) values
  (1, 'MARKING_UNREADABLE', '마킹 판독 불가', 'Marking unreadable'),
  (2, 'PART_DEFECT', '부품 불량', 'Part defect'),
  (2, 'ASSEMBLY_ERROR', '조립 오류', 'Assembly error'),
  (3, 'SENSOR_TEMP_FAIL', '온도 센서 불량', 'Temperature sensor failed'),
  (3, 'SENSOR_TOF_FAIL', 'ToF 센서 불량', 'Time-of-flight sensor failed'),
  (4, 'FIRMWARE_UPLOAD_FAIL', '펌웨어 업로드 실패', 'Firmware upload failed'),
  (4, 'FIRMWARE_COMM_ERROR', '펌웨어 통신 오류', 'Firmware communication error'),
  (5, 'ASSEMBLY_ERROR', '조립 오류', 'Assembly error'),
  (5, 'APPEARANCE_DEFECT', '외관 불량', 'Appearance defect'),
  (6, 'PERFORMANCE_FAIL', '성능 불량', 'Performance out of limits'),
  (7, 'LABEL_PRINT_FAIL', '라벨 인쇄 실패', 'Label not printed'),
  (7, 'LABEL_ATTACH_ERROR', '라벨 부착 오류', 'Label attached wrongly'),
  (8, 'APPEARANCE_DEFECT', '외관 불량', 'Appearance defect'),
  (8, 'MISSING_PART', '부품 누락', 'Missing part'),
  (8, 'LABEL_ATTACH_ERROR', '라벨 부착 오류', 'Label attached wrongly');

create table equipment (
  code text primary key,
  name text not null,
  line text references line (code),
  process smallint references process (process),
  maintenance_due date,
  active boolean not null default true
);

create table station (
  code text primary key,
  name text not null,
  line text not null references line (code),
  processes smallint[] not null,
  secret_hash text not null,
  event_key bytea not null,
  signs_events boolean not null default false,
  active boolean not null default true,
  constraint station_processes_are_one_to_eight
    check (cardinality(processes) between 1 and 8 and processes <@ '{1,2,3,4,5,6,7,8}'::smallint[])
);

-- `kinds` are the labels it is loaded with, `station` the PC that drives it.
create table printer (
  code text primary key,
  name text not null,
  line text references line (code),
  address text not null,
  dpi smallint not null default 203,
  kinds text[] not null default '{lot,wip,serial}',
  station text references station (code),
  active boolean not null default true,
  constraint printer_dpi_is_203_or_300 check (dpi in (203, 300)),
  constraint printer_kinds_are_known check (cardinality(kinds) >= 1 and kinds <@ '{lot,wip,serial}'::text[])
);
create index printer_by_station on printer (station);

-- The last heartbeat of each station: overwritten in place every 30 s, and so neither audited nor kept.
create table station_beat (
  station text primary key references station (code),
  at timestamptz not null,
  version text not null,
  queue_depth integer not null,
  oldest_unsent_s double precision,
  scanner text not null,
  printer text not null,
  folder text not null
) with (fillfactor = 50);

-- Kept for ever. `block_sha256` is the SHA-256 of each MiB of the image, one after the other: reads are checked by it.
create table firmware (
  model text not null references model (code),
  version text not null,
  major integer not null,
  minor integer not null,
  patch integer not null,
  size_bytes bigint not null,
  sha256 text not null,
  md5 text not null,
  block_sha256 bytea not null default '',
  released_at timestamptz not null default clock_timestamp(),
  constraint firmware_version_is_unique_per_model primary key (model, version),
  constraint firmware_version_matches_its_numbers check (version = format('v%s.%s.%s', major, minor, patch))
);
-- People and their sign-ins. Passwords, badges and tokens are only here as hashes.

create table person (
  username text primary key,
  name text not null,
  role text not null,
  locale text not null default 'ko',
  line text references line (code),
  password_hash text not null,
  badge_sha256 text,
  active boolean not null default true,
  created_at timestamptz not null default clock_timestamp(),
  constraint person_username_form check (username ~ '^[a-z0-9][a-z0-9_.-]{0,39}$'),
  constraint person_role_is_known check (role in ('viewer', 'worker', 'manager', 'admin')),
  constraint person_locale_is_known check (locale in ('ko', 'en')),
  constraint person_worker_has_a_line check (role <> 'worker' or line is not null)
);

-- A badge of somebody who left may be given to the next.
create unique index person_badge_is_held_once on person (badge_sha256) where active;

-- One row per refresh token ever handed out and not yet swept. `subject` is `user:NAME` or `station:CODE`.
create table refresh_token (
  token_hash bytea primary key,
  family uuid not null,
  subject text not null,
  issued_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_token_by_family on refresh_token (family);

-- Families that were signed out or killed by reuse; access tokens of a family die with it.
create table revoked_family (
  family uuid primary key,
  revoked_at timestamptz not null default clock_timestamp(),
  reason text not null
);
create index revoked_family_by_time on revoked_family (revoked_at);

-- Failed sign-ins, counted here so that the delay holds on every worker and without Redis.
create table login_failure (
  account text not null,
  address text not null,
  failures integer not null,
  last_failed_at timestamptz not null default clock_timestamp(),
  constraint login_failure_is_counted_once primary key (account, address)
);
create index login_failure_by_address on login_failure (address);
-- LOTs and units: the state now. One row per unit, two names for it.

create table lot_counter (
  line text not null,
  model text not null,
  month text not null,
  last_number integer not null,
  constraint lot_counter_is_one_per_month primary key (line, model, month),
  constraint lot_counter_ends_at_999 check (last_number between 1 and 999)
);

create table lot (
  id integer primary key generated always as identity,
  lot_number text not null,
  line text not null references line (code),
  model text not null references model (code),
  shift text not null,
  target_quantity smallint not null,
  status text not null default 'CREATED',
  unit_count smallint not null default 0,
  passed smallint not null default 0,
  scrapped smallint not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  started_at timestamptz,
  completed_at timestamptz,
  closed_at timestamptz,
  closed_by text,
  close_reason text,
  constraint lot_number_is_unique unique (lot_number),
  constraint lot_shift_is_day_or_night check (shift in ('D', 'N')),
  constraint lot_target_is_one_to_hundred check (target_quantity between 1 and 100),
  constraint lot_units_within_target check (unit_count between 0 and target_quantity),
  constraint lot_ended_within_units check (passed >= 0 and scrapped >= 0 and passed + scrapped <= unit_count),
  constraint lot_status_is_known check (status in ('CREATED', 'IN_PROGRESS', 'COMPLETED', 'CLOSED'))
);
create index lot_by_status on lot (status, id);
create index lot_by_line on lot (line, id);
create index lot_by_model on lot (model, id);

-- Changed by every scan: no index but the key, room on the page, so that updates stay HOT.
-- `open_*` is the step that is open; `attempts[p]` counts starts of process p;
-- bit p-1 of `verdicts` is set once process p had a verdict (first-pass yield looks at that one).
create table unit (
  lot_id integer not null references lot (id),
  sequence smallint not null,
  status text not null default 'CREATED',
  passed_process smallint not null default 0,
  serial_issued boolean not null default false,
  rework_count smallint not null default 0,
  rework_marked boolean not null default false,
  repair_streak smallint not null default 0,
  verdicts smallint not null default 0,
  attempts smallint[] not null default '{0,0,0,0,0,0,0,0}',
  open_process smallint,
  open_step_id bigint,
  open_event_id uuid,
  open_station text,
  open_operator text,
  open_occurred_at timestamptz,
  open_is_rework boolean,
  status_before_open text,
  last_occurred_at timestamptz,
  updated_at timestamptz not null default clock_timestamp(),
  revision integer not null default 1,
  constraint unit_is_one_row primary key (lot_id, sequence),
  constraint unit_sequence_is_one_to_hundred check (sequence between 1 and 100),
  constraint unit_status_is_known
    check (status in ('CREATED', 'IN_PROGRESS', 'PASSED', 'DEFECTED', 'REWORK', 'SCRAPPED')),
  constraint unit_passed_process_is_zero_to_eight check (passed_process between 0 and 8),
  constraint unit_passed_after_process_eight check ((status = 'PASSED') = (passed_process = 8) or status = 'SCRAPPED'),
  constraint unit_reworks_at_most_three_times check (rework_count between 0 and 3),
  constraint unit_opens_the_due_process check (open_process = passed_process + 1),
  constraint unit_open_step_is_whole
    check (num_nulls(open_process, open_step_id, open_event_id, open_operator, open_occurred_at,
                     open_is_rework, status_before_open) in (0, 7)),
  constraint unit_open_step_is_in_progress check (open_process is null or status = 'IN_PROGRESS')
) with (fillfactor = 80);

create table board (
  board_serial text primary key,
  lot_id integer not null,
  sequence smallint not null
);

-- What a unit holds now; the history keeps what it held before.
create table component (
  lot_id integer not null,
  sequence smallint not null,
  kind text not null,
  component_lot text not null,
  process smallint not null,
  installed_at timestamptz not null,
  constraint component_is_one_per_kind primary key (lot_id, sequence, kind)
);
create index component_by_lot on component (component_lot, lot_id, sequence);

create table defect (
  id bigint primary key generated always as identity,
  lot_id integer not null,
  sequence smallint not null,
  process smallint not null,
  step_id bigint not null,
  code text not null,
  description text not null,
  status text not null,
  reported_at timestamptz not null,
  reported_by text not null,
  station text,
  decided_at timestamptz,
  decided_by text,
  reason text,
  constraint defect_status_is_known check (status in ('OPEN', 'REWORK', 'SCRAPPED', 'REPAIRED'))
);
create index defect_by_unit on defect (lot_id, sequence);
create index defect_by_status on defect (status, id);
create index defect_by_process on defect (process, id);
create unique index defect_is_open_once_per_unit on defect (lot_id, sequence) where status = 'OPEN';
-- The append-only history: every state change of a unit is one row, and the facts of its answer are in it,
-- so a repeated event is answered from here. The app role may insert and read, nothing else.

create sequence history_id;

create table history (
  id bigint not null default nextval('history_id'),
  received_at timestamptz not null,
  event_id uuid not null,
  kind text not null,
  lot_id integer not null,
  sequence smallint not null,
  process smallint not null,
  attempt smallint not null,
  step_id bigint,
  result text,
  is_rework boolean not null,
  first_verdict boolean not null default false,
  operator text not null,
  station text,
  equipment text,
  occurred_at timestamptz not null,
  started_at timestamptz,
  station_seq bigint,
  flags text[] not null default '{}',
  limits_version integer,
  process_data json,
  judged json,
  reason text,
  voids_id bigint,
  status_after text not null,
  passed_after smallint not null,
  open_after smallint,
  serial_after boolean not null,
  rework_count_after smallint not null,
  unit_attempt_after smallint not null,
  constraint history_is_one_row_per_event primary key (lot_id, sequence, id, received_at),
  constraint history_kind_is_known check (kind in ('START', 'COMPLETE', 'UNDO', 'REWORK', 'SCRAP', 'REOPEN'))
) partition by range (received_at);
create index history_by_time on history using brin (received_at) with (pages_per_range = 16);

-- Catches what no quarter covers, so that a missing partition never refuses a scan.
create table history_rest partition of history default;

-- Every event id ever accepted. Never purged, never partitioned: an effect never happens twice, at any age.
create table event_key (
  event_id uuid primary key,
  credential text not null,
  command_hash bytea not null,
  lot_id integer not null,
  sequence smallint not null,
  history_id bigint not null,
  received_at timestamptz not null
);

-- The same law for creates that carry an Idempotency-Key; the body is the first answer, byte for byte.
create table idempotency_key (
  credential text not null,
  key text not null,
  command_hash bytea not null,
  body bytea,
  created_at timestamptz not null default clock_timestamp(),
  constraint idempotency_key_is_used_once primary key (credential, key)
);

-- `printer` is the one asked for, `station` the one whose work caused the job; a claim names who has it, until when
-- `functions/35_print_jobs.sql` says, and on which printer.
create table print_job (
  id bigint primary key generated always as identity,
  kind text not null,
  lot_id integer not null,
  sequence smallint,
  line text not null,
  printer text references printer (code),
  station text,
  status text not null default 'queued',
  is_reprint boolean not null default false,
  reason text,
  detail text not null default '',
  requested_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  claimed_by text,
  claimed_printer text,
  claimed_at timestamptz,
  changed_at timestamptz not null default clock_timestamp(),
  constraint print_job_kind_is_known check (kind in ('lot', 'wip', 'serial')),
  constraint print_job_status_is_known
    check (status in ('queued', 'sent', 'printed', 'verified', 'failed', 'unknown', 'void'))
);
create index print_job_by_unit on print_job (lot_id, sequence);
create index print_job_waiting on print_job (line, id) where status = 'queued';

-- `over_at` is when the cause ended, of the kinds that last (`functions/60_alerts.sql`).
create table alert (
  id bigint primary key generated always as identity,
  kind text not null,
  severity text not null,
  cause text not null,
  line text,
  facts json not null,
  raised_at timestamptz not null default clock_timestamp(),
  over_at timestamptz,
  read_at timestamptz,
  read_by text,
  constraint alert_is_raised_once_per_cause unique (cause),
  constraint alert_severity_is_known check (severity in ('high', 'medium', 'low'))
);
create index alert_by_time on alert (raised_at desc);
create index alert_lasting on alert (kind) where over_at is null;
create index alert_unread on alert (line) where read_at is null;

-- Who changed master data, from what to what. Written by a trigger, so that no path can forget it.
create table audit (
  id bigint primary key generated always as identity,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  object text not null,
  key text not null,
  action text not null,
  before json,
  after json
);
create index audit_by_object on audit (object, key, id);
-- Roll-ups: what the board would otherwise count in the history again and again. Kept by the transaction that
-- records an event, rebuilt from the history by `rebuild_rollups` (`neurohub rollups`).
-- `shard` parts writers: two at once never wait for each other's row. Readers sum over it.

-- `bucket` tells how long a passed step took (`duration_bucket`); what is no pass is under -32768.
create table day_count (
  day date not null,
  line text not null,
  model text not null,
  process smallint not null,
  bucket smallint not null,
  shard smallint not null,
  started integer not null,
  passed integer not null,
  failed integer not null,
  repaired integer not null,
  errors integer not null,
  first_verdicts integer not null,
  first_passes integer not null,
  constraint day_count_is_one_per_writer primary key (day, line, model, process, bucket, shard)
) with (fillfactor = 50);
-- Chores of the service itself: each runs on one worker at a time, at most once in its period.

create table job (
  name text primary key,
  ran_at timestamptz not null default '-infinity'
);
insert into job (name) values ('alerts'), ('targets'), ('quarters'), ('sign_ins');
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
-- Alerts that nobody's command raises: found by looking, every 15 s and at the end of a day. Called by `jobs`.

-- What is wrong on the floor now and lasts until it is not: one row for each cause.
create function lasting_causes() returns table (kind text, severity text, line text, cause text, facts json)
language sql stable as
$$
  select 'STATION_SILENT', 'medium', s.line, s.code,
         json_build_object('station', s.code, 'last_seen_at', b.at)
  from station s join station_beat b on b.station = s.code
  where s.active and b.at < clock_timestamp() - interval '2 minutes'
  union all
  select 'OUTBOX_GROWING', 'medium', s.line, s.code,
         json_build_object('station', s.code, 'queue_depth', b.queue_depth, 'oldest_unsent_s', b.oldest_unsent_s)
  from station s join station_beat b on b.station = s.code
  where s.active and b.at >= clock_timestamp() - interval '2 minutes' and b.oldest_unsent_s >= 300
  union all
  select 'PROCESS_DELAYED', 'medium', l.line, 'step:' || u.open_step_id,
         json_build_object('wip_id', wip_id(l.lot_number, u.sequence), 'process', u.open_process,
                           'station', u.open_station, 'operator', u.open_operator, 'since', u.open_occurred_at)
  from lot l
  join unit u on u.lot_id = l.id
  join process p on p.process = u.open_process
  left join route r on r.process = u.open_process and r.model = l.model
  where l.status in ('CREATED', 'IN_PROGRESS')
    and extract(epoch from clock_timestamp() - u.open_occurred_at) > 1.5 * coalesce(r.standard_s, p.standard_s)
$$;

-- Raise what has begun since the last look, and note the end of what is over. What lasts is not raised again.
create function watch_floor() returns void
language sql as
$$
  with due as materialized (
    select c.kind, c.severity, c.line, c.kind || ':' || c.cause as cause, c.facts from lasting_causes() c
  ),
  begun as (
    insert into alert (kind, severity, line, cause, facts)
    select d.kind, d.severity, d.line, d.cause, d.facts
    from due d
    where not exists (select from alert a where a.cause = d.cause and a.over_at is null)
    on conflict (cause) do update set
      raised_at = clock_timestamp(), facts = excluded.facts, over_at = null, read_at = null, read_by = null
  )
  update alert a set over_at = clock_timestamp()
  where a.kind in ('STATION_SILENT', 'OUTBOX_GROWING', 'PROCESS_DELAYED')
    and a.over_at is null
    and a.cause not in (select d.cause from due d)
$$;

-- Judge the day that has ended, once its last shift is over, each line that worked by its target. A day of the plant
-- goes from the start of its day shift to the next one. For an hour after, so that late events still count.
create function judge_targets(p_now timestamptz) returns void
language sql as
$$
  insert into alert (kind, severity, line, cause, facts)
  select 'TARGET_NOT_MET', 'medium', n.code, format('TARGET_NOT_MET:%s:%s', n.code, d.day),
         json_build_object('date', d.day, 'passed', w.passed, 'target', n.daily_target)
  from plant p
  cross join lateral (
    select ((p_now at time zone p.timezone) - p.day_shift_starts)::date - 1 as day) d
  cross join lateral (
    select (d.day + p.day_shift_starts) at time zone p.timezone as begins,
           (d.day + 1 + p.day_shift_starts) at time zone p.timezone as ends) t
  join line n on n.active
  cross join lateral (
    select count(*) filter (where h.kind = 'COMPLETE' and h.process = 8 and h.result = 'PASS') as passed,
           count(*) as events
    from history h
    join lot l on l.id = h.lot_id
    where h.received_at >= t.begins and h.received_at < t.ends and l.line = n.code) w
  where p_now < t.ends + interval '1 hour'
    and w.events > 0
    and w.passed < 0.8 * n.daily_target
  on conflict (cause) do nothing
$$;

create function alert_json(a alert) returns json
language sql stable as
$$
  select row_to_json(v) from (select
    a.id, a.kind, a.severity, a.line, a.facts, a.raised_at, a.over_at, a.read_at, a.read_by) v
$$;
-- Who may do what. The app never deletes or rewrites the history, its keys or the audit.

grant usage on schema neurohub to neurohub_app, neurohub_report;
grant select, insert, update on all tables in schema neurohub to neurohub_app;
grant usage on all sequences in schema neurohub to neurohub_app;
revoke update on history, history_rest, event_key from neurohub_app;
revoke insert, update on audit from neurohub_app;
grant delete on refresh_token, revoked_family, login_failure, route to neurohub_app;
grant select on all tables in schema neurohub to neurohub_report;
revoke select on person, station, refresh_token from neurohub_report;
grant select (username, name, role, locale, line, active) on person to neurohub_report;
grant select (code, name, line, processes, active) on station to neurohub_report;
