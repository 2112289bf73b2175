"""Ways in which a stored image goes wrong, on a disk or in S3."""

from pathlib import Path
from typing import Any, Protocol


class Place(Protocol):
    def read(self, name: str) -> bytes: ...
    def write(self, name: str, data: bytes) -> None: ...
    def remove(self, name: str) -> None: ...


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        self.remove(name)
        (self.folder / name).write_bytes(data)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)


class Bucket:
    def __init__(self, client: Any, bucket: str) -> None:
        self.client = client
        self.bucket = bucket

    def read(self, name: str) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read()

    def write(self, name: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=name, Body=data)

    def remove(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=name)


def truncated(place, name, other, draw):
    data = place.read(name)
    place.write(name, data[: draw.randrange(len(data))])


def flipped(place, name, other, draw):
    data = bytearray(place.read(name))
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    place.write(name, bytes(data))


def swapped(place, name, other, draw):
    place.write(name, place.read(other))


def grown(place, name, other, draw):
    place.write(name, draw.randbytes(draw.randrange(1, 5000)) + place.read(name))


def zeroed(place, name, other, draw):
    data = bytearray(place.read(name))
    start = draw.randrange(len(data))
    data[start : start + 4096] = bytes(len(data[start : start + 4096]))
    place.write(name, bytes(data))


def lost(place, name, other, draw):
    place.remove(name)


def linked(place, name, other, draw):
    """Make the image a symbolic link to a file outside, a secret one."""
    secret = place.folder.parent / "secret"
    secret.write_bytes(b"a secret of the machine" * 200_000)
    place.remove(name)
    (place.folder / name).symlink_to(secret)


EVERYWHERE = (truncated, flipped, swapped, grown, zeroed, lost)
ON_DISK = (*EVERYWHERE, linked)
