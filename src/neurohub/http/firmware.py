"""Firmware: release a version, list, describe, download. Images stream both ways and are never held whole."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Final

import msgspec
import structlog
from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.types import HTTPScope, Receive, Send

from neurohub.contract import forms
from neurohub.contract.firmware import FIRMWARE_MAX_BYTES, FirmwareForm, FirmwareView, ReleaseFirmware
from neurohub.contract.problems import Code, ProblemError
from neurohub.firmware.images import Image, Upload
from neurohub.http import master, raw
from neurohub.http.answers import Asked, hashed, is_held, tagged
from neurohub.http.forms import read_form
from neurohub.http.master import Model, ModelFilter
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.parts import parts_of
from neurohub.http.ranges import asked_part
from neurohub.http.who import ADMIN, MANAGER, STATION
from neurohub.operations import firmware as verbs
from neurohub.storage import firmware

log = structlog.get_logger()

PATH: Final = "/api/v1/firmware"  # takes a form, where everything else takes JSON
_NAMED: Final = re.compile(forms.MODEL + "/" + r"v[0-9.]{5,17}", re.ASCII)
_encode: Final = msgspec.json.Encoder().encode


async def _upload(scope: HTTPScope, receive: Receive, send: Send) -> None:
    raw.refuse_query(scope)
    parts = raw.parts_in(scope)

    async def fill(upload: Upload) -> ReleaseFirmware:
        fields = await read_form(
            scope, receive, ReleaseFirmware.__struct_fields__, upload.write, most_bytes=FIRMWARE_MAX_BYTES
        )
        if upload.size_bytes == 0:
            raise ProblemError(Code.INVALID_REQUEST, "`file` is empty")
        try:
            return msgspec.convert(fields, ReleaseFirmware)
        except msgspec.ValidationError as error:
            raise ProblemError(Code.INVALID_REQUEST, forms.said(error)) from None

    key = raw.idempotency_key(scope)
    answer = await verbs.release(parts.database, parts.images, raw.caller_in(scope), fill, key)
    replayed = [(b"idempotent-replay", b"true")] if answer.replayed else []
    await raw.send_json(send, 201, answer.body, replayed)


@post("/", opt={"who": ADMIN, "raw": _upload, "form": FirmwareForm})
async def release_firmware() -> Response[FirmwareView]:
    """Release a version: a form with `model`, `version` and `file`. The same once more gets the same answer."""
    raise NotImplementedError  # answered by `_upload`


@get("/", opt={"who": MANAGER})
async def list_firmware(
    request: Asked, model: ModelFilter = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Listed[FirmwareView]:
    return await master.page(request, firmware.FIRMWARE, limit, cursor, model=model)


@get("/latest", opt={"who": MANAGER | STATION, "may_refuse": {"404"}})
async def latest_firmware(request: Asked, model: Model) -> Response[FirmwareView]:
    """What is released for a model now: what process 4 is to upload."""
    found = await firmware.latest(parts_of(request).database, model)
    return _described(request, found, f"for {model}")


@get("/{model:str}/{version:str}", opt={"who": MANAGER | STATION})
async def read_firmware(
    request: Asked, model: FromPath[str], version: FromPath[str]
) -> Response[FirmwareView]:
    """What one version is; it never changes."""
    _check_named(model, version)
    found = await firmware.one(parts_of(request).database, model, version)
    return _described(request, found, f"{model} {version}")


async def _download(scope: HTTPScope, _: Receive, send: Send) -> None:
    raw.refuse_query(scope)
    parts, (model, version) = raw.parts_in(scope), (scope["path_params"][n] for n in ("model", "version"))
    _check_named(model, version)
    image = await verbs.find_image(parts.database, model, version)
    headers = _headers(image)
    if is_held(_text(scope, b"if-none-match"), f'"{image.sha256}"'):
        await raw.send_bytes(send, 304, b"", headers)
        return
    asked = asked_part(
        _text(scope, b"range"), _text(scope, b"if-range"), f'"{image.sha256}"', image.size_bytes
    )
    part = range(image.size_bytes) if asked is None else asked
    headers.append((b"content-length", str(len(part)).encode()))
    if asked is not None:
        headers.append((b"content-range", f"bytes {part.start}-{part.stop - 1}/{image.size_bytes}".encode()))
    pieces = parts.images.read(image, part.start, part.stop)
    first = await anext(pieces)  # a damaged image is a problem while no answer has begun
    await send({"type": "http.response.start", "status": 200 if asked is None else 206, "headers": headers})
    await _send_pieces(send, first, pieces)


@get("/{model:str}/{version:str}/image", opt={"who": MANAGER | STATION, "raw": _download, "bytes": True})
async def download_firmware(model: FromPath[str], version: FromPath[str]) -> Response[bytes]:
    """The image: `Range`, `If-Range` and `If-None-Match` are understood, every byte is checked on its way out.

    A download that is cut in its middle has met a damaged block; what was sent before it is right.
    """
    raise NotImplementedError  # answered by `_download`


async def _send_pieces(send: Send, first: bytes, rest: AsyncIterator[bytes]) -> None:
    await send({"type": "http.response.body", "body": first, "more_body": True})
    try:
        async for piece in rest:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except ProblemError as error:
        # Too late for a problem: an answer that does not come to its end is cut, which no client takes for whole.
        log.warning("firmware.download_cut", problem=error.problem.detail)
        return
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _described(request: Asked, found: FirmwareView | None, what: str) -> Response[FirmwareView]:
    if found is None:
        raise verbs.unknown(what)
    return tagged(request, hashed(_encode(found)))  # type: ignore[return-value]  # encoded for the tag


def _headers(image: Image) -> list[tuple[bytes, bytes]]:
    digest = b64encode(bytes.fromhex(image.sha256))
    return [
        (b"content-type", b"application/octet-stream"),
        (b"content-disposition", f'attachment; filename="{image.model}-{image.version}.bin"'.encode()),
        (b"etag", f'"{image.sha256}"'.encode()),
        (b"repr-digest", b"sha-256=:" + digest + b":"),
        (b"accept-ranges", b"bytes"),
        (b"cache-control", b"private, no-cache"),
    ]


def _text(scope: HTTPScope, name: bytes) -> str:
    return raw.header(scope, name).decode("latin-1")


def _check_named(model: str, version: str) -> None:
    """Refuse what can be no firmware, so that it never reaches the database or a path."""
    if _NAMED.fullmatch(f"{model}/{version}") is None:
        raise verbs.unknown(f"{model} {version}")


router: Final = Router(
    "/firmware",
    route_handlers=[
        *(release_firmware, list_firmware, latest_firmware, read_firmware, download_firmware),
    ],
    tags=["Firmware"],
)
