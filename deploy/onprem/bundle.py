#!/usr/bin/env python3
"""Makes the bundle for a plant without internet: one .tar with everything that its server lacks.

    python deploy/onprem/bundle.py --out dist [--key KEY] [--os-packages]

Wheels of the lock with their hashes, ours (with dashboard and fonts), the settings of every server, boards and rules,
the installer, sums, and a signature where a key is given (made once: ssh-keygen -t ed25519 -f KEY). `--os-packages`
adds this system's packages, so it is run on the plant's kind of system. The same tree gives the same bytes.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

import os_packages
import sealing

HERE = Path(__file__).resolve().parent
TREE = HERE.parent.parent
SCRIPTS = (
    "install.py",
    "machine.py",
    "placing.py",
    "releases.py",
    "sealing.py",
    "os_packages.py",
    "packages.txt",
)
GUIDES = ("README.md", "README.ko.md", "the-server-burned.md", "the-server-burned.ko.md", "standby.md")
WATCHING = TREE / "observability"
# What watches the service: from the tree -> to the machine.
WATCHED_BY = {
    WATCHING / "prometheus": "etc/prometheus/neurohub",
    WATCHING / "generated" / "neurohub.rules.yml": "etc/prometheus/neurohub/neurohub.rules.yml",
    WATCHING / "grafana" / "provisioning": "etc/grafana/neurohub",
    WATCHING / "generated" / "boards": "etc/grafana/neurohub/boards",
    WATCHING / "postgresql" / "slow.conf": "etc/postgresql/15/main/conf.d/neurohub-slow.conf",
}


def main(words: list[str]) -> int:
    """Make the bundle and say where it is."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--out", type=Path, default=TREE / "dist")
    reader.add_argument("--key", type=Path, help="OpenSSH key to sign with")
    reader.add_argument("--wheels", type=Path, help="wheels that are there already; else they are fetched")
    reader.add_argument("--os-packages", action="store_true", help="with this system's packages")
    asked = reader.parse_args(words)
    version = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / f"neurohub-{version}"
        fill(folder, version, asked.wheels)
        if asked.os_packages:
            os_packages.collect(folder / "packages")
        sealing.seal(folder, asked.key)
        print(pack(folder, asked.out / f"neurohub-{version}-{_made_for()}.tar"))
    return 0


def fill(folder: Path, version: str, wheels: Path | None) -> None:
    """Put everything but the seal into `folder`."""
    lay_out(folder, version)
    if wheels is not None:
        shutil.copytree(wheels, folder / "wheels", dirs_exist_ok=True)
    else:
        fetch(folder)
    if not any((folder / "wheels").glob("neurohub-*.whl")):
        build_wheel(folder / "wheels")
    lock_own(folder, version)


def fetch(folder: Path) -> None:
    """Fetch the wheels of the lock, for every patch of this Python: the server's may be older or newer than ours."""
    lock = (folder / "requirements.txt").read_text(encoding="utf-8")
    any_patch = folder / "any-patch.txt"
    any_patch.write_text(re.sub(r" ; python_full_version [<>=!]+ '3\.\d+\.\d+'", "", lock), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(any_patch)]
    _run(*pip, *locked, "-d", str(folder / "wheels"))
    any_patch.unlink()


def lay_out(folder: Path, version: str) -> None:
    """Put the installer, the guides and the files of the machine into `folder`."""
    shutil.copytree(HERE / "root", folder / "files")
    shutil.copytree(HERE / "postgresql" / "root", folder / "files", dirs_exist_ok=True)
    shutil.copytree(HERE / "two-servers", folder / "two-servers")
    for source, target in WATCHED_BY.items():
        _copy(source, folder / "files" / target)
    # Written last: the addresses of a plant's eight instances, and nobody to tell as yet.
    shutil.copytree(HERE / "root", folder / "files", dirs_exist_ok=True)
    nobody = [str(Path(sys.executable).with_name("neurohub-observe")), "alertmanager"]
    told = subprocess.run(nobody, cwd=TREE, env={"PATH": os.defpath}, capture_output=True, check=True)
    (folder / "files/etc/prometheus/neurohub/alertmanager.yml").write_bytes(told.stdout)
    for name in (*SCRIPTS, *GUIDES):
        shutil.copy(HERE / name, folder / name)
    shutil.copy(TREE / "requirements.txt", folder / "requirements.txt")
    facts = {"version": version, "python": "{}.{}".format(*sys.version_info), "machine": platform.machine()}
    (folder / "release.json").write_text(json.dumps(facts, indent=2) + "\n")


def build_wheel(target: Path) -> None:
    """Build our own wheel, with the dashboard in it."""
    _run(sys.executable, str(TREE / "deploy" / "build_dashboard.py"))
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target.resolve()))


def lock_own(folder: Path, version: str) -> None:
    """Add our own wheel to the lock: pip then takes nothing whose hash it was not told."""
    (wheel,) = (folder / "wheels").glob("neurohub-*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with (folder / "requirements.txt").open("a", encoding="utf-8") as lock:
        lock.write(f"neurohub=={version} --hash=sha256:{digest}\n")


def pack(folder: Path, target: Path) -> Path:
    """Write `folder` as a .tar in which nothing tells when and by whom it was made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(
                path,
                f"{folder.name}/{path.relative_to(folder).as_posix()}",
                recursive=False,
                filter=_nameless,
            )
    part.replace(target)
    return target


def _nameless(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry


def _made_for() -> str:
    return f"py{sys.version_info[0]}{sys.version_info[1]}-{platform.system().lower()}-{platform.machine()}"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def _run(*words: str) -> None:
    subprocess.run(words, cwd=TREE, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
