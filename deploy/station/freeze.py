"""Makes the station as a folder without Python: `python deploy/station/freeze.py [FOLDER]`. For the system it runs on.

In an environment of its own, from the wheel: PyInstaller takes the fonts along only from an installed package.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = Path(__file__).parent / "neurohub-station.spec"
PYINSTALLER = "pyinstaller>=6.11,<7"


def main() -> None:
    """Build the wheel, install it beside PyInstaller, freeze."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "dist").resolve()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        folder = Path(made)
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        _run(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
        (wheel,) = folder.glob("neurohub-*.whl")
        _run(python, "-m", "pip", "install", "--quiet", f"{wheel}[station]", PYINSTALLER)
        work = ("--workpath", folder / "work", "--distpath", target)
        _run(python, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *work, SPEC, cwd=folder)
    sys.stdout.write(f"{target / 'neurohub-station'}\n")


def _run(*words: object, cwd: Path = ROOT) -> None:
    subprocess.run([str(word) for word in words], check=True, cwd=cwd)


if __name__ == "__main__":
    main()
