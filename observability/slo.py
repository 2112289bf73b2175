"""What the plant is promised, and where watching begins to worry: every threshold of rules and boards.

Nothing else holds a number. Not the expressions (`queries`), not the alerts (`alerts/`). The customer's aims are
marked so; the others are ours, each with its reason.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class Severity(StrEnum):
    """`PAGE`: somebody gets up. `TICKET`: somebody looks in the morning. `HEARTBEAT`: always on, heard elsewhere."""

    PAGE = "page"
    TICKET = "ticket"
    HEARTBEAT = "heartbeat"


class Burn(Struct, frozen=True):
    """How fast the month's budget of errors burns, seen over a long window and still over a short one."""

    times: float
    short: str
    long: str
    severity: Severity


# --- what is promised (the customer's)
ERRORS_MAX: Final = 0.001
SLOW_S: Final = 1.0
SLOW_MAX: Final = 0.05  # p95 <= 1 s, said as a share of a bucket, which adds up over workers
MEAN_S: Final = 0.1
CACHE_HITS_MIN: Final = 0.8
CONNECTIONS_MAX: Final = 50  # of all instances together
TRANSACTIONS_A_DAY: Final = 50_000
TRANSACTIONS_A_DAY_LATER: Final = 100_000
BANDWIDTH_BITS_MAX: Final = 10_000_000
CPU_MAX: Final = 0.8

# --- how fast errors may burn: 14.4 times is 2 % of a month's budget in an hour
BURNS: Final = (
    Burn(14.4, "5m", "1h", Severity.PAGE),
    Burn(6, "30m", "6h", Severity.PAGE),
    Burn(3, "2h", "1d", Severity.TICKET),
    Burn(1, "6h", "3d", Severity.TICKET),
)
REQUESTS_A_SECOND_MIN: Final = 0.05  # below 3 a minute one bad request is no trend
READS_A_SECOND_MIN: Final = 0.05

# --- what of the service
SCAN_P99_S: Final = 0.5  # an operator notices; 15 s and the station speaks of an unreachable server
POOL_WAITING_MAX: Final = 4
QUEUE_MAX: Final = 128  # two full batches; a lane is behind by more than it commits at once
LOOP_LAG_S: Final = 0.25
STARTS_PER_WORKER_MAX: Final = 3  # in 15 minutes; a reload starts each once
SCRAPE_AGE_S: Final = 90
JOB_AGE_S: Final = {  # each job's period and some failures; a test holds the names equal to the service's
    "alerts": 300,
    "targets": 1800,
    "quarters": 2 * 24 * 3600,  # five quarters are ahead
    "sign_ins": 4 * 3600,
}

# --- what of the machine
MEMORY_MAX: Final = 0.85
DISK_FREE_MIN: Final = 0.1
DISK_FULL_WITHIN_S: Final = 4 * 24 * 3600

# --- what of the database and the cache
CONNECTIONS_NEAR: Final = 0.9
TRANSACTION_S_MAX: Final = 60  # idle transactions end after 10 s, statements after 5, reports after 15
REPLICA_LAG_S: Final = 10
ARCHIVE_AGE_S: Final = 900  # WAL leaves every 60 s while somebody writes
ARCHIVE_FAILURES_MAX: Final = 3  # in 15 minutes; one that never succeeded has no age
BACKUP_AGE_S: Final = 26 * 3600  # daily, and two hours late
DRILL_AGE_S: Final = 3 * 24 * 3600  # nightly: restored and checked; a backup that was never tried is a hope
BACKUP_UNKNOWN: Final = "1h"  # on a machine with a node exporter nothing tells of a backup
DEADLOCKS_MAX: Final = 3
REDIS_MEMORY_MAX: Final = 0.95

# --- what of the floor
HEARTBEAT_S: Final = 120  # the domain's STATION_SILENT
UNSENT_S: Final = 300
OUTBOX_MAX: Final = 50
PRINT_WAIT_S: Final = 600
REFUSED_MAX: Final = 0.3  # of the scans of one process: somebody works against the system
