"""The tickets that wait for a lane: bounded, in order, scans before replays but never instead of them."""

import asyncio
from collections import Counter, deque
from collections.abc import Hashable, Iterable, Sequence
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

SCANS_MAX: Final = 512  # about 0.1 s of work of a worker
REPLAYS_MAX: Final = 4096
BATCH_MAX: Final = 64
REPLAYS_SHARE: Final = 16  # places of a batch that scans leave to waiting replays
SAME_HOLD_MAX: Final = 8  # of one unit in a batch: each costs a turn, and the whole batch waits for it


class QueueFullError(Exception):
    """There is no place to wait; nothing was queued."""


class Ticket(Generic[Item, Answer]):
    """One item with the future of its answer.

    `holds` names what it must keep its order in: a unit, the id of a start. Two tickets with a hold in common
    are never under way in two lanes at once, and never overtake each other. `cause` is the request as it is traced.
    """

    __slots__ = ("answer", "cause", "holds", "item", "queued_at")

    def __init__(
        self, item: Item, holds: Sequence[Hashable], answer: asyncio.Future[Answer], queued_at: float
    ) -> None:
        self.item = item
        self.holds = holds
        self.answer = answer
        self.queued_at = queued_at
        self.cause: object = None


class Waiting(Generic[Item, Answer]):
    """Two queues: scans of people who stand and wait, and replays of what happened earlier."""

    def __init__(self, scans_max: int = SCANS_MAX, replays_max: int = REPLAYS_MAX) -> None:
        self.scans: deque[Ticket[Item, Answer]] = deque()
        self.replays: deque[Ticket[Item, Answer]] = deque()
        self._scans_max = scans_max
        self._replays_max = replays_max

    def __len__(self) -> int:
        return len(self.scans) + len(self.replays)

    @property
    def is_full(self) -> bool:
        """Whether a scan would be refused now."""
        return len(self.scans) >= self._scans_max

    def has_no_room_for(self, replays: int) -> bool:
        """Whether so many replays would be refused now."""
        return len(self.replays) + replays > self._replays_max

    def add_scan(self, ticket: Ticket[Item, Answer]) -> None:
        """Queue one scan, or raise `QueueFullError`."""
        if self.is_full:
            raise QueueFullError
        self.scans.append(ticket)

    def add_replays(self, tickets: Sequence[Ticket[Item, Answer]]) -> None:
        """Queue all of `tickets`, or raise `QueueFullError` and queue none."""
        if self.has_no_room_for(len(tickets)):
            raise QueueFullError
        self.replays.extend(tickets)

    def take(self, busy: Iterable[Hashable], most: int = BATCH_MAX) -> list[Ticket[Item, Answer]]:
        """Remove and return the next batch: in order, nothing that would meet or overtake a hold of `busy`."""
        batch: list[Ticket[Item, Answer]] = []
        blocked = set(busy)
        held: Counter[Hashable] = Counter()
        share = min(REPLAYS_SHARE, most // 2, len(self.replays))
        _move(self.scans, batch, most - share, blocked, held)
        _move(self.replays, batch, most, blocked, held)
        _move(self.scans, batch, most, blocked, held)
        return batch


def _move(
    queue: deque[Ticket[Item, Answer]],
    batch: list[Ticket[Item, Answer]],
    most: int,
    blocked: set[Hashable],
    held: Counter[Hashable],
) -> None:
    """Move tickets from `queue` to `batch` until it has `most`; what is blocked stays, and blocks in turn."""
    kept: list[Ticket[Item, Answer]] = []
    while queue and len(batch) < most:
        ticket = queue.popleft()
        if ticket.answer.done():
            continue  # whoever asked has gone, or has been told that it took too long
        if not blocked.isdisjoint(ticket.holds):
            blocked.update(ticket.holds)
            kept.append(ticket)
            continue
        batch.append(ticket)
        for hold in ticket.holds:
            held[hold] += 1
            if held[hold] >= SAME_HOLD_MAX:
                blocked.add(hold)
    queue.extendleft(reversed(kept))
