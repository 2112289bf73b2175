"""Alerts on the floor: stations that fell silent, outboxes that grow, labels that do not come, scans refused."""

from typing import Final

from observability import slo
from observability.alerts.alert import Alert, Case
from observability.queries import refused_share

_STATION: Final = 'line="KR01",station="ST-03"'
_LABELS: Final = {"line": "KR01", "station": "ST-03"}
_AGE: Final = f"neurohub_station_heartbeat_age_seconds{{{_STATION}}}"
_DEPTH: Final = f"neurohub_station_queue_depth{{{_STATION}}}"
_UNSENT: Final = f"neurohub_station_oldest_unsent_seconds{{{_STATION}}}"
_EVENTS: Final = 'neurohub_events_total{kind="start",process="3",outcome="%s"}'

ALERTS: Final = (
    Alert(
        name="NeuroHubStationSilent",
        expr=f"max by (line, station) (neurohub_station_heartbeat_age_seconds) > {slo.HEARTBEAT_S}",
        holds="1m",
        severity=slo.Severity.TICKET,
        slo="station",
        summary=(
            "Station {{ $labels.station }} of {{ $labels.line }} has not been heard of for two minutes",
            "{{ $labels.line }}의 작업 PC {{ $labels.station }}에서 2분 이상 신호가 없습니다",
        ),
        action=(
            "Is the PC on, and does its network reach the server? Its scans are kept on its own disk.",
            "PC 전원과 네트워크를 확인하십시오. 스캔은 PC에 저장되어 있습니다.",
        ),
        fires=Case(series={_AGE: "0+60x10"}, at="8m", labels=_LABELS),
        rests=Case(series={_AGE: "20x10"}, at="8m"),
    ),
    Alert(
        name="NeuroHubOutboxGrowing",
        expr=(
            f"max by (line, station) (neurohub_station_queue_depth) > {slo.OUTBOX_MAX}"
            f" or max by (line, station) (neurohub_station_oldest_unsent_seconds) > {slo.UNSENT_S}"
        ),
        holds="2m",
        severity=slo.Severity.TICKET,
        slo="station",
        summary=(
            "Station {{ $labels.station }} cannot deliver what it has scanned",
            "작업 PC {{ $labels.station }}이 스캔한 내용을 전송하지 못하고 있습니다",
        ),
        action=(
            "It is heard, so its network works: look for refusals of its events in the service's log.",
            "신호는 오고 있으므로 네트워크는 정상입니다. 서비스 로그에서 이 PC의 거부 사유를 찾으십시오.",
        ),
        fires=Case(series={_DEPTH: "3x20", _UNSENT: "0+60x20"}, at="12m", labels=_LABELS),
        rests=Case(series={_DEPTH: "3x20", _UNSENT: "20x20"}, at="12m"),
    ),
    Alert(
        name="NeuroHubLabelsStuck",
        expr=f"max by (line) (neurohub_print_oldest_queued_seconds) > {slo.PRINT_WAIT_S}",
        holds="2m",
        severity=slo.Severity.TICKET,
        slo="printing",
        summary=(
            "A label of {{ $labels.line }} has waited for ten minutes",
            "{{ $labels.line }}의 라벨이 10분 이상 인쇄되지 않았습니다",
        ),
        action=(
            "Is the station at the printer running, and does the printer have paper?",
            "프린터 옆 작업 PC가 켜져 있는지, 용지가 있는지 확인하십시오.",
        ),
        fires=Case(
            series={'neurohub_print_oldest_queued_seconds{line="KR01"}': "0+60x20"},
            at="14m",
            labels={"line": "KR01"},
        ),
        rests=Case(series={'neurohub_print_oldest_queued_seconds{line="KR01"}': "30x20"}, at="14m"),
    ),
    Alert(
        name="NeuroHubScansRefused",
        expr=f"{refused_share('15m')} > {slo.REFUSED_MAX}",
        holds="10m",
        severity=slo.Severity.TICKET,
        slo="refusals",
        summary=(
            "Many scans of process {{ $labels.process }} are refused",
            "공정 {{ $labels.process }}의 스캔이 많이 거부되고 있습니다",
        ),
        action=(
            "The floor board names the codes: a station at the wrong process, or a step left out before?",
            "현장 대시보드의 거부 코드를 보십시오. 공정 설정 오류인지, 앞 공정 누락인지 확인하십시오.",
        ),
        fires=Case(
            series={
                _EVENTS % "accepted": "0+5x40",
                _EVENTS % "PREVIOUS_PROCESS_NOT_COMPLETED": "0+5x40",
            },
            at="30m",
            labels={"process": "3"},
        ),
        rests=Case(
            series={
                _EVENTS % "accepted": "0+50x40",
                _EVENTS % "PREVIOUS_PROCESS_NOT_COMPLETED": "0+5x40",
            },
            at="30m",
        ),
    ),
    Alert(
        name="NeuroHubFloorUnread",
        expr=f"time() - max(neurohub_floor_read_timestamp_seconds) > {slo.SCRAPE_AGE_S}",
        holds="2m",
        severity=slo.Severity.TICKET,
        slo="floor",
        summary=(
            "The numbers of stations, units and labels are not up to date",
            "작업 PC·제품·라벨 지표가 갱신되지 않고 있습니다",
        ),
        action=(
            "The metrics process cannot read the database: look for `floor.unread` in the log.",
            "지표 프로세스가 데이터베이스를 읽지 못합니다. 로그의 `floor.unread`를 확인하십시오.",
        ),
        fires=Case(series={"neurohub_floor_read_timestamp_seconds": "0x20"}, at="10m"),
        rests=Case(series={"neurohub_floor_read_timestamp_seconds": "0+60x20"}, at="10m"),
    ),
)
