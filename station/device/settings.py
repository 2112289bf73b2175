"""Which devices a station has: a table of its settings file. Decoded by the app, read by whoever builds the devices.

A serial port is named as the system names it (`COM3`, `/dev/ttyACM0`) or by what is plugged in: `VID:PID` or
`VID:PID:serial number`, which stays the same in another socket.
"""

import re
from typing import Annotated

from msgspec import Meta, Struct, field

from station.device import gauge_line
from station.device.addresses import Address

Baud = Annotated[int, Meta(ge=300, le=3_000_000)]


class DeviceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An empty text: there is none. A scanner that types needs no setting.

    `gauge_pattern` finds `value` and, if it has one, `unit` in a line of the gauge; a line that does not match is not
    a reading. `printers` maps codes of printers to `host:9100` or a serial port, over what the service says.
    """

    scanner: str = ""
    scanner_baud: Baud = 9600
    gauge: str = ""
    gauge_baud: Baud = 9600
    gauge_pattern: str = gauge_line.PATTERN
    printers: dict[str, Address] = field(default_factory=dict)
    printer_baud: Baud = 9600
    result_folder: str = ""
    firmware_folder: str = ""

    def __post_init__(self) -> None:
        """Refuse a pattern that cannot find a value."""
        try:
            names = re.compile(self.gauge_pattern).groupindex
        except re.error as error:
            raise ValueError(f"gauge_pattern: {error}") from None
        if "value" not in names:
            raise ValueError("gauge_pattern: it has no group (?P<value>...)")
