"""Copies of the plant's data and the way back: PostgreSQL's own programs, in the right order, checked.

Not a copier of its own: pg_basebackup copies, pg_verifybackup and pg_amcheck check, pg_combinebackup joins. What is
ours: the catalogue, what is kept, the log's archive (`wal.sh`), and files beside the database. Called by `cli_backup`.
"""
