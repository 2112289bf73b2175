"""`neurohub up` and the commands that do a part of it: serve, migrate, seed.

Who calls it: `cli`. The workers get their settings by the environment, so that is where this puts them.
"""

import asyncio
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import click
from msgspec import Struct

from neurohub import __version__, cli_doctor, server, settings
from neurohub.auth.passwords import check_password
from neurohub.embedded import data_directory, home, local
from neurohub.storage import migrate as migrations
from neurohub.storage.probe import DatabaseError, probe
from neurohub.storage.rollups import days, rebuild
from neurohub.telemetry import logs

POLL_S: Final = 0.02
ANSWER_TIMEOUT_S: Final = 60.0
DEMO_CHOICE: Final = "demo"
DEMO_PASSWORD: Final = "demo_password"  # noqa: S105 (the name of a file)
LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}


class Banner(Struct, frozen=True, kw_only=True):
    """What `up` says once the service answers."""

    folder: Path
    settings: settings.Settings
    demo_password: str | None
    began_at: float


def up(folder: Path, *, demo: bool | None, events_per_s: float | None) -> None:
    """Run servers, migrations, demo data and the service until SIGINT or SIGTERM; then stop all in order."""
    began_at = time.monotonic()
    wants_demo = _wants_demo(folder, demo)
    if events_per_s is not None and not wants_demo:
        raise click.UsageError("--demo-traffic needs the demo data: say --demo, too")
    _set_defaults(folder)
    data_directory.prepare(folder)
    try:
        with _sigterm_as_interrupt(), _mine(folder), local.servers(folder, os.environ) as found:
            configured = _configure(folder, found)
            version_text = probe(found.database_url).version_text
            _say(f"PostgreSQL {version_text} is ready, Redis {_word(found.redis_url)}.")
            migrations.migrate(found.database_url, configured.timezone)
            password = _seed(folder, configured) if wants_demo else None
            _keep_choice(folder, demo)
            with _announced(
                Banner(folder=folder, settings=configured, demo_password=password, began_at=began_at),
                events_per_s=events_per_s,
            ):
                server.serve(configured)
    except KeyboardInterrupt:
        pass
    _say("Stopped.")


def serve() -> None:
    """Run the workers with the settings of the environment."""
    configured = settings.read()
    url = configured.database_url
    for check in cli_doctor.usable(url, probe(url)):
        if not check.ok:
            raise DatabaseError(f"{check.name}: {check.text}")
    server.serve(configured)


def migrate(folder: Path) -> list[str]:
    """Bring the database to the newest schema; return a line for each migration applied."""
    with local.database(folder, os.environ) as url:
        probe(url)
        return [f"applied {name}" for name in migrations.migrate(url, settings.timezone())] or [
            "nothing to apply"
        ]


def rollups(folder: Path, since: date | None) -> None:
    """Count the board's numbers anew, a line for each day."""
    with local.database(folder, os.environ) as url:
        probe(url)
        wanted = [day for day in days(url) if since is None or day >= since]
        for number, (day, events) in enumerate(rebuild(url, wanted), 1):
            _say(f"{day}  {events:>9,} events  ({number} of {len(wanted)})")


def seed(folder: Path) -> None:
    """Write the demo data and show the demo logins."""
    with local.database(folder, os.environ) as url:
        probe(url)
        migrations.migrate(url, settings.timezone())
        data_directory.prepare(folder)
        _set_defaults(folder)
        configured = settings.read({"SECRET_KEY": "-" * 32} | settings.given() | {"DATABASE_URL": url})
        _say("\n".join(_logins(_seed(folder, configured))))


def _set_defaults(folder: Path) -> None:
    """Fill what the environment leaves open for a service on this machine."""
    host = os.environ.get("API_HOST") or "127.0.0.1"
    defaults = {
        "FIRMWARE_DIR": str(folder / "firmware"),
        "NEUROHUB_WORKERS": str(min(os.cpu_count() or 1, 8)),
        "NEUROHUB_LOG_LEVEL": "WARNING",
        "NEUROHUB_LOG_JSON": "false" if sys.stdout.isatty() else "true",
    }
    if host in LOOPBACK:
        defaults["NEUROHUB_COOKIE_SECURE"] = "false"  # there is no TLS on loopback
    os.environ.update(defaults | settings.given())


@contextmanager
def _mine(folder: Path) -> Iterator[None]:
    """Hold the data directory and know the ports to be free, before anything is started."""
    with data_directory.locked(folder):
        first = settings.read({"DATABASE_URL": "-", "SECRET_KEY": "-" * 32} | settings.given())
        server.check_ports(first)
        yield


