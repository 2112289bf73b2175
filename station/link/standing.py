"""How the service is from here, said once per change: whoever talks to it reports, one fact comes out."""

import threading
from typing import Final

from station.flow.facts import Post, ServerSaid, ServerState

CLOCK_NEWS_S: Final = 1.0  # a clock that is off by less than this more is no news


class Standing:
    """May be told by any thread."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._lock = threading.Lock()
        self._said = ServerSaid(state=ServerState.UNKNOWN)

    def said(self, state: ServerState, detail: str) -> None:
        with self._lock:
            self._say(ServerSaid(state=state, detail=detail, clock_ahead_s=self._said.clock_ahead_s))

    def clock_is_ahead(self, seconds: float) -> None:
        with self._lock:
            if abs(seconds - self._said.clock_ahead_s) >= CLOCK_NEWS_S:
                said = self._said
                self._say(ServerSaid(state=said.state, detail=said.detail, clock_ahead_s=seconds))

    def _say(self, said: ServerSaid) -> None:
        if said != self._said:
            self._said = said
            self._post(said)
