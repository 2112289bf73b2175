"""Firmware on the wire: the description of a released image. The image itself travels as bytes."""

from datetime import datetime

from neurohub.contract.views import View


class FirmwareView(View, frozen=True, kw_only=True):
    """A released image; hashes in hexadecimal. `download_url` is a path of this service."""

    model: str
    version: str
    size_bytes: int
    sha256: str
    md5: str
    released_at: datetime
    download_url: str
