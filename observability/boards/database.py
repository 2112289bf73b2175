"""Is the pool, a lock, the disk or the cache the limit? PostgreSQL and Redis beside what the service asks of them."""

from typing import Final

from observability import slo
from observability.board import Board, Kind, Panel, Row, Target, Unit, stat
from observability.queries import (
    BACKUP_DONE_AT,
    CONNECTIONS,
    DRILL_DONE_AT,
    JOB_DONE_AT,
    PLANT,
    cache_hit_share,
    mean,
    quantile,
    rate,
    share,
    total,
)

_BLOCKS: Final = rate("pg_stat_database_blks_hit", PLANT)
_REDIS_HITS: Final = rate("redis_keyspace_hits_total")

_POOL: Final = Row(
    ("Connections", "연결"),
    (
        stat(
            ("Connections in use", "사용 중 연결"),
            "All connections to the plant's database; the customer allows 50.",
            Unit.COUNT,
            CONNECTIONS,
            limit=slo.CONNECTIONS_NEAR * slo.CONNECTIONS_MAX,
            width=4,
        ),
        stat(
            ("Waiting for one", "연결 대기"),
            "Requests that wait for a connection of a pool just now.",
            Unit.COUNT,
            total("neurohub_database_pool", 'state="waiting"'),
            limit=slo.POOL_WAITING_MAX,
            width=4,
        ),
        Panel(
            title=("Pools by state", "풀 상태"),
            why="`size` near `max` with none available means that the pool is the limit.",
            unit=Unit.COUNT,
            targets=(Target(total("neurohub_database_pool", by="state"), "{{state}}"),),
        ),
        Panel(
            title=("Time spent waiting", "대기 시간"),
            why="Seconds that requests waited for connections, each second; and connections not had or lost.",
            unit=Unit.COUNT,
            targets=(
                Target(rate("neurohub_database_pool_wait_seconds_total"), "waited"),
                Target(rate("neurohub_database_pool_errors_total"), "not had in time"),
                Target(rate("neurohub_database_connections_lost_total"), "lost"),
            ),
        ),
    ),
)
_LANES: Final = Row(
    ("Lanes", "레인"),
    (
        Panel(
            title=("How long a commit takes", "커밋 시간"),
            why="Grows first when the disk is slow or a lock is held. A batch is one commit.",
            unit=Unit.SECONDS,
            targets=(
                Target(quantile(0.5, "neurohub_lane_commit_seconds"), "events p50"),
                Target(quantile(0.99, "neurohub_lane_commit_seconds"), "events p99"),
                Target(quantile(0.99, "neurohub_lookup_commit_seconds"), "reads p99"),
            ),
        ),
        Panel(
            title=("How many go together", "묶음 크기"),
            why="Mean size of a batch: it grows with the load, and is how the load is borne.",
            unit=Unit.COUNT,
            targets=(
                Target(mean("neurohub_lane_batch_events"), "events"),
                Target(mean("neurohub_lookup_batch_reads"), "reads"),
            ),
        ),
        Panel(
            title=("What waits for a lane", "레인 대기"),
            why="Events and reads in the queues just now; how long the oldest waited is on the API board.",
            unit=Unit.COUNT,
            limit=slo.QUEUE_MAX,
            targets=(
                Target(total("neurohub_lane_queue_events"), "events"),
                Target(total("neurohub_lookup_queue_reads"), "reads"),
            ),
        ),
    ),
)
_POSTGRES: Final = Row(
    ("PostgreSQL", "PostgreSQL"),
    (
        Panel(
            title=("Sessions by state", "세션 상태"),
            why="`idle in transaction` that stays is a leak; many `active` are waiting for something.",
            kind=Kind.STACK,
            unit=Unit.COUNT,
            targets=(Target(f"{total('pg_stat_activity_count', PLANT, by='state')} > 0", "{{state}}"),),
        ),
        Panel(
            title=("Oldest transaction", "가장 오래된 트랜잭션"),
            why="Nothing of the service lives longer than 15 s; a migration or a backup may.",
            unit=Unit.SECONDS,
            limit=slo.TRANSACTION_S_MAX,
            targets=(
                Target(
                    f'max by (state) (pg_stat_activity_max_tx_duration{{{PLANT}, state=~"active|idle in.*"}})',
                    "{{state}}",
                ),
            ),
        ),
        Panel(
            title=("Locks by mode", "락"),
            why="`accessexclusivelock` beside running work blocks it.",
            kind=Kind.STACK,
            unit=Unit.COUNT,
            targets=(Target(f"{total('pg_locks_count', PLANT, by='mode')} > 0", "{{mode}}"),),
        ),
        Panel(
            title=("Transactions", "트랜잭션"),
            why="Commits and rollbacks a second; rollbacks that grow are errors somewhere.",
            unit=Unit.A_SECOND,
            targets=(
                Target(rate("pg_stat_database_xact_commit", PLANT), "commits"),
                Target(rate("pg_stat_database_xact_rollback", PLANT), "rollbacks"),
                Target(rate("pg_stat_database_deadlocks", PLANT), "deadlocks"),
            ),
        ),
        Panel(
            title=("Blocks found in memory", "메모리 적중률"),
            why="Below 99 % the working set no longer fits into shared_buffers.",
            unit=Unit.SHARE,
            targets=(
                Target(share(_BLOCKS, f"{_BLOCKS} + {rate('pg_stat_database_blks_read', PLANT)}"), "hits"),
            ),
        ),
        Panel(
            title=("Size", "크기"),
            why="Of the plant's database on disk.",
            unit=Unit.BYTES,
            targets=(Target(total("pg_database_size_bytes", PLANT, by="datname"), "{{datname}}"),),
        ),
    ),
)
_CACHE: Final = Row(
    ("Cache", "캐시"),
    (
        Panel(
            title=("Board reads from the cache", "대시보드 캐시 적중률"),
            why="The customer's aim is 80 %. It falls when few people poll, or when Redis is away.",
            unit=Unit.SHARE,
            limit=slo.CACHE_HITS_MIN,
            low=True,
            targets=(Target(cache_hit_share(), "hits"),),
        ),
        Panel(
            title=("Reads by where they were answered", "응답 위치별 조회"),
            why="l1 is this worker's memory, l2 is Redis, miss is the database.",
            kind=Kind.STACK,
            unit=Unit.A_SECOND,
            targets=(Target(rate("neurohub_cache_reads_total", by="cache, level"), "{{cache}} {{level}}"),),
        ),
        Panel(
            title=("Redis", "Redis"),
            why="Commands, hits and evictions a second; a breaker that is open means a worker goes without.",
            unit=Unit.A_SECOND,
            targets=(
                Target(rate("redis_commands_processed_total"), "commands"),
                Target(_REDIS_HITS, "hits"),
                Target(rate("redis_evicted_keys_total"), "evictions"),
                Target(total("neurohub_redis_breaker_open"), "breakers open"),
            ),
        ),
    ),
)
_CHORES: Final = Row(
    ("Copies and chores", "백업과 정기 작업"),
    (
        stat(
            ("Last good backup", "마지막 정상 백업"),
            "Its age; daily. Nothing here: no backup has told the node exporter of itself.",
            Unit.SECONDS,
            f"time() - max({BACKUP_DONE_AT})",
            limit=slo.BACKUP_AGE_S,
            width=4,
        ),
        stat(
            ("Last good drill", "마지막 복원 점검"),
            "Since a backup was last restored and found whole.",
            Unit.SECONDS,
            f"time() - max({DRILL_DONE_AT})",
            limit=slo.DRILL_AGE_S,
            width=4,
        ),
        stat(
            ("Oldest unarchived log", "미보관 WAL"),
            "Since the database's log last left the machine. It leaves every minute while somebody writes.",
            Unit.SECONDS,
            "max(pg_stat_archiver_last_archive_age)",
            limit=slo.ARCHIVE_AGE_S,
            width=4,
        ),
        Panel(
            title=("Chores, since last done", "정기 작업 경과 시간"),
            why="alerts are raised every 15 s, days judged every 5 min, sign-ins swept hourly, quarters made daily.",
            kind=Kind.BARS,
            unit=Unit.SECONDS,
            width=12,
            targets=(Target(f"time() - max by (name) ({JOB_DONE_AT})", "{{name}}"),),
        ),
    ),
)
BOARD: Final = Board(
    uid="neurohub-database",
    title=("Is the pool or a lock the limit?", "풀이나 락이 한계입니까?"),
    why="From the service's side downward: pool, lanes, PostgreSQL, cache.",
    rows=(_POOL, _LANES, _POSTGRES, _CACHE, _CHORES),
)
