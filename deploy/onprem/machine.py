"""A machine of the plant as the installer sees it: where things are, and how commands of the system are run.

Part of the bundle: standard library only.
"""

import re
import subprocess
from pathlib import Path


class InstallError(Exception):
    """The machine cannot be brought there; the text says what to do."""


class Machine:
    """Where things are. With another root than `/` nothing is started: the tests', and an image's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "opt" / "neurohub"
        self.releases = self.home / "releases"
        self.current = self.home / "current"
        self.previous = self.home / "previous"
        self.settings = root / "etc" / "neurohub" / "neurohub.env"
        self.signers = root / "etc" / "neurohub" / "allowed_signers"
        self.role = root / "etc" / "neurohub" / "role"
        self.is_real = root == Path("/")

    def run(self, *words: str, needed: bool = True) -> None:
        """Run a command of the system; only say it where this is no real machine."""
        if self.is_real:
            done = subprocess.run(words, check=False)
            if needed and done.returncode != 0:
                raise InstallError(f"failed (exit {done.returncode}): {' '.join(words)}")

    @staticmethod
    def instances(root: Path) -> list[int]:
        """Return the numbers of the instances that the target below `root` names."""
        target = root / "etc/systemd/system/neurohub.target"
        return sorted({int(number) for number in re.findall(r"neurohub@(\d+)\.service", target.read_text())})


def write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def say(text: str) -> None:
    """Tell the person what is going on."""
    print(f"neurohub: {text}", flush=True)
