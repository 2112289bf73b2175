"""The first board: can operators scan right now? One line of numbers says yes or no, the rest says where."""

from typing import Final

from observability import slo
from observability.board import Board, Kind, Panel, Row, Target, Unit, stat
from observability.queries import DURATION, SCAN_P99_SECONDS, SCANS, error_ratio, quantile, rate

_NOW: Final = Row(
    ("Now", "지금"),
    (
        stat(
            ("Service answers", "서비스 응답"),
            "Instances of the service that Prometheus reaches. None: stations keep what they scan.",
            Unit.COUNT,
            'sum(up{job="neurohub"})',
            limit=1,
            low=True,
        ),
        stat(
            ("Database answers", "데이터베이스 응답"),
            "1 while PostgreSQL answers its exporter.",
            Unit.COUNT,
            "min(pg_up)",
            limit=1,
            low=True,
        ),
        stat(
            ("Scans a second", "초당 스캔"),
            "Starts, completions and undos that were accepted.",
            Unit.A_SECOND,
            rate("neurohub_events_total", 'outcome="accepted"'),
        ),
        stat(
            ("Slowest scans (p99)", "느린 스캔 (p99)"),
            "99 of 100 scans were answered faster than this, over five minutes.",
            Unit.SECONDS,
            SCAN_P99_SECONDS,
            limit=slo.SCAN_P99_S,
        ),
        stat(
            ("Requests failed", "요청 실패율"),
            "Share of requests answered with 5xx over five minutes; the promise is 0.1 %.",
            Unit.SHARE,
            error_ratio("5m"),
            limit=slo.ERRORS_MAX,
        ),
        stat(
            ("Stations silent", "무응답 작업 PC"),
            "Stations that have not been heard of for two minutes, of those ever heard of.",
            Unit.COUNT,
            f"count(max by (station) (neurohub_station_heartbeat_age_seconds) > {slo.HEARTBEAT_S}) or vector(0)",
            limit=1,
        ),
        stat(
            ("Oldest unsent scan", "가장 오래된 미전송"),
            "Age of the oldest scan that a station has not yet delivered.",
            Unit.SECONDS,
            "max(neurohub_station_oldest_unsent_seconds) or vector(0)",
            limit=slo.UNSENT_S,
        ),
        stat(
            ("Oldest waiting label", "가장 오래된 대기 라벨"),
            "Age of the oldest label that no printer has taken.",
            Unit.SECONDS,
            "max(neurohub_print_oldest_queued_seconds) or vector(0)",
            limit=slo.PRINT_WAIT_S,
        ),
    ),
)
_WHY: Final = Row(
    ("What is wrong", "무엇이 문제입니까"),
    (
        Panel(
            title=("Alerts firing", "발생 중인 알림"),
            why="NeuroHubWatchdog always fires: where it is missing, nobody is watching.",
            kind=Kind.BARS,
            unit=Unit.COUNT,
            targets=(
                Target(
                    'count by (alertname, severity) (ALERTS{alertstate="firing"})',
                    "{{alertname}} {{severity}}",
                ),
            ),
        ),
        Panel(
            title=("Refused by code", "코드별 거부"),
            why="What operators are told instead of yes. A few are normal; many of one code have one cause.",
            unit=Unit.A_SECOND,
            targets=(
                Target(
                    rate("neurohub_events_total", 'outcome!~"accepted|replayed"', by="outcome"), "{{outcome}}"
                ),
            ),
        ),
        Panel(
            title=("How long a scan takes", "스캔 응답 시간"),
            why="From the request's first byte to the answer, at the service.",
            unit=Unit.SECONDS,
            limit=slo.SCAN_P99_S,
            targets=(
                Target(quantile(0.5, DURATION, SCANS), "p50"),
                Target(quantile(0.95, DURATION, SCANS), "p95"),
                Target(quantile(0.99, DURATION, SCANS), "p99"),
            ),
        ),
    ),
)
_WORK: Final = Row(
    ("Work", "작업"),
    (
        Panel(
            title=("Accepted by process", "공정별 승인"),
            why="A process that falls to nothing while the others go on has a station or a part missing.",
            unit=Unit.A_SECOND,
            targets=(
                Target(
                    rate("neurohub_events_total", 'outcome="accepted", process!=""', by="process"),
                    "process {{process}}",
                ),
            ),
        ),
        Panel(
            title=("Verdicts", "판정"),
            why="Completed steps by result. FAIL opens a defect for a manager.",
            kind=Kind.STACK,
            unit=Unit.A_SECOND,
            targets=(Target(rate("neurohub_verdicts_total", by="result"), "{{result}}"),),
        ),
        Panel(
            title=("Units by the process that is due", "공정별 대기 제품"),
            why="Units of open LOTs, waiting for or in a process. The tallest is the bottleneck.",
            kind=Kind.BARS,
            unit=Unit.COUNT,
            targets=(
                Target("sum by (process) (max by (process, state) (neurohub_units))", "process {{process}}"),
            ),
        ),
    ),
)
BOARD: Final = Board(
    uid="neurohub-floor",
    title=("Can operators scan right now?", "지금 스캔할 수 있습니까?"),
    why="The first board. Red in the first line: open the runbook; why is on the API and the database board.",
    rows=(_NOW, _WHY, _WORK),
)
