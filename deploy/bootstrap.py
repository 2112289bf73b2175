#!/usr/bin/env python3
"""The front door: from a bare Python 3.11+ to a running service or a tested tree, in one command.

Makes `.venv`, fills it from the hash-pinned locks, builds the dashboard, and hands over to `just`. A second run
finds locks and sources unchanged and goes straight there. Knows nothing of the service. Standard library only, and
readable by older Pythons too, so that they get a sentence instead of a syntax error.

    python3 deploy/bootstrap.py up        python3 deploy/bootstrap.py test        python3 deploy/bootstrap.py
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

if os.name != "nt":
    import fcntl

OLDEST = (3, 11)
VERSION = ".".join(str(part) for part in sys.version_info[:2])
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SUFFIX = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{SUFFIX}"
STAMP = VENV / "locks.sha256"
TRIED = VENV / "dashboard.sha256"
TOOLS, LOCK = ROOT / "requirements-tools.txt", ROOT / "requirements-dev.txt"
# What pip was told about where packages come from, in uv's words: a plant's mirror is configured once.
UV_NAME = {
    "index-url": "UV_DEFAULT_INDEX",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "trusted-host": "UV_INSECURE_HOST",
}


def main(words: list[str]) -> int:
    """Set up what is missing, then run the recipe that `words` name (none: list them)."""
    if sys.version_info < OLDEST:
        stop(f"Python 3.11 or newer is needed, this is {VERSION}; try: python3.11 deploy/bootstrap.py")
    os.chdir(str(ROOT))
    with one_at_a_time():
        set_up()
        bring_dashboard(asked=words == ["setup"])
    if words == ["setup"]:
        say(f"ready: {VENV}")
        return 0
    return run_recipe(words)


def set_up() -> None:
    """Bring `.venv` to what the locks say; do nothing when it is there already."""
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted and PYTHON.exists():
        return
    STAMP.unlink() if STAMP.exists() else None
    if not works(PYTHON):
        make_venv()
    say("installing the pinned tools")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call([*pip, "--require-hashes", "-r", TOOLS])
    say("installing the service, its embedded servers and what tests it")
    uv, to_venv = [BIN / f"uv{SUFFIX}", "pip"], ["--quiet", "--python", PYTHON]
    call([*uv, "sync", *to_venv, "--require-hashes", TOOLS, LOCK])
    call([*uv, "install", *to_venv, "--no-deps", "--no-build-isolation", "--offline", "-e", ROOT])
    STAMP.write_text(wanted)


def bring_dashboard(*, asked: bool) -> None:
    """Build the dashboard when its sources have changed; where that fails, go on, and try again when asked."""
    import build_dashboard  # noqa: PLC0415 (a file of today's Python: older ones are told before)

    if build_dashboard.is_current():
        return
    wanted = build_dashboard.fingerprint()
    if TRIED.is_file() and TRIED.read_text() == wanted and not asked:
        return
    command = [str(PYTHON), str(ROOT / "deploy" / "build_dashboard.py")]
    if subprocess.run(command, env=environment(), check=False).returncode != 0:
        TRIED.write_text(wanted)


def fingerprint() -> str:
    """Return what `.venv` depends on, as one hash: locks, the package's own table, place and interpreter."""
    digest = hashlib.sha256(f"{VENV} {VERSION}".encode())
    for path in (TOOLS, LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def works(python: Path) -> bool:
    """Tell whether the environment's interpreter starts, is of our version and has pip."""
    check = f"import sys, pip; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    try:
        done = subprocess.run([str(python), "-c", check], stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return done.returncode == 0


def make_venv() -> None:
    """Make an empty `.venv` with pip in it, in place of one that does not work."""
    if importlib.util.find_spec("ensurepip") is None:  # Debian ships it apart
        install_venv_package()
    say(f"making {VENV} with Python {VERSION}")
    try:
        venv.create(str(VENV), clear=True, with_pip=True, symlinks=os.name != "nt")
    except (subprocess.CalledProcessError, OSError) as error:
        stop(f"cannot make {VENV}: {error}")


def install_venv_package() -> None:
    """Install Debian's package that `venv` lacks when we may, else name it."""
    package = f"python{VERSION}-venv"
    if shutil.which("apt-get") is None:
        stop("this Python cannot make environments with pip (module `ensurepip`); install its venv package")
    if os.geteuid() != 0:
        stop(f"Debian's package {package} is missing; run: sudo apt-get install {package}")
    say(f"installing Debian's {package}")
    apt = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", package]
    if subprocess.run(apt, check=False).returncode != 0:
        call(["apt-get", "-qq", "update"])
        call(apt)


def environment() -> dict[str, str]:
    """Return the environment of everything that is run inside `.venv`."""
    values = dict(os.environ, VIRTUAL_ENV=str(VENV), UV_PYTHON_DOWNLOADS="never")
    values["PATH"] = str(BIN) + os.pathsep + values.get("PATH", os.defpath)
    values.pop("PYTHONHOME", None)
    # Links cannot cross file systems; saying so spares uv the attempt and the reader its warning.
    values.setdefault("UV_LINK_MODE", "copy")
    return values


def pip_settings() -> dict[str, str]:
    """Return those settings of pip that say where packages come from, under uv's names."""
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    found: dict[str, str] = {}
    for line in sorted(done.stdout.splitlines()):
        key, _, value = line.partition("=")
        name = key.rpartition(".")[2]
        if name in UV_NAME and not (key.startswith("global.") and UV_NAME[name] in found):
            found[UV_NAME[name]] = str(ast.literal_eval(value))  # sorted: `:env:` comes before `global`
    return found


def run_recipe(words: list[str]) -> int:
    """Become `just`, or, for `up`, the service itself: just would answer a clean Ctrl-C with an error."""
    program = "neurohub" if words[:1] == ["up"] else "just"
    command = [str(BIN / f"{program}{SUFFIX}"), *words]
    if os.name != "nt":
        os.execve(command[0], command, environment())  # noqa: S606 - fixed arguments, no shell wanted
    return subprocess.run(command, env=environment(), check=False).returncode


def call(command: Sequence[object]) -> None:
    """Run one command of the setup; stop with its name when it fails."""
    words = [str(word) for word in command]
    settings = pip_settings() if PYTHON.exists() else {}
    code = subprocess.run(words, env=settings | environment(), check=False).returncode
    if code != 0:
        stop(f"setup failed (exit {code}) at: {' '.join(words)}")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second bootstrap of this tree wait until the first has finished its setup."""
    with (ROOT / "pyproject.toml").open("rb") as held:
        if os.name != "nt":
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """Tell the person what is going on."""
    print(f"bootstrap: {text}", flush=True)


def stop(text: str) -> NoReturn:
    """End with a message and a code that scripts notice."""
    sys.stderr.write(f"bootstrap: {text}\n")
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
