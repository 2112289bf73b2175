"""A station that is nothing but its result folder and its outbox, as a program to be killed: FOLDER OUTBOX.

Says `saved` on its standard error (the log has the other) for each result that the outbox has, and never stops.
"""

import sys
import threading
from pathlib import Path
from uuid import UUID

from neurohub.contract.commands import CompleteStep
from station.device.folder import ResultFolder
from station.flow.effects import Record
from station.flow.facts import Fact, RigResult, Saved
from station.link.keeper import Keeper
from support.floor import new_id

KEY = bytes(32)
POLL_S = 0.02


class FolderStation:
    """Records what the folder finds, and settles what the outbox has, as the station program does."""

    def __init__(self, root: Path, outbox: Path) -> None:
        self.saved = threading.Semaphore(0)
        self.folder = ResultFolder(root, self.post, poll_s=POLL_S)
        self.keeper = Keeper(outbox, KEY, self.post)
        self.folder.assign(range(1, 9))

    def start(self) -> None:
        self.keeper.start(lambda _: None)
        self.folder.start()

    def post(self, fact: Fact) -> None:
        if isinstance(fact, RigResult):
            self.keeper.record(Record(event=event_of(fact), digest=fact.digest))
        elif isinstance(fact, Saved):
            self.folder.settle(fact.digest)
            self.saved.release()
            sys.stderr.write("saved\n")
            sys.stderr.flush()


def event_of(fact: RigResult) -> CompleteStep:
    return CompleteStep(
        event_id=UUID(new_id()),
        unit=fact.unit,
        process=fact.process,
        result=fact.result,
        process_data=fact.process_data,
        occurred_at=fact.occurred_at,
    )


if __name__ == "__main__":
    FolderStation(Path(sys.argv[1]), Path(sys.argv[2])).start()
    threading.Event().wait()
