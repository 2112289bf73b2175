"""Where does a request spend its time? By route, and for scans by stage: waiting, committing, the rest."""

from typing import Final

from observability import slo
from observability.board import Board, Kind, Panel, Row, Target, Unit, stat
from observability.queries import (
    API,
    DURATION,
    MEAN_SECONDS,
    SCANS,
    SLOW_RATIO,
    error_share,
    mean,
    quantile,
    rate,
    requests,
    total,
)

_WAIT: Final = mean("neurohub_lane_wait_seconds")
_COMMIT: Final = mean("neurohub_lane_commit_seconds")

_NOW: Final = Row(
    ("Promises", "약속"),
    (
        stat(
            ("Requests a second", "초당 요청"), "All routes under /api.", Unit.REQUESTS, requests(), width=6
        ),
        stat(
            ("Mean answer", "평균 응답 시간"),
            "Over five minutes; the customer's aim is 100 ms.",
            Unit.SECONDS,
            MEAN_SECONDS,
            limit=slo.MEAN_S,
            width=6,
        ),
        stat(
            ("Slower than a second", "1초 초과 비율"),
            "Share of answers that took longer than a second; p95 holds while it is under 5 %.",
            Unit.SHARE,
            SLOW_RATIO,
            limit=slo.SLOW_MAX,
            width=6,
        ),
        stat(
            ("In progress", "처리 중"),
            "Requests being answered just now, in all workers.",
            Unit.COUNT,
            total("neurohub_http_requests_in_progress"),
            width=6,
        ),
    ),
)
_ROUTES: Final = Row(
    ("Routes", "경로"),
    (
        Panel(
            title=("Requests by route", "경로별 요청"),
            why="Who is busy. A route is a template, never a unit or a user.",
            unit=Unit.REQUESTS,
            targets=(
                Target(rate("neurohub_http_requests_total", API, by="method, route"), "{{method}} {{route}}"),
            ),
        ),
        Panel(
            title=("p95 by route", "경로별 p95"),
            why="The slowest routes are where to look; a report may be slow, a scan may not.",
            unit=Unit.SECONDS,
            limit=slo.SLOW_S,
            targets=(Target(quantile(0.95, DURATION, API, by="method, route"), "{{method}} {{route}}"),),
        ),
        Panel(
            title=("Answers by status", "상태 코드별 응답"),
            why="409 and 422 are refusals by rule, 5xx are ours, 503 is a database away or a full queue.",
            kind=Kind.STACK,
            unit=Unit.REQUESTS,
            targets=(Target(rate("neurohub_http_requests_total", API, by="status"), "{{status}}"),),
        ),
    ),
)
_STAGES: Final = Row(
    ("The path of a scan", "스캔의 경로"),
    (
        Panel(
            title=("Mean scan, by stage", "단계별 평균 스캔 시간"),
            why="Waiting for a lane grows with the load, committing with the disk, the rest with the CPU.",
            kind=Kind.STACK,
            unit=Unit.SECONDS,
            targets=(
                Target(_WAIT, "wait for a lane"),
                Target(_COMMIT, "commit"),
                Target(f"clamp_min({mean(DURATION, SCANS)} - {_WAIT} - {_COMMIT}, 0)", "the rest"),
            ),
        ),
        Panel(
            title=("Failed requests", "실패율"),
            why="Share of 5xx at this moment; its burn over hours is what pages.",
            unit=Unit.SHARE,
            limit=slo.ERRORS_MAX,
            targets=(Target(error_share(), "5xx"),),
        ),
        Panel(
            title=("How late the event loop wakes", "이벤트 루프 지연"),
            why="A worker that wakes late is out of CPU or blocked. Beside it: its wait for Python, seconds a second.",
            unit=Unit.SECONDS,
            limit=slo.LOOP_LAG_S,
            targets=(
                Target("max by (instance) (neurohub_event_loop_lag_seconds)", "{{instance}} late"),
                Target(
                    rate("neurohub_server_gil_wait_seconds_total", by="instance"),
                    "{{instance}} waits for Python",
                ),
            ),
        ),
    ),
)
_DOOR: Final = Row(
    ("Before the service", "서비스 앞단"),
    (
        Panel(
            title=("Requests at nginx", "nginx 요청"),
            why="Beside what the service counts: the difference was refused, limited or served as a file by nginx.",
            unit=Unit.REQUESTS,
            targets=(
                Target(rate("nginx_http_requests_total"), "nginx"),
                Target(rate("neurohub_http_requests_total"), "service"),
            ),
        ),
        Panel(
            title=("Connections at nginx", "nginx 연결"),
            why="`waiting` are kept alive and cost nothing; `writing` that grows is waiting for the service.",
            kind=Kind.STACK,
            unit=Unit.COUNT,
            targets=tuple(
                Target(f"sum(nginx_connections_{state})", state)
                for state in ("reading", "writing", "waiting")
            ),
        ),
        Panel(
            title=("Connections by worker", "워커별 연결"),
            why="Long connections gather on one worker; then one is full while the others rest.",
            unit=Unit.COUNT,
            targets=(
                Target(
                    total("neurohub_server_connections", by="instance, worker"),
                    "{{instance}} worker {{worker}}",
                ),
            ),
        ),
    ),
)
BOARD: Final = Board(
    uid="neurohub-api",
    title=("Where does a request spend its time?", "요청은 어디에서 시간을 씁니까?"),
    why="Find the route, then the stage. Commit or wait: go to the database board. The rest: go to capacity.",
    rows=(_NOW, _ROUTES, _STAGES, _DOOR),
)
