"""How much is left? What a request costs, what the machine has, and when the disk is full."""

from typing import Final

from observability import slo
from observability.board import Board, Kind, Panel, Row, Target, Unit, stat
from observability.queries import (
    CPU_BUSY,
    DISK_AVAILABLE,
    DISK_FREE,
    MEMORY_USED,
    PLANT,
    increase,
    rate,
    requests,
    total,
)

_DAY: Final = increase("neurohub_events_total", "1d", 'outcome="accepted"')
_NETWORK: Final = 'device!~"lo|veth.*|docker.*|br-.*"'

_NOW: Final = Row(
    ("Of what the plant was promised", "약속 대비"),
    (
        stat(
            ("Transactions in a day", "하루 트랜잭션"),
            "Accepted events of the last 24 hours. Built for 50,000, later 100,000.",
            Unit.COUNT,
            _DAY,
            limit=slo.TRANSACTIONS_A_DAY_LATER,
            width=6,
        ),
        stat(
            ("CPU of a request", "요청당 CPU"),
            "CPU time of all workers for each request: what a machine of twice the load would need.",
            Unit.SECONDS,
            f"{rate('neurohub_worker_cpu_seconds_total', window='5m')} / ({requests('5m')} > 0)",
            width=6,
        ),
        stat(
            ("Workers", "워커"),
            "Alive just now, in all instances.",
            Unit.COUNT,
            total("neurohub_workers"),
            limit=1,
            low=True,
            width=6,
        ),
        stat(
            ("Database grows by, a day", "하루 데이터베이스 증가"),
            "Trend of the last hour, for a day.",
            Unit.BYTES,
            f"clamp_min(sum(deriv(pg_database_size_bytes{{{PLANT}}}[1h])) * 86400, 0)",
            width=6,
        ),
    ),
)
_MACHINE: Final = Row(
    ("Machines", "서버"),
    (
        Panel(
            title=("CPU in use", "CPU 사용률"),
            why="By machine. Above 80 % for long: more workers do not help, more cores do.",
            unit=Unit.SHARE,
            limit=slo.CPU_MAX,
            targets=(Target(CPU_BUSY, "{{instance}}"),),
        ),
        Panel(
            title=("CPU of the workers", "워커 CPU"),
            why="Cores used by the service. The rest of the machine's is the database and the exporters.",
            unit=Unit.CORES,
            targets=(Target(rate("neurohub_worker_cpu_seconds_total", by="instance"), "{{instance}}"),),
        ),
        Panel(
            title=("Memory in use", "메모리 사용률"),
            why="By machine.",
            unit=Unit.SHARE,
            limit=slo.MEMORY_MAX,
            targets=(Target(MEMORY_USED, "{{instance}}"),),
        ),
        Panel(
            title=("Memory of the workers", "워커 메모리"),
            why="Resident; a sum that only grows is a leak.",
            kind=Kind.STACK,
            unit=Unit.BYTES,
            targets=(Target(total("neurohub_worker_memory_bytes", by="instance"), "{{instance}}"),),
        ),
        Panel(
            title=("Network", "네트워크"),
            why="Sent and received; the customer plans with 10 Mbit/s at the peak.",
            unit=Unit.BITS,
            limit=slo.BANDWIDTH_BITS_MAX,
            targets=(
                Target(f"8 * {rate('node_network_transmit_bytes_total', _NETWORK)}", "sent"),
                Target(f"8 * {rate('node_network_receive_bytes_total', _NETWORK)}", "received"),
            ),
        ),
        Panel(
            title=("Disk free", "디스크 여유"),
            why="Share of each file system. A full disk stops every scan.",
            unit=Unit.SHARE,
            limit=slo.DISK_FREE_MIN,
            low=True,
            targets=(Target(f"min by (instance, mountpoint) ({DISK_FREE})", "{{instance}} {{mountpoint}}"),),
        ),
        Panel(
            title=("Disk in four days", "4일 뒤 디스크"),
            why="What would be free by the trend of six hours; below nothing somebody has to act.",
            unit=Unit.BYTES,
            width=16,
            targets=(
                Target(
                    f"clamp_min(min by (instance, mountpoint)"
                    f" (predict_linear({DISK_AVAILABLE}[6h], {slo.DISK_FULL_WITHIN_S})), 0)",
                    "{{instance}} {{mountpoint}}",
                ),
            ),
        ),
        Panel(
            title=("Workers started anew", "재시작된 워커"),
            why="In an hour. A reload starts each once; those that had died are crashes.",
            unit=Unit.COUNT,
            targets=(
                Target(increase("neurohub_worker_starts_total", "1h"), "all starts"),
                Target(increase("neurohub_server_respawns_total", "1h"), "after a death"),
            ),
        ),
    ),
)
BOARD: Final = Board(
    uid="neurohub-capacity",
    title=("How much is left?", "얼마나 남았습니까?"),
    why="For planning, not for the night: what a request costs, and when something will be full.",
    rows=(_NOW, _MACHINE),
    since="now-24h",
    refresh="1m",
)
