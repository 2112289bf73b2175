"""Errands: what takes the network and is not an event, in threads of its own. Who calls it: `Link`."""

import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from typing import Final

from station.link.service import UnreachableError
from station.link.turns import pause_s

_log = logging.getLogger(__name__)

Errand = Callable[[], object]
CLOSE_MAX_S: Final = 1.0  # a slow answer is not waited for


class Errands:
    """One errand after the other. One that says so is repeated while the service is not reachable."""

    def __init__(self, name: str) -> None:
        self._inbox: queue.SimpleQueue[Errand | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._inbox.put(None)
        self._thread.join(CLOSE_MAX_S)

    def send(self, errand: Errand) -> None:
        self._inbox.put(errand)

    def send_persistently(self, errand: Errand, for_s: float) -> None:
        """Do `errand` again and again while the service is not reachable, for `for_s` at most."""
        self._inbox.put(lambda: self._persist(errand, for_s))

    def _run(self) -> None:
        while (errand := self._inbox.get()) is not None and not self._closing.is_set():
            do_quietly(errand)

    def _persist(self, errand: Errand, for_s: float) -> None:
        ends_at, tries = time.monotonic() + for_s, 0
        while True:
            try:
                errand()
            except UnreachableError:
                if time.monotonic() > ends_at or self._closing.wait(pause_s(tries, random.random)):
                    raise
                tries += 1
            else:
                return


class Repeated:
    """One errand now and every `every_s`, or at once when it is `hurried`."""

    def __init__(self, name: str, errand: Errand, every_s: float) -> None:
        self._errand, self._every_s = errand, every_s
        self._closing = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        self._wake.set()
        self._thread.join(CLOSE_MAX_S)

    def hurry(self) -> None:
        self._wake.set()

    def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            do_quietly(self._errand)
            if not self._closing:
                self._wake.wait(self._every_s)


def do_quietly(errand: Errand) -> None:
    """Do `errand`; what it raises goes into the log, and never ends the thread."""
    try:
        errand()
    except OSError as error:  # service or disk are away
        _log.warning("errand.waits", extra={"error": repr(error)})
    except Exception:  # noqa: BLE001  (the edge of a thread: a bug is told with where it was)
        _log.exception("errand.failed")
