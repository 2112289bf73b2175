-- name: committed
-- How much of the primary's log is on disk now: whoever has replayed that far has every commit acknowledged before.
-- What is only written is nobody's commit yet, and is not sent to a standby either.
select pg_current_wal_flush_lsn()::text

-- name: replayed
-- Has this standby replayed the log up to there? One that was promoted has no replay left to wait for.
select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= %s::text::pg_lsn
