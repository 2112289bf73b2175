"""What a scanner sent, as the text of one scan: trimmed, upper-cased, and doubtful if it had to be repaired.

No port and no keyboard. Who calls it: the wedge, the serial scanner and the remark field.
"""

from typing import Final, NamedTuple

from neurohub.contract.barcode import normalize
from station.device import hangul

_FRAME: Final = "\x00\x02\x03\ufeff \t\r\n"  # what scanners put around a code


class Reading(NamedTuple):
    """The text of a scan. `doubtful`: better scanned again than believed."""

    text: str
    doubtful: bool


def read(received: str) -> Reading:
    """Return the scan in `received`; characters that no code of the plant has are dropped, and make it doubtful."""
    framed = received.strip(_FRAME)
    keys = hangul.keys_of(framed)
    clean = "".join(letter for letter in keys if " " <= letter <= "~")
    return Reading(normalize(clean), doubtful=clean != framed)
