-- name: committed
-- Where the primary's log ends now: whoever has replayed that far has every commit acknowledged before.
select pg_current_wal_lsn()::text

-- name: replayed
-- Has this standby replayed the log up to there? One that was promoted has no replay left to wait for.
select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= %s::text::pg_lsn
