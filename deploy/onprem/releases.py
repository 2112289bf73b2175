"""The releases of a machine: each whole in a folder of its own, and two links, to the one that serves and to the last.

Nothing here is started or stopped: `install.py` does that. Part of the bundle: standard library only.
"""

import json
import shutil
import subprocess
import venv
from pathlib import Path

from machine import InstallError, Machine, say

HERE = Path(__file__).resolve().parent
KEPT_RELEASES = 3
SELF = (
    "install.py",
    "machine.py",
    "placing.py",
    "releases.py",
    "sealing.py",
    "release.json",
    "README.md",
    "README.ko.md",
)


def facts() -> dict[str, str]:
    facts: dict[str, str] = json.loads((HERE / "release.json").read_text())
    return facts


def make(machine: Machine) -> Path:
    """Make the environment of this release, whole or not at all; one that is there is left alone."""
    release = machine.releases / facts()["version"]
    if (release / "complete").exists():
        return release
    shutil.rmtree(release, ignore_errors=True)
    say(f"installing {release}")
    shutil.copytree(HERE / "files", release / "files")
    for extra in SELF:
        shutil.copy(HERE / extra, release / extra)
    role = machine.role.read_text() if machine.role.exists() else None
    if role is not None:
        shutil.copytree(HERE / "two-servers" / role, release / "files", dirs_exist_ok=True)
    venv.create(release / "venv", with_pip=True, symlinks=True)
    _pip(release)
    for found in (release / "venv").glob("lib/python*/site-packages/neurohub/http/dashboard_files"):
        (release / "dashboard").symlink_to(found.relative_to(release))
    (release / "complete").touch()
    return release


def _pip(release: Path) -> None:
    """Install from the bundle alone, whatever this machine's pip was told of the world."""
    python = str(release / "venv/bin/python")
    options = ["--isolated", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    source = ["--no-index", "--find-links", str(HERE / "wheels"), "--only-binary", ":all:"]
    locked = ["--require-hashes", "-r", str(HERE / "requirements.txt")]
    done = subprocess.run([python, "-m", "pip", *options, *source, *locked], check=False)
    if done.returncode != 0:
        raise InstallError("the bundle's wheels do not fit this machine; see what pip says above")


def behind(link: Path) -> Path | None:
    return link.resolve() if link.is_symlink() and (link / "complete").exists() else None


def complete(machine: Machine) -> list[Path]:
    """Return the whole releases, the newest last."""
    return sorted(
        (path.parent for path in machine.releases.glob("*/complete")), key=lambda path: path.stat().st_mtime
    )


def point(link: Path, release: Path | None) -> None:
    """Let `link` name a release, in one step."""
    if release is not None:
        part = link.with_name(f".{link.name}.part")
        part.unlink(missing_ok=True)
        part.symlink_to(release.relative_to(link.parent.resolve()))
        part.replace(link)


def forget_old(machine: Machine) -> None:
    needed = {behind(machine.current), behind(machine.previous)}
    for release in complete(machine)[:-KEPT_RELEASES]:
        if release not in needed:
            shutil.rmtree(release)
