"""Effects: what the flow wants done. The presenter carries them out; what comes of them returns as facts."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from neurohub.contract.commands import StepEvent
from neurohub.contract.printing import JobStatus, LabelKind


class Effect(Struct, frozen=True, kw_only=True):
    """Base of everything the flow may ask for."""


class Sound(StrEnum):
    SAVED = "saved"
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"


class Record(Effect, frozen=True, kw_only=True):
    """Commit `event` to the outbox (which numbers and signs it) and deliver it. `digest`: of the rig's file."""

    event: StepEvent
    digest: str = ""


class Play(Effect, frozen=True, kw_only=True):
    sound: Sound


class SignIn(Effect, frozen=True, kw_only=True):
    username: str
    password: str


class Reprint(Effect, frozen=True, kw_only=True):
    kind: LabelKind
    code: str
    reason: str


class Report(Effect, frozen=True, kw_only=True):
    """Tell the service how a print job ended: verified by a scan, or what the operator says."""

    job: int
    status: JobStatus
    verified_code: str = ""


class Retry(Effect, frozen=True, kw_only=True):
    """Send a refused event again: the cause may be gone."""

    event_id: UUID


class Settle(Effect, frozen=True, kw_only=True):
    """Take a refused event off the list of what needs a person; it stays in the history."""

    event_id: UUID


class ReadHistory(Effect, frozen=True, kw_only=True):
    """Ask for this station's events of a day (local time); `refused` alone, or of one unit, where said."""

    day: date | None = None
    refused: bool = False
    unit: str = ""


class Keep(Effect, frozen=True, kw_only=True):
    """Keep a choice of the operator (language, theme, process ..) over restarts."""

    name: str
    value: str


class Leave(Effect, frozen=True, kw_only=True):
    """Close the program."""


class SetUp(Effect, frozen=True, kw_only=True):
    """Close the work, set up this PC, and begin again: what is recorded is on the disk."""


class MakeCard(Effect, frozen=True, kw_only=True):
    """Write the card of command barcodes of this station and show it where it can be printed."""
