"""A process that scans without end into an outbox and says each event that is saved: to be killed at any moment.

Started as `python -m support.station_scans FOLDER`.
"""

import itertools
import queue
import sys
from pathlib import Path

from neurohub.contract.commands import station_key
from station.flow.effects import Record
from station.flow.facts import Saved
from station.link.keeper import Keeper
from support.linking import SECRET, start, unit


def main() -> None:
    saved = queue.SimpleQueue()
    keeper = Keeper(Path(sys.argv[1]) / "outbox.db", station_key(SECRET), saved.put)
    keeper.start(lambda _: None)
    for number in itertools.count():
        keeper.record(Record(event=start(unit(number % 100 + 1))))
        while number - 20 > 0 and not isinstance(fact := saved.get(), Saved):
            pass
        if number - 20 > 0:
            sys.stdout.write(f"{fact.event.event_id}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
