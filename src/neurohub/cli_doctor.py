"""`neurohub doctor`: one line for each thing the service needs, and what to do where it is missing.

Changes nothing and starts nothing. Who calls it: `cli`.
"""

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from msgspec import Struct

from neurohub import server, settings
from neurohub.embedded import data_directory, home
from neurohub.storage import probe
from neurohub.storage.migrate import available


class Check(Struct, frozen=True):
    """One thing that was looked at; `text` says what was found or what to do."""

    name: str
    ok: bool
    text: str

    def line(self) -> str:
        return f"{'ok     ' if self.ok else 'PROBLEM'}  {self.name:<10} {self.text}"


def examine(folder: Path, environment: Mapping[str, str]) -> Iterator[Check]:
    """Look at settings, data directory, disk, database, Redis and ports, in the order they depend."""
    running = data_directory.read_running(folder)
    yield from _folder(folder, running)
    known = settings.given(environment)
    if running is not None:
        known.setdefault("DATABASE_URL", running.database_url)
        if running.redis_url:
            known.setdefault("REDIS_URL", running.redis_url)
    try:
        # What `up` fills in by itself is not a problem; what is set wrongly is.
        found = settings.read({"DATABASE_URL": "embedded", "SECRET_KEY": "-" * 32} | known)
    except settings.SettingsError as error:
        yield Check("settings", ok=False, text=str(error))
        return
    yield Check("settings", ok=True, text="every key that is set can be read")
    if "DATABASE_URL" in known:
        yield from _database(found.database_url, found.timezone)
    else:
        yield Check("database", ok=True, text="not running; `neurohub up` starts the embedded PostgreSQL")
    yield _redis(found.redis_url)
    yield _port(found, running)


def _folder(folder: Path, running: data_directory.Running | None) -> Iterator[Check]:
    state = f"in use by `up` (pid {running.pid})" if running else "not in use"
    part = home.existing(folder) / "postgres"
    if part.exists() and any(part.iterdir()) and not (part / "NEUROHUB").exists():
        yield Check("data", ok=False, text=f"{part} is not whole; move it away or `neurohub reset`")
    else:
        yield Check("data", ok=True, text=f"{folder}, {state}")
    there = next(path for path in [folder, *folder.parents] if path.exists())
    free_bytes = shutil.disk_usage(there).free
    ok = free_bytes >= data_directory.DISK_MIN_BYTES
    yield Check("disk", ok=ok, text=f"{free_bytes >> 20} MB free" + ("" if ok else "; make room (500 MB)"))


def _database(url: str, timezone: str | None) -> Iterator[Check]:
    try:
        facts = probe.probe(url)
    except probe.DatabaseError as error:
        yield Check("database", ok=False, text=str(error))
        return
    yield from usable(url, facts)
    if facts.migrations > 0:
        same = timezone in {None, facts.plant_timezone}
        differs = "" if same else f"; NEUROHUB_TIMEZONE is {timezone}: run `neurohub migrate`"
        yield Check("timezone", ok=same, text=f"the plant's is {facts.plant_timezone}{differs}")


def usable(url: str, facts: probe.Facts) -> Iterator[Check]:
    """Look at what the service cannot do without in a database that answers."""
    fits = facts.version >= probe.VERSION_MIN and not facts.is_in_recovery
    need = "" if fits else f"; needed is {probe.VERSION_MIN} or newer, and the primary"
    yield Check("database", ok=fits, text=f"PostgreSQL {facts.version_text} at {probe.shown(url)}{need}")
    missing = available() - facts.migrations
    todo = f", {missing} are missing; run `neurohub migrate`" if missing > 0 else ""
    yield Check("schema", ok=missing <= 0, text=f"{facts.migrations} migrations applied{todo}")
    if facts.migrations > 0:
        member = "may act as neurohub_app" if facts.is_member else "cannot: grant neurohub_app to the login"
        yield Check("roles", ok=facts.is_member, text=member)


def _redis(url: str | None) -> Check:
    if url is None:
        return Check("redis", ok=True, text="none set; the service runs without it, `up` brings its own")
    from neurohub.cache.shared import SharedCache  # noqa: PLC0415 (a quarter of a second no other command needs)

    async def ask() -> bool | None:
        cache = SharedCache(url, "")
        try:
            return await cache.is_reachable()
        finally:
            await cache.close()

    if asyncio.run(ask()):
        return Check("redis", ok=True, text="answers")
    return Check(
        "redis", ok=False, text="does not answer; check REDIS_URL (the service runs on, without cache)"
    )


def _port(found: settings.Settings, running: data_directory.Running | None) -> Check:
    address = server.Address(found.api_host, found.api_port)
    if running is not None:
        return Check("port", ok=True, text=f"the service answers at {running.address}")
    try:
        server.check_free(address, "API_PORT")
    except server.PortError as error:
        if _answers(address):
            return Check("port", ok=True, text=f"the service answers at {address}")
        return Check("port", ok=False, text=str(error))
    return Check("port", ok=True, text=f"{address} is free")


def _answers(address: server.Address) -> bool:
    """Tell whether it is a NeuroHub that has the port, as on a server whose instances run."""
    try:
        with urlopen(f"http://{address}/health", timeout=2) as answer:
            return b'"version"' in answer.read()
    except (OSError, HTTPException):
        return False
