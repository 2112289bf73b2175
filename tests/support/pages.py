"""Every page of the dashboard with something on it, and what can be measured on a page: axe's rules, and what fits."""

from functools import cache
from typing import Any

from playwright.sync_api import Page, expect

from support.dashboard import FOLDER
from support.floor import Floor

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# name -> path; `{lot}`, `{unit}`, `{part}` are of the floor that `furnish` makes
PAGES = {
    "line": "/",
    "kiosk": "/kiosk",
    "lots": "/lots",
    "lot": "/lots/{lot}",
    "unit": "/units/{unit}",
    "search": "/search?q={part}",
    "defects": "/defects?status=ALL",
    "stations": "/stations",
    "equipment": "/equipment",
    "firmware": "/firmware",
    "route": "/route",
    "people": "/people",
}
_BEATS: dict[str, dict[str, Any]] = {
    "ST-01": {"printer": "PAPER_OUT"},
    "ST-03": {"folder": "OK"},
    "ST-05": {"queue_depth": 14, "oldest_unsent_s": 312.0},
    "ST-06": {"scanner": "MISSING", "version": "0.0.9"},
}

# What sticks out: the page itself, a frame that has to be scrolled sideways, a text that its box cuts.
_OVERFLOW = """() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`page ${root.scrollWidth} > ${root.clientWidth}`);
  for (const each of document.querySelectorAll("h1,h2,h3,p,button,a,th,td,dt,dd,label,legend,span,.table-frame")) {
    if (each.closest("svg, .unseen, .skip, .field-choice, [hidden]") || each.clientWidth < 2) continue;
    if (each.scrollWidth > each.clientWidth + 1) {
      const text = each.textContent.slice(0, 60);
      found.push(`${each.tagName}.${each.className} ${each.scrollWidth} > ${each.clientWidth}: ${text}`);
    }
  }
  return found;
}"""
_AXE = """async ([tags, rules]) => {
  const only = rules.length ? { type: "rule", values: rules } : { type: "tag", values: tags };
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  const said = ({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message}`;
  const where = (nodes) => nodes.slice(0, 3).map(said).join(" | ");
  return found.violations.map(({ id, nodes }) => `${id}: ${where(nodes)}`);
}"""


def furnish(floor: Floor) -> dict[str, str]:
    """Let the floor work until every page has something to show; return what the paths are about."""
    done = floor.unit(passed=2)
    floor.through(done, 3, "FAIL", defect={"code": "SENSOR_TEMP_FAIL", "description": ""})
    floor.post(f"/units/{done}/rework", {"reason": "센서를 바꾸고 다시 검사"})
    for process in range(3, 9):
        floor.through(done, process)
    broken = floor.unit(passed=1)
    floor.through(broken, 2, "FAIL", defect={"code": "ASSEMBLY_ERROR", "description": "케이블 배선이 느슨함"})
    floor.start(floor.unit(passed=4), 5)
    floor.post("/print-jobs", {"kind": "wip", "code": done})
    beat(floor)
    trace = floor.get(f"/units/{done}/trace").json()
    return {"unit": done, "lot": trace["lot_number"], "part": min(trace["steps"][1]["components"].values())}


def beat(floor: Floor) -> None:
    """Let some stations say how they are: well, and not so well."""
    for code, said in _BEATS.items():
        well = {"version": "0.1.0", "queue_depth": 0, "oldest_unsent_s": None, "scanner": "OK"}
        floor.post("/stations/heartbeat", well | {"printer": "OFF", "folder": "OFF"} | said, code)


def overflow(page: Page) -> list[str]:
    """Return what does not fit on `page`."""
    return list(page.evaluate(_OVERFLOW))


def violations(page: Page, *rules: str) -> list[str]:
    """Return what axe finds on `page`, by the rules of WCAG 2.2 AA and good practice, or by `rules` alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    return list(page.evaluate(_AXE, [TAGS, rules]))


@cache
def _axe() -> str:
    return (FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def settle(page: Page) -> None:
    """Wait until the page has what it shows: its title, and no question under way."""
    page.locator("main h1").first.wait_for()
    expect(page.locator("main .muted[role=status]")).to_have_count(0)
