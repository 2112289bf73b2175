"""The verb of firmware: release. The image is in its place before the version is in the database.

The same version with the same bytes gets the same answer, and mends an image that was damaged; other bytes, or a
version that is not newer than what is released, are a `CONFLICT`. A way back is a new version with the old code.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from neurohub.auth.caller import Caller
from neurohub.contract.firmware import FirmwareView, ReleaseFirmware
from neurohub.contract.problems import Code, ProblemError
from neurohub.firmware.images import Image, Images, Sums, Upload
from neurohub.operations.idempotency import Created, once
from neurohub.storage import firmware
from neurohub.storage.pool import Connection, Database

Fill = Callable[[Upload], Awaitable[ReleaseFirmware]]
_encode: Final = msgspec.json.Encoder().encode


async def release(database: Database, images: Images, caller: Caller, fill: Fill, key: str | None) -> Created:
    """Take in what `fill` writes, keep it, release it; return the encoded description."""
    async with images.aside() as aside:
        async with images.upload(aside) as upload:
            command = await fill(upload)
        sums = upload.sums()

        async def work(connection: Connection) -> bytes:
            return _encode(await _release(connection, images, command, sums, aside))

        asked = f"POST /firmware {command.model} {command.version} {sums.sha256}".encode()
        return await once(database, caller.credential, key, asked, work)


async def find_image(database: Database, model: str, version: str) -> Image:
    """Return the image of a version, to be read; 404 when it was never released."""
    found = await firmware.checked_by(database, model, version)
    if found is None:
        raise unknown(f"{model} {version}")
    return Image(model, version, *found)


def unknown(what: str) -> ProblemError:
    return ProblemError(Code.FIRMWARE_NOT_FOUND, f"There is no firmware {what[:64]}")


async def _release(
    connection: Connection, images: Images, command: ReleaseFirmware, sums: Sums, aside: str
) -> FirmwareView:
    if not await firmware.lock_model(connection, command.model):
        raise ProblemError(Code.NOT_FOUND, f"There is no model {command.model}")
    known = await firmware.read(connection, "one", command)
    if known is None:
        await _check_newer(connection, command)
    elif (known.size_bytes, known.sha256) != (sums.size_bytes, sums.sha256):
        raise ProblemError(
            Code.CONFLICT, f"{command.version} was released with other bytes; a change needs a new version"
        )
    image = Image(command.model, command.version, sums.size_bytes, sums.sha256, sums.blocks)
    await images.keep(aside, image)
    if known is not None:
        return known
    await firmware.add(connection, command, sums.size_bytes, sums.sha256, sums.md5, sums.blocks)
    added = await firmware.read(connection, "one", command)
    assert added is not None  # noqa: S101 (just written)
    return added


async def _check_newer(connection: Connection, command: ReleaseFirmware) -> None:
    released = await firmware.read(connection, "latest", command)
    if released is not None and _numbers(command.version) <= _numbers(released.version):
        raise ProblemError(
            Code.CONFLICT, f"{released.version} is released, which is newer", released=released.version
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version[1:].split("."))
