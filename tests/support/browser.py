"""Chromium without a window, and pages of it that fail a test when the browser finds fault with them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Nothing is asked of the world outside: a test machine may have none.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@contextmanager
def running() -> Iterator[Browser]:
    """Start Chromium; `python deploy/debian_screen.py` installs it."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    assert program is not None, "there is no Chromium here: python deploy/debian_screen.py true"
    with sync_playwright() as playwright:
        fonts = {"FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf"))}
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, env=os.environ | fonts)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(browser: Browser, base: str, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """Open a page of its own cookies; yield it with what the browser complains of."""
    settings = {"viewport": {"width": 1280, "height": 800}, "locale": "ko-KR", "timezone_id": "Asia/Seoul"}
    context = browser.new_context(base_url=base, **settings | options)
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    opened = context.new_page()

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(f"{said.text} {said.location['url']}")

    opened.on("console", hear)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield opened, complaints
    finally:
        context.close()
