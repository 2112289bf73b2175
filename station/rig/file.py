"""The completion file: its shape and its name. What a test rig writes into `pending/`, nothing else.

Not its checking (`reading`). The name is made from the content, so that two equal files always meet by name.
"""

import re
from typing import Annotated, Any, Final, NamedTuple

from msgspec import Struct

from neurohub.contract import forms
from neurohub.contract.barcode import normalize
from neurohub.contract.commands import DefectReport, Instant, ProcessNo
from neurohub.contract.enums import Result

FILE_MAX_BYTES: Final = 64 * 1024
FUTURE_MAX_S: Final = 300
ENDING: Final = ".json"
_NAME: Final = re.compile(r"([^_]+)_(PROC-00[1-8])_([0-9]{14})\.JSON", re.ASCII)

ProcessCode = Annotated[str, forms.of(forms.whole("PROC-00[1-8]"), "a process, e.g. PROC-003")]


class CompletionFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One result of one process on one unit. What `process_data` holds depends on the process."""

    unit: str
    process: ProcessNo | ProcessCode
    result: Result
    completed_at: Instant
    process_data: dict[str, Any]
    defect: DefectReport | None = None


class Name(NamedTuple):
    """What a file name says; `stamp` is the wall clock of `completed_at` as it is written in the file."""

    unit: str
    process: int
    stamp: str

    def text(self) -> str:
        return f"{self.unit}_{process_code(self.process)}_{self.stamp}{ENDING}"


def process_number(process: int | str) -> int:
    """Return 1..8 for `3` as for `PROC-003`."""
    return process if isinstance(process, int) else int(process[-1])


def process_code(process: int) -> str:
    return f"PROC-{process:03d}"


def looks_whole(content: bytes) -> bool:
    """Return whether `content` ends as a completion file does; a slow writer may still be at work if not."""
    return content.rstrip().endswith(b"}")


def parse_name(name: str) -> Name | None:
    """Return what a file name says in whatever case, or None when it has another form."""
    match = _NAME.fullmatch(normalize(name))
    return None if match is None else Name(match[1], int(match[2][-1]), match[3])


def name_of(completion: CompletionFile) -> Name:
    """Return the name that belongs to a content."""
    stamp = completion.completed_at.strftime("%Y%m%d%H%M%S")
    return Name(normalize(completion.unit), process_number(completion.process), stamp)
