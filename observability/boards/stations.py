"""Which station is behind? What each PC has not yet delivered, when it was last heard of, and its labels."""

from typing import Final

from observability import slo
from observability.board import Board, Kind, Panel, Row, Target, Unit
from observability.queries import rate, refused_share

_OF: Final = "{{line}} {{station}}"
_REPLAYED: Final = rate("neurohub_events_total", 'outcome="replayed"')


def _worst(metric: str) -> str:
    return f"max by (line, station) ({metric})"


_PCS: Final = Row(
    ("Stations", "작업 PC"),
    (
        Panel(
            title=("Last heard of", "마지막 신호"),
            why="Each sends a heartbeat every 30 s. Red: the PC is off, or its network is.",
            kind=Kind.BARS,
            unit=Unit.SECONDS,
            limit=slo.HEARTBEAT_S,
            targets=(Target(_worst("neurohub_station_heartbeat_age_seconds"), _OF),),
        ),
        Panel(
            title=("Not yet delivered", "미전송 건수"),
            why="Events in the station's outbox. It keeps them through power cuts.",
            kind=Kind.BARS,
            unit=Unit.COUNT,
            limit=slo.OUTBOX_MAX,
            targets=(Target(_worst("neurohub_station_queue_depth"), _OF),),
        ),
        Panel(
            title=("Oldest undelivered", "가장 오래된 미전송"),
            why="Heard of, and yet old: the service refuses its events for now.",
            kind=Kind.BARS,
            unit=Unit.SECONDS,
            limit=slo.UNSENT_S,
            targets=(Target(_worst("neurohub_station_oldest_unsent_seconds"), _OF),),
        ),
    ),
)
_WORK: Final = Row(
    ("Work", "작업"),
    (
        Panel(
            title=("Outboxes over time", "미전송 추이"),
            why="One that only grows has a cause of its own; all together, the network or the service has.",
            unit=Unit.COUNT,
            limit=slo.OUTBOX_MAX,
            targets=(Target(_worst("neurohub_station_queue_depth"), _OF),),
        ),
        Panel(
            title=("Refused, by process", "공정별 거부 비율"),
            why="Where operators and the system disagree.",
            unit=Unit.SHARE,
            limit=slo.REFUSED_MAX,
            targets=(Target(refused_share(), "process {{process}}"),),
        ),
        Panel(
            title=("Late or sent twice", "재전송"),
            why="Replays answered again: a station that never gets its answers repeats itself.",
            unit=Unit.A_SECOND,
            targets=(Target(f"{_REPLAYED} or vector(0)", "replays"),),
        ),
    ),
)
_LABELS: Final = Row(
    ("Labels", "라벨"),
    (
        Panel(
            title=("Labels under way", "진행 중 라벨"),
            why="By state. `unknown` asks an operator; nothing is printed twice by itself.",
            kind=Kind.STACK,
            unit=Unit.COUNT,
            width=12,
            targets=(Target("max by (status) (neurohub_print_jobs)", "{{status}}"),),
        ),
        Panel(
            title=("Oldest waiting label", "가장 오래된 대기 라벨"),
            why="By line. Ten minutes mean that nobody takes them.",
            unit=Unit.SECONDS,
            limit=slo.PRINT_WAIT_S,
            width=12,
            targets=(Target("max by (line) (neurohub_print_oldest_queued_seconds)", "{{line}}"),),
        ),
    ),
)
BOARD: Final = Board(
    uid="neurohub-stations",
    title=("Which station is behind?", "어느 작업 PC가 뒤처집니까?"),
    why="Nothing is lost while a station is behind: it keeps what it scanned. This says which, and since when.",
    rows=(_PCS, _WORK, _LABELS),
    refresh="30s",
)
