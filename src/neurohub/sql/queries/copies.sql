-- name: cluster
-- What a backup must know of the cluster it copies.
select
  current_setting('server_version_num')::integer / 10000 as version,
  (select system_identifier::text from pg_control_system()) as system_id,
  current_database()::text as database,
  (select rolname::text from pg_roles where oid = 10) as superuser,
  (select sum(pg_database_size(oid))::bigint from pg_database) as size_bytes,
  current_setting('archive_mode') <> 'off' as archives,
  coalesce(current_setting('summarize_wal', true) = 'on', false) as summarizes,
  pg_is_in_recovery() as is_in_recovery

-- name: clock
-- The clock that commits are stamped by.
select clock_timestamp()

-- name: end_segment
-- End the segment being written, so that it is archived now; the name of the last one that is ended. Where nothing was
-- written since the last switch the function gives the beginning of the next segment: one byte less is in ours.
select pg_walfile_name(pg_switch_wal() - 1)

-- name: recovery
-- How far a restore has come.
select pg_is_in_recovery(), pg_last_xact_replay_timestamp()

-- name: has_events
-- Is there a plant in it yet?
select to_regclass('neurohub.history') is not null

-- name: newest_event
-- The last thing that happened on the floor before the moment restored to.
select max(received_at) from neurohub.history
