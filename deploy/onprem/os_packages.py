#!/usr/bin/env python3
"""The packages of the system for a server without internet: fetched here by apt, installed there by apt.

    sudo python3 os_packages.py            on the server, beside the folder `packages` of the bundle

Made for the kind of system it runs on: the same release and machine as the plant's. What apt fetched was checked
by apt's own keys; on its way to the plant the bundle's seal covers it. Standard library only.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = "packages.txt"


def names(listing: Path = HERE / NAMES) -> list[str]:
    """Return the packages a server needs."""
    lines = listing.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def collect(folder: Path, wanted: list[str] | None = None) -> None:
    """Fetch `wanted` and everything below it, as for a machine on which nothing is installed."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        bare = Path(scratch)
        (bare / "status").touch()
        (bare / "partial").mkdir()
        options = [
            f"Dir::State::status={bare}/status",
            f"Dir::Cache::archives={bare}",
            "APT::Sandbox::User=root",
        ]
        _apt([*options, "Debug::NoLocking=1"], "--download-only", "install", *(wanted or names()))
        for package in sorted(bare.glob("*.deb")):
            (folder / package.name.replace("%3a", "_")).write_bytes(package.read_bytes())
    index(folder)


def index(folder: Path) -> None:
    """Write the list by which apt finds packages in a folder."""
    entries = [_entry(path) for path in sorted(folder.glob("*.deb"))]
    (folder / "Packages").write_text("\n".join(entries), encoding="utf-8")


def options(folder: Path, scratch: Path) -> list[str]:
    """Return what makes apt know `folder` and nothing else: no network can be asked."""
    (scratch / "lists" / "partial").mkdir(parents=True)
    source = scratch / "sources.list"
    source.write_text(f"deb [trusted=yes] file:{folder} ./\n")
    return [f"Dir::Etc::sourcelist={source}", "Dir::Etc::sourceparts=-", f"Dir::State::lists={scratch}/lists"]


def install(folder: Path) -> None:
    """Install what a server needs from `folder` alone."""
    with tempfile.TemporaryDirectory() as scratch:
        alone = options(folder, Path(scratch))
        _apt(alone, "update")
        _apt(alone, "install", *names())


def _entry(path: Path) -> str:
    done = subprocess.run(["dpkg-deb", "--field", str(path)], capture_output=True, check=True, text=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{done.stdout}Filename: ./{path.name}\nSize: {path.stat().st_size}\nSHA256: {digest}\n"


def _apt(options: list[str], *words: str) -> None:
    given = [word for option in options for word in ("-o", option)]
    subprocess.run(["apt-get", "-qq", "-y", "--no-install-recommends", *given, *words], check=True)


if __name__ == "__main__":
    install(HERE / "packages")
    sys.exit(0)
