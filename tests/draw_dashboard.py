"""Draws every page of the dashboard, in both languages and themes, into `src/dashboard/picture`.

The plant on the pictures is the demo's at work for a minute, with a defect to decide and stations that have something
to say. Not a test: `just dashboard-pictures` calls it.
"""

import io
import os
import tempfile
import time
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from support import browser
from support.command import free_ports, up
from support.dashboard import FOLDER, LANGUAGES, THEMES, choose, sign_in
from support.databases import PASSWORD
from support.floor import Floor
from support.pages import PAGES, beat, furnish, settle

PICTURES = FOLDER / "picture"
WORKS_S = 60
WIDTH = 960
COLOURS = 200
SIZES = {"kiosk": {"width": 1920, "height": 1080}}
USUAL = {"width": 1280, "height": 800}


def main() -> None:
    """Start a plant, let it work, and draw."""
    port, _ = free_ports()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "NEUROHUB_DATA_DIR": folder,
            "NEUROHUB_DEMO_PASSWORD": PASSWORD,
            "METRICS_PORT": "0",
        }
        with up(environment, "--demo-traffic", "--demo-pace", "3", "--port", str(port)):
            base = f"http://127.0.0.1:{port}"
            time.sleep(WORKS_S)
            floor = Floor(base)
            _draw(floor, base)
            floor.close()


def _draw(floor: Floor, base: str) -> None:
    facts = furnish(floor) | _busiest(floor)
    PICTURES.mkdir(exist_ok=True)
    with browser.running() as chromium:
        for language, theme in product(LANGUAGES, THEMES):
            with browser.page(chromium, base) as (page, _):
                choose(page, language, theme)
                page.goto("/")
                page.locator("input[name=password]").wait_for()
                _keep(page, f"sign-in-{language}-{theme}")
                sign_in(page, "admin")
                beat(floor)  # after the demo's own beats
                for name, path in PAGES.items():
                    page.set_viewport_size(SIZES.get(name, USUAL))
                    page.goto(path.format(**facts))
                    settle(page)
                    page.wait_for_timeout(700)  # for what comes after the page: the board, previews
                    _keep(page, f"{name}-{language}-{theme}")


def _busiest(floor: Floor) -> dict[str, str]:
    """Return a LOT with much going on, and a part that several of its units hold."""
    lots = floor.get("/lots", "manager", status="IN_PROGRESS").json()["items"]
    lot = max(lots, key=lambda each: each["unit_count"])["lot_number"]
    trace = floor.get(f"/units/WIP-{lot}-002/trace").json()
    parts = [code for step in trace["steps"] for code in step["components"].values()]
    return {"lot": lot, "part": min(parts)}


def _keep(page: Page, name: str) -> None:
    """Write a small picture: fewer colours and fewer dots than the screen has."""
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = drawn.resize((WIDTH, drawn.height * WIDTH // drawn.width), Image.Resampling.LANCZOS)
    path = Path(PICTURES, f"{name}.png")
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