def _configure(folder: Path, found: local.Servers) -> settings.Settings:
    """Export what was started to the workers, and read it back as they will."""
    os.environ["DATABASE_URL"] = found.database_url
    if found.redis_url is not None:
        os.environ["REDIS_URL"] = found.redis_url
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = data_directory.secret(folder, "secret_key")
    configured = settings.read()
    configured.firmware_dir.mkdir(parents=True, exist_ok=True)
    address = f"http://{server.Address(configured.api_host, configured.api_port)}"
    running = data_directory.Running(
        pid=os.getpid(), database_url=found.database_url, redis_url=found.redis_url, address=address
    )
    data_directory.write_running(folder, running)
    return configured


def _wants_demo(folder: Path, demo: bool | None) -> bool:
    """Tell whether to seed: what is said now; else in a database of our own what was said last, at first yes."""
    if demo is not None:
        return demo
    choice = folder / DEMO_CHOICE
    said_no = choice.exists() and choice.read_text(encoding="ascii") == "no"
    return not os.environ.get("DATABASE_URL") and not said_no


def _keep_choice(folder: Path, demo: bool | None) -> None:
    if demo is not None:
        (folder / DEMO_CHOICE).write_text("yes" if demo else "no", encoding="ascii")


def _seed(folder: Path, configured: settings.Settings) -> str:
    from neurohub.demo import data  # noqa: PLC0415 (half a second that `down` and `version` need not pay)

    logs.configure(configured.log_level, as_json=configured.log_json)
    given = os.environ.get("NEUROHUB_DEMO_PASSWORD") or None
    if given is not None:
        _check_demo_password(given)
    kept = folder / "secrets" / DEMO_PASSWORD
    made = None if kept.exists() else secrets.token_urlsafe(15)
    password = data_directory.secret(folder, DEMO_PASSWORD, given or made)
    asyncio.run(data.seed(configured, password))
    return password


def _check_demo_password(text: str) -> None:
    try:
        check_password(text)
    except ValueError as error:
        raise settings.SettingsError(f"NEUROHUB_DEMO_PASSWORD is not acceptable: {error}") from None


@contextmanager
def _announced(banner: Banner, *, events_per_s: float | None) -> Iterator[None]:
    """Print the banner, and start the demo traffic, when the service first answers."""
    ended = threading.Event()
    thread = threading.Thread(target=_announce, args=(banner, events_per_s, ended), name="announce")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _announce(banner: Banner, events_per_s: float | None, ended: threading.Event) -> None:
    address = _reachable_address(banner.settings)
    if not _wait_for_answer(address, ended):
        return
    _say("\n".join(_banner_lines(banner, address)))
    if events_per_s is not None and banner.demo_password is not None:
        from neurohub.demo import traffic as demo_traffic  # noqa: PLC0415

        demo_traffic.run(address, banner.demo_password, events_per_s, ended)


def _wait_for_answer(address: str, ended: threading.Event) -> bool:
    end = time.monotonic() + ANSWER_TIMEOUT_S
    while time.monotonic() < end and not ended.wait(POLL_S):
        try:
            with urlopen(f"{address}/health", timeout=2):  # noqa: S310 (http, our own address)
                return True
        except (URLError, OSError):
            continue
    return False


def _banner_lines(banner: Banner, address: str) -> list[str]:
    found = banner.settings
    metrics = f"http://{found.metrics_host}:{found.metrics_port}/metrics" if found.metrics_port else "off"
    lines = [
        "",
        f"NeuroHub MES {__version__} answers at {address} after {time.monotonic() - banner.began_at:.1f} s",
        f"  Dashboard  {address}/",
        f"  API docs   {address}/docs",
        f"  Health     {address}/health",
        f"  Metrics    {metrics}",
        f"  Data       {banner.folder}{_elsewhere(banner.folder)}",
        "",
    ]
    if banner.demo_password is None:
        lines += ["No demo data. Add the first person: neurohub user add NAME --role admin", ""]
    else:
        lines += [*_logins(banner.demo_password), ""]
    return [*lines, "Ctrl-C stops everything (or `neurohub down` from another terminal)."]


def _elsewhere(folder: Path) -> str:
    files = home.existing(folder)
    return "" if files == folder else f", the database in {files} (its account may not enter the former)"


def _logins(password: str) -> list[str]:
    return [
        "Demo logins (데모 로그인)",
        "  people   사용자    admin  manager  worker (KR01)  viewer",
        "  badges   사원증    BADGE-ADMIN  BADGE-MANAGER  BADGE-WORKER, to scan at a station (작업 PC에서 스캔)",
        "  stations 작업 PC   ST-01 .. ST-08 on KR01, one per process (공정별 1대)",
        f"  password and secret (비밀번호)   {password}",
    ]


def _reachable_address(found: settings.Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(found.api_host, found.api_host)  # noqa: S104 (compared)
    return f"http://{server.Address(host, found.api_port)}"


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """Until Granian takes the signals over, `down` must unwind like Ctrl-C."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _word(redis_url: str | None) -> str:
    return "is not available (the service runs without it)" if redis_url is None else "is ready"


def _say(text: str) -> None:
    click.echo(text)
