"""Sounds: four short files, played beside the work. Without a device or a player the station is silent, never slow.

Made by `make.py`. Who calls it: the presenter, for `Play`.
"""

import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from station.flow.effects import Sound

FOLDER: Final = Path(__file__).parent
PLAYERS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
LONGEST_S: Final = 3.0
WAITING_MAX: Final = 2  # what is late is no answer any more


class Player:
    """Plays one sound after the other in its own thread."""

    def __init__(self) -> None:
        self._inbox: queue.Queue[Sound | None] = queue.Queue(WAITING_MAX)
        self._command = next((words for words in PLAYERS if shutil.which(words[0])), None)
        self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)

    @property
    def is_there(self) -> bool:
        """Tell whether this system has a program that plays."""
        return sys.platform == "win32" or self._command is not None

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End after what is playing; the thread is not waited for."""
        self._put(None)

    def play(self, sound: Sound) -> None:
        self._put(sound)

    def demonstrate(self) -> None:
        """Play each sound once, here and now: it takes some seconds."""
        for sound in Sound:
            self._sound(FOLDER / f"{sound}.wav")

    def _put(self, what: Sound | None) -> None:
        while True:
            try:
                self._inbox.put_nowait(what)
            except queue.Full:
                self._drop_oldest()
            else:
                return

    def _drop_oldest(self) -> None:
        try:
            self._inbox.get_nowait()
        except queue.Empty:
            return

    def _run(self) -> None:
        while (sound := self._inbox.get()) is not None:
            self._sound(FOLDER / f"{sound}.wav")

    def _sound(self, path: Path) -> None:
        if sys.platform == "win32":
            import winsound  # noqa: PLC0415  (a module of Windows)

            winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
        elif self._command is not None:
            try:
                subprocess.run(
                    [*self._command, path], timeout=LONGEST_S, check=False, stderr=subprocess.DEVNULL
                )
            except (OSError, subprocess.TimeoutExpired):
                return
