"""Released firmware in the database: what it is and what it is checked by. The bytes are in `firmware.images`.

Who calls it: `operations.firmware` and `http.firmware`.
"""

from typing import Final

import msgspec

from neurohub.contract.firmware import FirmwareView, ReleaseFirmware
from neurohub.storage.master import Noun
from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

_SQL: Final = load("firmware")
FIRMWARE: Final = Noun("firmware", msgspec.json.Decoder(FirmwareView), "firmware")

Checked = tuple[int, str, bytes]


async def latest(database: Database, model: str) -> FirmwareView | None:
    """Return what was released last for `model`."""
    return await database.view(_SQL["latest"], {"model": model}, FirmwareView)


async def one(database: Database, model: str, version: str) -> FirmwareView | None:
    return await database.view(_SQL["one"], {"model": model, "version": version}, FirmwareView)


async def checked_by(database: Database, model: str, version: str) -> Checked | None:
    """Return size, SHA-256 and the SHA-256 of each block of an image."""
    found = await database.row(_SQL["image"], {"model": model, "version": version})
    return None if found is None else (found[2], found[3], bytes(found[4]))


async def lock_model(connection: Connection, model: str) -> bool:
    """Let nobody else release for `model` until the transaction ends; False when there is no such model."""
    return bool(await rows(connection, _SQL["lock_model"], {"model": model}))


async def read(connection: Connection, name: str, command: ReleaseFirmware) -> FirmwareView | None:
    """Return what the statement `name` (`one` or `latest`) finds, as this transaction sees it."""
    found = await rows(connection, _SQL[name], msgspec.structs.asdict(command))
    return FIRMWARE.decoder.decode(found[0][0]) if found else None


async def add(
    connection: Connection, command: ReleaseFirmware, size_bytes: int, sha256: str, md5: str, blocks: bytes
) -> None:
    """Release an image, and tell everybody."""
    named = msgspec.structs.asdict(command)
    sums = {"size_bytes": size_bytes, "sha256": sha256, "md5": md5, "blocks": blocks}
    await rows(connection, _SQL["add"], named | sums)
    await rows(connection, _SQL["announce"], named)
