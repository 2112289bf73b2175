"""A run as one page that needs nothing else: verdicts first, then plots, tables and the setting.

Who calls it: `load`, at the end of a run. It judges nothing.
"""

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from bench import plots
from bench.measures import Latency, Stretch
from bench.report import RESULTS, Report, file_name, lanes_line
from bench.slo import SOAK_JUDGED_FROM_S, State

WORDS: Final[dict[State, str]] = {
    "held": "held",
    "missed": "not held",
    "aim missed": "aim not reached",
    "not judged": "not judged",
}
HEADLINES: Final = {
    "overload": "overload",
    "hot-unit": "one hot unit",
    "reconnect-storm": "storm",
    "spike": "spike",
    "shift-start": "full shift",
}
_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:76rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
p.claim{font-size:1.05rem;color:#444;margin:.2rem 0}
p.when{color:#666;margin:.2rem 0 1.2rem}table{border-collapse:collapse;width:100%}
td,th{text-align:right;padding:.25rem .7rem;border-bottom:1px solid #e6e6e6;font-variant-numeric:tabular-nums}
td:first-child,th:first-child{text-align:left}th{font-weight:600;color:#444}
.tag{display:inline-block;min-width:7.5rem;text-align:center;border-radius:.3rem;padding:0 .5rem;font-size:.85rem}
.held{background:#d7f0e5;color:#00543c}.missed{background:#f9d9cb;color:#7a2e00}
.aim{background:#fcedcc;color:#6b4a00}.not{background:#ececec;color:#555}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(30rem,1fr));gap:1rem 1.5rem}
figure{margin:0}figcaption{font-weight:600;margin-bottom:.2rem}svg{width:100%;height:auto}
.big{display:flex;gap:2.2rem;flex-wrap:wrap;margin:1.2rem 0}.big b{display:block;font-size:1.6rem;line-height:1.2}
.big span{color:#555}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1.2rem}dt{color:#555}dd{margin:0}
"""


def write(report: Report, folder: Path = RESULTS) -> Path:
    """Write the page beside the JSON file; return its path."""
    path = folder / f"{file_name(report)}.html"
    path.write_text(_page(report), encoding="utf-8")
    return path


def _page(report: Report) -> str:
    setting, word = report.setting, "held" if report.ok else "NOT held"
    figures = "".join(
        f"<figure><figcaption>{html.escape(question)}</figcaption>{svg}</figure>"
        for question, svg in plots.plots(report)
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        f"<title>{html.escape(setting.scenario)}: {word}</title><style>{_STYLE}</style>"
        f"<h1>{html.escape(setting.scenario)}: {word}</h1>"
        f"<p class=claim>{html.escape(setting.claim)}</p><p class=when>{_when(report)}</p>"
        f"{_verdicts(report)}<div class=big>{_big(report)}</div>"
        f"<h2>The run over time</h2><div class=figures>{figures}</div>"
        f"<h2>Answer times, ms</h2>{_sentences(report)}{_phases(report)}"
        f"<h2>What it cost</h2>{_costs(report)}<h2>Ledger</h2>{_ledger(report)}{_errors(report)}"
        f"<h2>Setting</h2>{_setting(report)}</html>"
    )


def _when(report: Report) -> str:
    s = report.setting
    return html.escape(
        f"{s.at.replace('T', ' ').removesuffix('+00:00')} UTC, commit {s.machine.commit}, "
        f"{report.whole.seconds:.0f} s judged after {s.warm_up_s:.0f} s of warm-up, "
        f"{s.machine.cores} cores shared with the load generator"
    )


def _verdicts(report: Report) -> str:
    rows = []
    for verdict in report.verdicts:
        kind = verdict.state.split()[0]
        tag = f"<span class='tag {kind}'>{WORDS[verdict.state]}</span>"
        rows.append((verdict.claim, html.escape(verdict.measured), tag))
    return _table(("Limit", "Measured", "Verdict"), rows)


def _big(report: Report) -> str:
    most = _headline(report)
    where = "" if most is report.whole else f", {most.name}"
    told = [
        (f"{most.tps:,.0f}", f"transactions/s{where}"),
        (f"{most.all.mean_ms:.1f} ms", "mean"),
        (f"{most.all.p99_ms:.1f} ms", "p99"),
        (f"{sum(report.errors.values())}", "errors"),
        (f"{report.facts['connections_max'] or 0:.0f}", "database connections at most"),
    ]
    if us := most.cpu_us.get("service"):
        told.append(
            (
                f"{us:.0f} + {most.cpu_us.get('PostgreSQL', 0):.0f} µs",
                "CPU a transaction, service + database",
            )
        )
    return "".join(f"<div><b>{figure}</b><span>{what}</span></div>" for figure, what in told)


def _headline(report: Report) -> Stretch:
    """Return the stretch that the run is about: all of it, or the phase that the others surround."""
    name = HEADLINES.get(report.setting.scenario, "")
    if report.knee is not None:
        name = f"{report.knee.connections} connections"
    return next((phase for phase in report.phases if phase.name == name), report.whole)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; the first cell of a row is text, the others are ready for the page."""
    lines = [f"<tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>"]
    for first, *rest in rows:
        lines.append(f"<tr><td>{html.escape(first)}</td>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _numbers(one: Latency) -> list[str]:
    return [f"{n:.2f}" for n in (one.mean_ms, one.p50_ms, one.p95_ms, one.p99_ms, one.max_ms)]


def _sentences(report: Report) -> str:
    rows = [*report.whole.by_sentence.items(), ("all", report.whole.all)]
    head = ("What was done", "count", "mean", "p50", "p95", "p99", "most")
    return _table(head, ((name, f"{one.count:,}", *_numbers(one)) for name, one in rows))


def _phases(report: Report) -> str:
    if len(report.phases) < 2:
        return ""
    head = ("Phase", "seconds", "TPS", "answers/s", "refused/s", "mean", "p99", "service µs", "database µs")
    rows = (
        (
            phase.name,
            f"{phase.seconds:.1f}",
            f"{phase.tps:,.1f}",
            f"{phase.answers_per_s:,.1f}",
            f"{phase.refused_per_s:,.1f}",
            f"{phase.all.mean_ms:.2f}",
            f"{phase.all.p99_ms:.2f}",
            f"{phase.cpu_us.get('service', 0):.0f}",
            f"{phase.cpu_us.get('PostgreSQL', 0):.0f}",
        )
        for phase in report.phases
    )
    return f"<h2>Phase by phase</h2>{_table(head, rows)}"


def _costs(report: Report) -> str:
    whole = report.whole
    busy = {part: used for part, used in whole.cores.items() if used >= 0.005}
    rows = [
        (
            part,
            f"{used:.2f}",
            f"{whole.cpu_us[part]:.0f}" if part in whole.cpu_us else "",
            *_of_process(report, part),
        )
        for part, used in busy.items()
    ]
    rows += [(name, "", "", *_of_process(report, name)) for name in report.memory_max_mb if name not in busy]
    head = ("Part, or process of it", "cores", "µs a transaction", "memory at most, MB", "trend an hour")
    return _table(head, rows) + _few_words(report)


def _of_process(report: Report, name: str) -> tuple[str, str]:
    size, trend = report.memory_max_mb.get(name), report.memory_trend_per_h.get(name)
    is_long = report.whole.seconds >= SOAK_JUDGED_FROM_S
    told = "" if trend is None else f"{trend:+.1%}" if is_long else "run too short"
    return ("" if size is None else f"{size:.0f}", told)


def _few_words(report: Report) -> str:
    whole = report.whole
    words = [f"{whole.writes_per_s:,.0f} writes/s in {whole.commits_per_s:,.0f} commits/s"]
    if whole.undos_per_s:
        words.append(f"{whole.undos_per_s:.0f} undos/s come on top of the transactions")
    if lanes := lanes_line(whole):
        words.append(lanes)
    if report.unsent:
        words.append(f"{report.unsent:,} arrivals were never sent: the driver had no connection left")
    if report.law is not None:
        law = report.law
        words.append(
            f"scalability law: one connection {law.one_per_s:,.0f}/s, contention {law.sigma:.4f}, "
            f"coherency {law.kappa:.1e}, r² {law.r2:.3f}"
        )
    return f"<p>{html.escape('; '.join(words))}.</p>"


def _ledger(report: Report) -> str:
    f = report.findings
    counts = (f.acknowledged, f.refused, f.in_doubt, len(f.lost), len(f.duplicated), len(f.invented))
    head = (
        "",
        "acknowledged",
        "refused",
        "in doubt",
        "lost",
        "duplicated",
        "invented",
        "altered",
        "double starts",
    )
    cells = [f"{n:,}" for n in (*counts, len(f.altered), f.double_starts)]
    return _table(head, [("events", *cells)])


def _errors(report: Report) -> str:
    if not report.errors:
        return ""
    rows = ((what, f"{n:,}") for what, n in list(report.errors.items())[:20])
    return f"<h2>Errors</h2>{_table(('What', 'times'), rows)}"


def _setting(report: Report) -> str:
    told = msgspec.to_builtins(report.setting)
    machine = told.pop("machine")
    packages = machine.pop("packages")
    machine["packages"] = ", ".join(f"{name} {version}" for name, version in packages.items())
    items = (told | machine).items()
    return "<dl>" + "".join(f"<dt>{k}</dt><dd>{html.escape(str(v))}</dd>" for k, v in items) + "</dl>"
