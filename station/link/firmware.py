"""Firmware for process 4: the released image of each model in the work folder, whole and verified, or not there.

`<folder>/<model>/firmware_meta.json` names the image beside it and is put in place last. A download that was cut
goes on where it ended. Who calls it: `Link`, every minute in a thread of its own.
"""

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx
import msgspec

from neurohub.contract import forms
from neurohub.contract.firmware import FirmwareView
from station.flow.facts import FirmwareSaid, Post
from station.link.labels import RefusedError, read
from station.link.service import Service, UnreachableError

META: Final = "firmware_meta.json"
PIECE_BYTES: Final = 256 * 1024
_is_model: Final = re.compile(forms.MODEL).fullmatch
_is_version: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}").fullmatch
_encode: Final = msgspec.json.Encoder().encode
_meta: Final = msgspec.json.Decoder(FirmwareView)


class FirmwareMeta(FirmwareView, frozen=True, kw_only=True):
    """What is in `firmware_meta.json`; `file` is the image's name beside it."""

    file: str


class _BadImageError(Exception):
    """What came is not what was released."""


def sync(service: Service, folder: Path, model: str, post: Post) -> None:
    """Bring the image of `model` up to date; `FirmwareSaid` tells how it goes."""
    if not _is_model(model):
        return
    place = folder / model
    view: FirmwareView | None = None
    try:
        view = read(service.request("GET", f"/firmware/latest?model={model}"), FirmwareView)
        if not _is_in_place(place, view):
            _fetch(service, place, view, lambda progress: post(_said(view, model, progress)))
    except (UnreachableError, RefusedError, _BadImageError, OSError) as error:
        problem = getattr(error, "code", "") or str(error)
        post(FirmwareSaid(model=model, version=view.version if view else "", progress=0.0, problem=problem))
    else:
        post(_said(view, model, 1.0))


def _said(view: FirmwareView, model: str, progress: float) -> FirmwareSaid:
    return FirmwareSaid(model=model, version=view.version, progress=progress)


def _is_in_place(place: Path, view: FirmwareView) -> bool:
    """Tell whether the released image is there, byte for byte."""
    try:
        meta = _meta.decode((place / META).read_bytes())
        return meta == view and _sha256(place / _name(view)) == view.sha256
    except (OSError, msgspec.MsgspecError):
        return False


def _fetch(service: Service, place: Path, view: FirmwareView, said: Callable[[float], None]) -> None:
    if view.model != place.name or not _is_version(view.version):
        raise _BadImageError("another_model")
    place.mkdir(parents=True, exist_ok=True)
    part = place / f".{view.sha256[:16]}.part"
    _download(service, part, view, said)
    if _sha256(part) != view.sha256:
        part.unlink()
        raise _BadImageError("sha256")
    part.replace(place / _name(view))
    meta = FirmwareMeta(**msgspec.structs.asdict(view), file=_name(view))
    half = place / f".{META}.tmp"
    with half.open("wb") as file:
        file.write(msgspec.json.format(_encode(meta)))
        file.flush()
        os.fsync(file.fileno())
    half.replace(place / META)
    for old in (*place.glob("*.bin"), *place.glob(".*.part")):
        if old.name != _name(view):
            with suppress(OSError):  # a rig may be reading it
                old.unlink()


def _download(service: Service, part: Path, view: FirmwareView, said: Callable[[float], None]) -> None:
    """Append to `part` what is missing of the image."""
    have = part.stat().st_size if part.exists() else 0
    if have >= view.size_bytes:
        return
    asked = {"Range": f"bytes={have}-"} if have else {}
    with service.streaming(view.download_url, asked) as response:
        _check(response)
        goes_on = have > 0 and response.status_code == 206
        have = have if goes_on else 0
        with part.open("ab" if goes_on else "wb") as file:
            for piece in response.iter_bytes(PIECE_BYTES):
                have += len(piece)
                if have > view.size_bytes:
                    break  # longer than what was released: the hash will say no
                file.write(piece)
                said(min(0.999, have / view.size_bytes))
            file.flush()
            os.fsync(file.fileno())


def _check(response: httpx.Response) -> None:
    if response.status_code not in (200, 206):
        raise UnreachableError(f"status {response.status_code}", connected=True)


def _name(view: FirmwareView) -> str:
    return f"{view.model}_{view.version}.bin"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
