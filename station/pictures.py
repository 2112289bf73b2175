"""Pictures of what an operator sees, by the real window: `python -m station.pictures [FOLDER] [SCENE ..]`.

Without service and hardware; the same on every machine, but for the hands of Qt. Makes those of the README.
"""

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from station.flow.facts import Fact
from station.qt import QApplication, QImage
from station.scenes import SCENES, screen_of
from station.view.letters import load_fonts
from station.view.window import Window

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
    "no-server",
)


def draw(window: Window, scene: str, language: str, theme: str, text: str) -> QImage:
    """Return the picture of one scene."""
    window.draw(screen_of(scene, language, theme, text))
    QApplication.processEvents()
    return window.grab().toImage().convertToFormat(QImage.Format_RGB888)


def make(folder: Path, scenes: Iterable[str], size: tuple[int, int], text: str = "normal") -> list[Path]:
    """Draw `scenes` in both languages, each in the other theme; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    window = Window(_nobody)
    window.resize(*size)
    window.show()
    made = []
    for scene in scenes:
        for language, theme in LOOKS:
            path = folder / f"{scene}-{language}.png"
            draw(window, scene, language, theme, text).save(str(path), "PNG", 0)
            made.append(path)
    window.close()
    return made


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


if __name__ == "__main__":
    main()
