"""Firmware on the wire: what is said with an upload, and the description of a released image.

The image itself travels as bytes: in as the part `file` of a form, out from `download_url`.
"""

from datetime import datetime
from typing import Final

from neurohub.contract.commands import Command
from neurohub.contract.forms import ModelCode
from neurohub.contract.process_data import FirmwareVersion
from neurohub.contract.views import View

FIRMWARE_MAX_BYTES: Final = 64 * 1024 * 1024


class ReleaseFirmware(Command, frozen=True, kw_only=True):
    """The fields of the form beside `file`. The upload releases the version, which replaces the one before."""

    model: ModelCode
    version: FirmwareVersion


class FirmwareForm(ReleaseFirmware, frozen=True, kw_only=True):
    """The whole form, as it is documented; `file` is at most 64 MiB and is read as it comes."""

    file: bytes


class FirmwareView(View, frozen=True, kw_only=True):
    """A released image; hashes in hexadecimal. `download_url` is a path of this service."""

    model: str
    version: str
    size_bytes: int
    sha256: str
    md5: str
    released_at: datetime
    download_url: str
