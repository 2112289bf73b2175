-- Roll-ups: what the board would otherwise count in the history again and again. Kept by the transaction that
-- records an event, rebuilt from the history by `rebuild_rollups` (`neurohub rollups`).
-- `shard` parts writers: two at once never wait for each other's row. Readers sum over it.

create table day_count (
  day date not null,
  line text not null,
  model text not null,
  process smallint not null,
  shard smallint not null,
  started integer not null,
  passed integer not null,
  failed integer not null,
  repaired integer not null,
  errors integer not null,
  first_verdicts integer not null,
  first_passes integer not null,
  constraint day_count_is_one_per_writer primary key (day, line, model, process, shard)
) with (fillfactor = 50);

-- Passed steps of a day by how long they took; `bucket` is `duration_bucket`.
create table day_duration (
  day date not null,
  line text not null,
  model text not null,
  process smallint not null,
  bucket smallint not null,
  shard smallint not null,
  steps integer not null,
  constraint day_duration_is_one_per_writer primary key (day, line, model, process, bucket, shard)
) with (fillfactor = 50);
