"""What a capacity assumes and nobody measured, each with its reason. Meant to be too careful rather than too bold.

Who calls it: `capacity_model` counts with it, `capacity_page` shows it.
"""

from typing import Final

from bench.capacity_offers import CPU_ASKED

SPEED_CLOUD: Final = 0.6
DOUBLING: Final = 1.6
DIVIDED: Final = 1.21
MIX_LEAST: Final = 1.1
COMMIT_MORE_MS: Final = 5.0
WORKER_MB: Final = 120.0
CONNECTIONS_KEPT: Final = 2
DATABASE_GB: Final = 0.25
ASSUMED: Final = (
    (
        f"{CPU_ASKED:.0%}",
        "of the CPU is used at most (4.4.2 targetCPU, 4.4.3 Auto Scaling); the rest is for what is not foreseen",
    ),
    (
        f"{SPEED_CLOUD}",
        "of a core of the measuring machine is what a vCPU in the cloud does: it is half a core with a neighbour",
    ),
    ("1.0", "of a core of the measuring machine is what a core of the customer's own Xeon or EPYC does"),
    (
        f"{DOUBLING}",
        "times as much, not 2, for each doubling of a machine's cores beyond those measured: locks, WAL, memory",
    ),
    (
        f"{DIVIDED}",
        "times the cost of a transaction for each doubling of the workers that share a load beyond those measured: "
        "their batches are smaller (8 carried 5,550/s on two cores where 2 carried 8,120/s)",
    ),
    (
        f"≥ {MIX_LEAST}",
        "times the measured cost of a start or completion is what a user's transaction costs (undos come on top, "
        "reads count as writes); more where a measured normal hour says so",
    ),
    (
        f"{COMMIT_MORE_MS:.0f} ms",
        "more for each commit in the cloud: another machine, a second zone; a scan waits for two of them",
    ),
    (f"{WORKER_MB:.0f} MB", "a worker, if less was seen"),
    (f"{DATABASE_GB} GB", "is what Railway bills as the memory of PostgreSQL"),
    (f"{CONNECTIONS_KEPT}", "of the 50 connections are kept for a migration and an exporter"),
    ("1 core", "of the eight on-premises is kept for nginx, Redis, Prometheus, Grafana and the system"),
    ("2 vCPU", "for Railway's PostgreSQL: it may take more, which the customer's table does not say"),
    ("4 instances", "are the most that AWS scales out to; the 50 connections are dealt out for that"),
)
# How far the figures of the page are from what was measured: in which way, and which.
BEYOND: Final[tuple[tuple[str, ...], ...]] = (
    (
        "fitted",
        "the scalability law, over connections: it describes the measuring machine and says nothing about more "
        "cores, so the table does not count with it",
    ),
    (
        "extrapolated",
        "the peak: cores of the deployment × planned CPU ÷ the cost at the highest rate measured, more for more "
        "workers. Below the peak batches are smaller and each transaction costs more (plot): the CPU may show the "
        "planned share long before, and does not rise much from there",
    ),
    (
        "extrapolated",
        "day and night: the same with the cost at that rate of a worker, since this CPU is paid for",
    ),
    (
        "extrapolated",
        "the mean at the peak: as measured where a worker was as busy, divided by the core's speed, plus the cloud's "
        "slower commits",
    ),
    (
        "not counted",
        "no load generator runs on the deployed machines; a managed database has cores of its own",
    ),
    (
        "not known",
        "disks and replication of the deployments, TLS in nginx or the ALB, neighbours in the cloud",
    ),
)
