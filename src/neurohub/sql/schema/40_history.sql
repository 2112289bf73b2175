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
