"""Pictures of what an operator sees, by the real window: `python -m station.pictures [FOLDER] [SCENE ..]`.

Without service and hardware; the same on every machine, but for the hands of Qt. Makes those of the README.
"""

import argparse
import os
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Final

from PIL import Image

from station.flow.facts import Fact
from station.qt import QApplication, QImage, QWidget
from station.scenes import SCENES, screen_of, set_up_of
from station.setup.entries import Page
from station.view.letters import load_fonts
from station.view.sheet import SheetView
from station.view.theme import look_for
from station.view.window import Window

COLOURS: Final = 64
LOOKS: Final = (("ko", "dark"), ("en", "light"))
OF_THE_README: Final = (
    "sign-in",
    "ready",
    "work",
    "tests",
    "pass",
    "refused",
    "defect",
    "saved",
    "trouble",
)


def make(folder: Path, scenes: Iterable[str], size: tuple[int, int], text: str = "normal") -> None:
    """Draw `scenes` in both languages, each in the other theme."""
    window = Window(_nobody)
    window.resize(*size)
    window.show()
    for (language, theme), scene in product(LOOKS, scenes):
        window.draw(screen_of(scene, language, theme, text))
        QApplication.processEvents()
        _save(window, folder / f"{scene}-{language}.png")
    window.close()


def make_set_up(folder: Path, size: tuple[int, int], text: str = "normal") -> None:
    """Draw the pages of the set-up as they stand after a trial."""
    for (language, theme), page in product(LOOKS, Page):
        sheet = SheetView(_nobody, None)
        sheet.resize(*size)
        sheet.draw(set_up_of(page, language, theme, text), look_for(theme, *size, text))
        _save(sheet, folder / f"set-up-{page}-{language}.png")


def _save(shown: QWidget, path: Path) -> None:
    """Write what is shown in 64 colours: a picture of text needs no more, and is a third of the size."""
    image = shown.grab().toImage().convertToFormat(QImage.Format_RGB888)
    size, pixels = (image.width(), image.height()), image.constBits().asstring(image.sizeInBytes())
    drawn = Image.frombytes("RGB", size, pixels, "raw", "RGB", image.bytesPerLine(), 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.quantize(COLOURS).save(path, optimize=True)


def _nobody(_: Fact) -> None:
    """A picture hears nothing."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m station.pictures")
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parent / "picture")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"else {' '.join(OF_THE_README)}")
    parser.add_argument("--all", action="store_true", help="every scene")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--text", default="normal", choices=("normal", "large"))
    return parser.parse_args()


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    asked = _options()
    width, height = (int(number) for number in asked.size.split("x"))
    application = QApplication([])
    application.setStyle("Fusion")
    load_fonts()
    make(asked.folder, SCENES if asked.all else asked.scenes or OF_THE_README, (width, height), asked.text)
    if asked.all or not asked.scenes:
        make_set_up(asked.folder, (width, height), asked.text)


if __name__ == "__main__":
    main()
