"""The pulse: every 30 s the station says how it is, learns the service's clock, and asks for its briefing.

It does so when a device changes, too. The briefing is kept on disk, so that a station starts to work without the
service. Runs in a thread of `Link`.
"""

import logging
from datetime import UTC, datetime
from typing import Final

import msgspec

from neurohub.contract.stations import Briefing, DeviceState, Heartbeat, HeartbeatView
from station.flow.facts import Briefed, Device, Post
from station.link.keeper import Keeper
from station.link.labels import RefusedError, read
from station.link.outbox import Counts, Outbox
from station.link.service import RENEW_S, Service, UnreachableError
from station.link.standing import Standing

EVERY_S: Final = 30.0
_TOLD: Final = frozenset({Device.SCANNER, Device.PRINTER, Device.FOLDER})
BRIEFING: Final = "briefing"  # names of kept values
BRIEFING_ETAG: Final = "briefing.etag"
_encode: Final = msgspec.json.Encoder().encode
_briefing: Final = msgspec.json.Decoder(Briefing)
_log = logging.getLogger(__name__)


class Pulse:
    """`beat` is one round; the states of the devices are what `device_is` said last."""

    def __init__(
        self, keeper: Keeper, service: Service, standing: Standing, post: Post, version: str
    ) -> None:
        self._keeper, self._service, self._standing, self._post = keeper, service, standing, post
        self._version = version
        self._devices: dict[Device, DeviceState] = {}
        self._beats = 0
        self.line = ""

    def device_is(self, device: Device, state: DeviceState) -> bool:
        """Take how a device is; return whether that is worth a heartbeat of its own: news, and all have been heard."""
        is_news = device in _TOLD and self._devices.get(device) is not state
        self._devices[device] = state
        return is_news and self._devices.keys() >= _TOLD

    def recall(self, outbox: Outbox) -> None:
        """Post the briefing that is on disk, so that work can begin; in the keeper's thread."""
        kept = outbox.kept().get(BRIEFING)
        if kept is not None:
            self._brief(kept.encode())

    def beat(self) -> None:
        """Renew the sign-in, look for a new briefing, send a heartbeat. What fails is tried at the next beat.

        The first one waits for the devices: they tell within a second, the printers once a briefing has named them.
        """
        try:
            self._service.token(RENEW_S)
            self._ask_briefing()
            self._beats += 1
            if self._beats > 1 or self._devices.keys() >= _TOLD:
                self._send_heartbeat()
        except (UnreachableError, RefusedError) as error:
            _log.info("pulse.failed", extra={"error": str(error)})

    def _send_heartbeat(self) -> None:
        counts: Counts = self._keeper.ask(Outbox.counts)
        sent_at = datetime.now(UTC)
        age = None if counts.oldest_at is None else max(0.0, sent_at.timestamp() - counts.oldest_at)
        beat = Heartbeat(
            version=self._version,
            queue_depth=counts.depth,
            oldest_unsent_s=age,
            scanner=self._devices.get(Device.SCANNER, DeviceState.OFF),
            printer=self._devices.get(Device.PRINTER, DeviceState.OFF),
            folder=self._devices.get(Device.FOLDER, DeviceState.OFF),
        )
        answer = self._service.request("POST", "/stations/heartbeat", _encode(beat))
        back_at = datetime.now(UTC)
        view = read(answer, HeartbeatView)
        self._standing.clock_is_ahead((sent_at + (back_at - sent_at) / 2 - view.server_time).total_seconds())

    def _ask_briefing(self) -> None:
        etag = self._keeper.ask(Outbox.kept).get(BRIEFING_ETAG, "")
        answer = self._service.request("GET", "/stations/briefing", etag=etag)
        if answer.status == 304 or (etag and answer.etag == etag):
            return
        read(answer, Briefing)
        self._brief(answer.body)
        self._keeper.tell(lambda outbox: outbox.keep(BRIEFING, answer.body.decode()))
        self._keeper.tell(lambda outbox: outbox.keep(BRIEFING_ETAG, answer.etag))

    def _brief(self, body: bytes) -> None:
        try:
            briefing = _briefing.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):  # kept by a program of another version
            self._keeper.tell(lambda outbox: outbox.keep(BRIEFING_ETAG, ""))
            return
        self.line = briefing.line
        self._post(Briefed(briefing=briefing))
