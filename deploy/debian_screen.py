#!/usr/bin/env python3
"""What a window of the station and a page of the dashboard need of a Linux system, for the tests that open one.

    python deploy/debian_screen.py COMMAND...    runs COMMAND with the libraries there

Installs Debian's packages that are missing when it may, else names them. Elsewhere than on Debian it only runs the
command: PyQt5's wheels carry what Windows and macOS need. Called by `just test`.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys

from debian_servers import install, no_services

LIBRARIES = {
    "libglib2.0-0": "glib-2.0",
    "libgl1": "GL",
    "libfontconfig1": "fontconfig",
    "libdbus-1-3": "dbus-1",
    "libxcb-icccm4": "xcb-icccm",
    "libxcb-image0": "xcb-image",
    "libxcb-keysyms1": "xcb-keysyms",
    "libxcb-randr0": "xcb-randr",
    "libxcb-render-util0": "xcb-render-util",
    "libxcb-shape0": "xcb-shape",
    "libxcb-xinerama0": "xcb-xinerama",
    "libxcb-xkb1": "xcb-xkb",
    "libxkbcommon-x11-0": "xkbcommon-x11",
}
PROGRAMS = {"xvfb": "Xvfb", "xdotool": "xdotool", "chromium": "chromium"}


def main(command: list[str]) -> int:
    """Install what is missing, then run `command`."""
    missing = absent() if shutil.which("apt-get") else []
    if missing and os.geteuid() != 0:
        sys.stderr.write(f"missing: {' '.join(missing)}; run: sudo apt-get install {' '.join(missing)}\n")
        return 1
    if missing:
        with no_services():
            install(missing)
    return subprocess.run(command, check=False).returncode


def absent() -> list[str]:
    """Return the Debian packages that are not there."""
    libraries = [package for package, name in LIBRARIES.items() if ctypes.util.find_library(name) is None]
    return libraries + [package for package, name in PROGRAMS.items() if shutil.which(name) is None]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
