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
