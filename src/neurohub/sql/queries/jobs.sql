-- name: take
-- Take a job that is due and that no other worker has; it is done when the transaction is.
update job
set ran_at = clock_timestamp()
where name = (
  select name
  from job
  where name = %(name)s
    and ran_at < clock_timestamp() - %(every_s)s::float8 * interval '1 second'
  for update skip locked)
returning name

-- name: watch_floor
-- Raise the alerts that are found by looking.
select watch_floor()

-- name: judge_targets
-- Raise the alerts of the day that has ended.
select judge_targets(clock_timestamp())

-- name: make_quarters
-- Make the history's partitions of this quarter and the next four.
select ensure_history_quarters(clock_timestamp(), 5)
