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
