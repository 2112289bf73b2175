"""Did it hold? What to look at during and after a load run; runs are marked in purple."""

from typing import Final

from observability import slo
from observability.board import Board, Kind, Panel, Row, Target, Unit
from observability.queries import (
    API,
    CONNECTIONS,
    CPU_BUSY,
    DURATION,
    LOAD_DURATION,
    SCANS,
    cache_hit_share,
    error_share,
    mean,
    quantile,
    rate,
    requests,
    total,
)

_ASKED: Final = Row(
    ("Offered against served", "요구 부하와 처리량"),
    (
        Panel(
            title=("Offered, served, refused", "요구·처리·거부"),
            why="What the run asks for, what it was answered, and what the service counted. A gap is the limit.",
            unit=Unit.REQUESTS,
            targets=(
                Target("sum(neurohub_load_offered_per_second)", "offered"),
                Target(rate("neurohub_load_answers_total", by="outcome"), "{{outcome}}"),
                Target(requests(), "counted by the service"),
            ),
        ),
        Panel(
            title=("At the client, at the service", "클라이언트와 서비스의 응답 시간"),
            why="The gap between the two p99 is the network, the queue before the service, or a tired client.",
            unit=Unit.SECONDS,
            targets=(
                Target(quantile(0.5, LOAD_DURATION), "client p50"),
                Target(quantile(0.99, LOAD_DURATION), "client p99"),
                Target(quantile(0.99, DURATION, API), "service p99"),
            ),
        ),
        Panel(
            title=("Users", "사용자"),
            why="Of the run, or connections of the raw driver; and what is being answered just now.",
            unit=Unit.COUNT,
            targets=(
                Target("sum(neurohub_load_users)", "users"),
                Target(total("neurohub_http_requests_in_progress"), "in progress"),
            ),
        ),
    ),
)
_HELD: Final = Row(
    ("Against the promises", "약속 대비"),
    (
        Panel(
            title=("Scans accepted", "승인된 스캔"),
            why="The work that was done, a second: refusals and replays are none.",
            unit=Unit.A_SECOND,
            targets=(Target(rate("neurohub_events_total", 'outcome="accepted"'), "scans"),),
        ),
        Panel(
            title=("Answer times", "응답 시간"),
            why="All of /api; the line is a second, which p95 has to keep.",
            unit=Unit.SECONDS,
            limit=slo.SLOW_S,
            targets=(
                Target(quantile(0.5, DURATION, API), "p50"),
                Target(quantile(0.95, DURATION, API), "p95"),
                Target(quantile(0.99, DURATION, API), "p99"),
                Target(mean(DURATION, API), "mean"),
            ),
        ),
        Panel(
            title=("Failed", "실패율"),
            why="Share of 5xx.",
            unit=Unit.SHARE,
            limit=slo.ERRORS_MAX,
            targets=(Target(error_share(), "5xx"),),
        ),
    ),
)
_WHY: Final = Row(
    ("What gave", "한계"),
    (
        Panel(
            title=("CPU", "CPU"),
            why="Of the machine; beyond 80 % waiting times grow faster than the load.",
            unit=Unit.SHARE,
            limit=slo.CPU_MAX,
            targets=(Target(CPU_BUSY, "{{instance}}"),),
        ),
        Panel(
            title=("Queues", "대기열"),
            why="What waits for a lane, and for a connection.",
            unit=Unit.COUNT,
            targets=(
                Target(total("neurohub_lane_queue_events"), "events"),
                Target(total("neurohub_lookup_queue_reads"), "reads"),
                Target(total("neurohub_database_pool", 'state="waiting"'), "connections"),
            ),
        ),
        Panel(
            title=("Events in a commit", "커밋당 이벤트"),
            why="Group commit takes the load: more load, larger batches, hardly more commits.",
            unit=Unit.COUNT,
            targets=(Target(mean("neurohub_lane_batch_events"), "events"),),
        ),
        Panel(
            title=("Scans", "스캔 시간"),
            why="Operators feel these, not the reports.",
            unit=Unit.SECONDS,
            limit=slo.SCAN_P99_S,
            targets=(
                Target(quantile(0.5, DURATION, SCANS), "p50"),
                Target(quantile(0.99, DURATION, SCANS), "p99"),
            ),
        ),
        Panel(
            title=("Connections", "연결"),
            why="The customer allows 50 in all.",
            unit=Unit.COUNT,
            limit=slo.CONNECTIONS_MAX,
            targets=(Target(CONNECTIONS, "connections"),),
        ),
        Panel(
            title=("Cache hits", "캐시 적중률"),
            why="Of the board; the aim is 80 %.",
            kind=Kind.LINES,
            unit=Unit.SHARE,
            limit=slo.CACHE_HITS_MIN,
            low=True,
            targets=(Target(cache_hit_share(), "hits"),),
        ),
    ),
)
BOARD: Final = Board(
    uid="neurohub-load",
    title=("Did it hold under load?", "부하를 견뎠습니까?"),
    why="Set the time to the purple mark of a run. The first rows are the verdict, the last the reason.",
    rows=(_ASKED, _HELD, _WHY),
    since="now-30m",
    refresh="5s",
)
