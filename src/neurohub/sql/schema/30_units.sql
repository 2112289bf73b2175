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
