"""Images in a local directory or in S3, by one interface. No byte leaves here that is not the one uploaded.

An image is written aside, hashed on the way, and moved to a name that holds its SHA-256, so that no upload can
overwrite another. It is read in blocks of 1 MiB, each checked against the hash kept in the database: nothing is
held whole, and what changes on the disk between check and use is found too. Called by http and operations.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import obstore
import structlog
from msgspec import Struct
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from neurohub.contract.problems import Code, ProblemError
from neurohub.settings import Settings

BLOCK_BYTES: Final = 1024 * 1024
DIGEST_BYTES: Final = 32
RETRY_AFTER_S: Final = 30
_PART_BYTES: Final = 5 * 1024 * 1024  # the smallest part that S3 takes; held in memory once for each upload
_FAILURES: Final = (BaseError, OSError)

Store = LocalStore | S3Store
log = structlog.get_logger()


class Sums(Struct, frozen=True):
    """What is known of an image from its bytes. `blocks` is the SHA-256 of each MiB, one after the other."""

    size_bytes: int
    sha256: str
    md5: str
    blocks: bytes


class Image(Struct, frozen=True):
    """A released image: where it is, how long, and what each block of it must hash to."""

    model: str
    version: str
    size_bytes: int
    sha256: str
    blocks: bytes

    @property
    def name(self) -> str:
        return f"{self.model}/{self.version}/{self.sha256}.bin"


class Upload:
    """An image on its way in: what is written is hashed."""

    def __init__(self, write: Callable[[bytes], Awaitable[Any]]) -> None:
        self._write = write
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._block = hashlib.sha256()
        self._blocks = bytearray()
        self.size_bytes = 0

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._sha256.update(chunk)
        self._md5.update(chunk)
        self._count_blocks(memoryview(chunk))
        await self._write(chunk)

    def sums(self) -> Sums:
        """Return what the bytes so far come to."""
        last = self._block.digest() if self.size_bytes % BLOCK_BYTES else b""
        hashes = self._sha256.hexdigest(), self._md5.hexdigest()
        return Sums(self.size_bytes, *hashes, bytes(self._blocks) + last)

    def _count_blocks(self, rest: memoryview) -> None:
        while rest:
            room = BLOCK_BYTES - self.size_bytes % BLOCK_BYTES
            part, rest = rest[:room], rest[room:]
            self._block.update(part)
            self.size_bytes += len(part)
            if len(part) == room:
                self._blocks += self._block.digest()
                self._block = hashlib.sha256()


class Images:
    """The images of this installation. Their place is opened when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[str]:
        """Lend a name to write to; what was not kept by the end is deleted."""
        name = f"incoming/{uuid4().hex}"
        try:
            yield name
        finally:
            with suppress(*_FAILURES):
                await obstore.delete_async(self._store, name)

    @asynccontextmanager
    async def upload(self, aside: str) -> AsyncIterator[Upload]:
        """Take an image in under the name `aside`; it is there when the block ends well."""
        with _reachable():
            async with obstore.open_writer_async(self._store, aside, buffer_size=_PART_BYTES) as file:
                yield Upload(file.write)

    async def keep(self, aside: str, image: Image) -> None:
        """Move what was written aside to its place, on disk for good; what was damaged there is replaced."""
        with _reachable():
            await obstore.rename_async(self._store, aside, image.name)
            if isinstance(self._store, LocalStore):
                await asyncio.to_thread(_settle, self._settings.firmware_dir / image.name)

    async def read(self, image: Image, start: int, stop: int) -> AsyncIterator[bytes]:
        """Yield the bytes `start` to `stop` of `image`, each proven to be the one that was uploaded.

        Raises 503 `FIRMWARE_UNAVAILABLE` at the first block that is not.
        """
        for block in range(start // BLOCK_BYTES, -(-stop // BLOCK_BYTES)):
            begin = block * BLOCK_BYTES
            data = await self._block(image, block, min(begin + BLOCK_BYTES, image.size_bytes))
            yield data[max(start - begin, 0) : stop - begin]

    async def _block(self, image: Image, block: int, end: int) -> bytes:
        with _reachable():
            found = await obstore.get_range_async(self._store, image.name, start=block * BLOCK_BYTES, end=end)
        data = bytes(found)
        expected = image.blocks[block * DIGEST_BYTES : (block + 1) * DIGEST_BYTES]
        if await asyncio.to_thread(_digest, data) != expected:
            log.error("firmware.damaged", image=image.name, block=block)
            raise _unavailable(f"The stored image {image.name} is damaged; upload the same file again")
        return data

    @cached_property
    def _store(self) -> Store:
        chosen = self._settings
        if chosen.use_s3:
            return S3Store(  # reads its credentials itself, from where AWS's own tools do
                chosen.s3_bucket,
                region=chosen.aws_region,
                endpoint=chosen.aws_endpoint_url_s3,
                client_options={
                    "allow_http": (chosen.aws_endpoint_url_s3 or "").startswith("http:"),
                    "connect_timeout": "5s",
                    "timeout": "30s",
                },
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=8)},
            )
        return LocalStore(chosen.firmware_dir.absolute(), mkdir=True)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _settle(path: Path) -> None:
    """Force a file and the way to it to the disk: the answer that follows is a promise."""
    for part in (path, *list(path.parents)[:3]):
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn what the disk or S3 refuses into a problem; what exactly is for the log."""
    try:
        yield
    except _FAILURES as error:
        log.warning("firmware.not_reached", error=str(error).partition("\n")[0], kind=type(error).__name__)
        raise _unavailable("The place where firmware is kept does not answer or misses the image") from error


def _unavailable(detail: str) -> ProblemError:
    return ProblemError(Code.FIRMWARE_UNAVAILABLE, detail, retry_after_s=RETRY_AFTER_S)
