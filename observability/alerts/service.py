"""Alerts on the service itself: is it there, do its workers live, does work pile up before the database."""

from typing import Final

from observability import slo
from observability.alerts.alert import Alert, Case
from observability.queries import JOB_DONE_AT, increase, total

_UP: Final = 'up{job="neurohub",instance="a"}'
_WAITING: Final = total("neurohub_database_pool", 'state="waiting"')
_FAILED: Final = increase(
    "neurohub_lane_failures_total", "10m", 'fate!="REPEAT"'
)  # who met another tries again
_LATE: Final = " or ".join(
    f'time() - max by (name) ({JOB_DONE_AT}{{name="{name}"}}) > {age_s}'
    for name, age_s in slo.JOB_AGE_S.items()
)

ALERTS: Final = (
    Alert(
        name="NeuroHubDown",
        expr='sum(up{job="neurohub"}) == 0 or absent(up{job="neurohub"})',
        holds="1m",
        severity=slo.Severity.PAGE,
        slo="up",
        summary=("No instance of the service answers", "응답하는 서비스 인스턴스가 없습니다"),
        action=(
            "Stations go on and keep what they scan. Look at the service's log; `neurohub doctor` names what is wrong.",
            "작업 PC는 계속 저장합니다. 서비스 로그와 `neurohub doctor`를 확인하십시오.",
        ),
        fires=Case(series={_UP: "1 1 0x10"}, at="6m"),
        rests=Case(series={_UP: "0x10", 'up{job="neurohub",instance="b"}': "1x10"}, at="6m"),
    ),
    Alert(
        name="NeuroHubInstanceDown",
        expr='up{job="neurohub"} == 0',
        holds="3m",
        severity=slo.Severity.TICKET,
        slo="up",
        summary=(
            "Instance {{ $labels.instance }} does not answer",
            "인스턴스 {{ $labels.instance }}가 응답하지 않습니다",
        ),
        action=(
            "The others carry the load. Look at its log before the next one goes.",
            "나머지가 처리 중입니다. 다음 장애 전에 로그를 확인하십시오.",
        ),
        fires=Case(series={_UP: "0x10"}, at="6m", labels={"instance": "a", "job": "neurohub"}),
        rests=Case(series={_UP: "1x10"}, at="6m"),
    ),
    Alert(
        name="NeuroHubWorkersCrash",
        expr=(
            "sum by (instance) (increase(neurohub_worker_starts_total[15m]))"
            f" > {slo.STARTS_PER_WORKER_MAX} * sum by (instance) (neurohub_workers)"
        ),
        holds="0m",
        severity=slo.Severity.PAGE,
        slo="up",
        summary=(
            "Workers of {{ $labels.instance }} keep dying and coming back",
            "{{ $labels.instance }}의 워커가 반복해서 종료되고 있습니다",
        ),
        action=(
            "Read the log just before each `worker` start: out of memory, or a bug on one request?",
            "워커가 시작되기 직전의 로그를 보십시오. 메모리 부족인지, 특정 요청의 오류인지 확인하십시오.",
        ),
        fires=Case(
            series={
                'neurohub_worker_starts_total{instance="a"}': "2+1x20",
                'neurohub_workers{instance="a"}': "2x20",
            },
            at="18m",
            labels={"instance": "a"},
        ),
        rests=Case(
            series={
                'neurohub_worker_starts_total{instance="a"}': "2x10 4x10",
                'neurohub_workers{instance="a"}': "2x20",
            },
            at="18m",
        ),
    ),
    Alert(
        name="NeuroHubPoolWaiting",
        expr=f"{_WAITING} > {slo.POOL_WAITING_MAX}",
        holds="2m",
        severity=slo.Severity.PAGE,
        slo="database",
        summary=("Requests wait for a database connection", "요청이 데이터베이스 연결을 기다리고 있습니다"),
        action=(
            "Open the database board: a long transaction, a lock, or a slow disk?",
            "데이터베이스 대시보드에서 긴 트랜잭션, 락, 느린 디스크를 확인하십시오.",
        ),
        fires=Case(series={'neurohub_database_pool{state="waiting"}': "9x10"}, at="5m"),
        rests=Case(series={'neurohub_database_pool{state="waiting"}': "0 9 0x10"}, at="5m"),
    ),
    Alert(
        name="NeuroHubQueueLong",
        expr=f"{total('neurohub_lane_queue_events')} > {slo.QUEUE_MAX}",
        holds="1m",
        severity=slo.Severity.PAGE,
        slo="database",
        summary=("Scans pile up before the database", "스캔이 데이터베이스 앞에 쌓이고 있습니다"),
        action=(
            "Open the database board: how long does a commit take, and what does it wait for?",
            "데이터베이스 대시보드에서 커밋 시간과 대기 원인을 보십시오.",
        ),
        fires=Case(series={"neurohub_lane_queue_events": "400x10"}, at="4m"),
        rests=Case(series={"neurohub_lane_queue_events": "0 400 0x10"}, at="4m"),
    ),
    Alert(
        name="NeuroHubLoopLate",
        expr=f"max by (instance) (neurohub_event_loop_lag_seconds) > {slo.LOOP_LAG_S}",
        holds="5m",
        severity=slo.Severity.TICKET,
        slo="latency",
        summary=(
            "A worker of {{ $labels.instance }} is too busy to answer in time",
            "{{ $labels.instance }}의 워커가 제때 응답하지 못할 만큼 바쁩니다",
        ),
        action=(
            "Open the capacity board: CPU per request, and is a report running?",
            "용량 대시보드에서 요청당 CPU와 실행 중인 보고서를 확인하십시오.",
        ),
        fires=Case(
            series={'neurohub_event_loop_lag_seconds{instance="a"}': "0.6x10"},
            at="8m",
            labels={"instance": "a"},
        ),
        rests=Case(series={'neurohub_event_loop_lag_seconds{instance="a"}': "0.01x10"}, at="8m"),
    ),
    Alert(
        name="NeuroHubCommitsFail",
        expr=f"{_FAILED} > 0",
        holds="5m",
        severity=slo.Severity.TICKET,
        slo="database",
        summary=("Batches of events fail to commit", "이벤트 묶음의 커밋이 실패합니다"),
        action=(
            "`fate` says what was done then; the log of that minute has the error. Nothing was acknowledged.",
            "`fate` 라벨과 그 시각의 로그를 보십시오. 실패한 것은 완료로 응답되지 않았습니다.",
        ),
        fires=Case(series={'neurohub_lane_failures_total{fate="ISOLATE"}': "0+1x30"}, at="20m"),
        rests=Case(series={'neurohub_lane_failures_total{fate="ISOLATE"}': "3x30"}, at="20m"),
    ),
    Alert(
        name="NeuroHubJobLate",
        expr=_LATE,
        holds="5m",
        severity=slo.Severity.TICKET,
        slo="jobs",
        summary=(
            "The job {{ $labels.name }} of the service has not been done for too long",
            "서비스 작업 {{ $labels.name }}이 너무 오래 실행되지 않았습니다",
        ),
        action=(
            "The log has `job.failed` or `job.not_done` with the reason. Scans are not held up by it.",
            "로그의 `job.failed` 또는 `job.not_done`에서 원인을 보십시오. 스캔에는 영향이 없습니다.",
        ),
        fires=Case(series={f'{JOB_DONE_AT}{{name="alerts"}}': "0x20"}, at="15m", labels={"name": "alerts"}),
        rests=Case(
            series={
                f'{JOB_DONE_AT}{{name="alerts"}}': "0+60x20",
                f'{JOB_DONE_AT}{{name="quarters"}}': "0x20",
            },
            at="15m",
        ),
    ),
    Alert(
        name="NeuroHubWatchdog",
        expr="vector(1)",
        holds="0m",
        severity=slo.Severity.HEARTBEAT,
        summary=("Watching works (this always fires)", "감시가 동작 중입니다(항상 발생)"),
        action=(
            "Nothing. Where it stops arriving, look at Prometheus and Alertmanager themselves.",
            "조치 없음. 이 신호가 끊기면 Prometheus와 Alertmanager를 확인하십시오.",
        ),
        fires=Case(series={}, at="1m"),
        rests=None,
    ),
)
