"""The capacity page: the sizing table first, then how it came about. It needs nothing else, and counts nothing.

Who calls it: `capacity`.
"""

import html
from collections.abc import Iterable, Sequence
from typing import Final

from bench import capacity_offers as offers
from bench.capacity_assumed import ASSUMED, BEYOND, MIX_LEAST
from bench.capacity_measured import Measured
from bench.capacity_model import Load, Sizing
from bench.capacity_plots import drawn
from bench.report import Report

_STYLE: Final = """
body{font:15px/1.5 system-ui,"Noto Sans KR","Malgun Gothic",sans-serif;color:#1a1a1a;max-width:76rem;
margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p{margin:.3rem 0;max-width:62rem}
p.when{color:#666;margin:.2rem 0 1rem}table{border-collapse:collapse;width:100%}
td,th{text-align:right;vertical-align:top;padding:.3rem .7rem;border-bottom:1px solid #e6e6e6;
font-variant-numeric:tabular-nums}
td:first-child,th:first-child,.words td,.words th{text-align:left}th{font-weight:600;color:#444}
.words td:first-child{white-space:nowrap}
.sizes td,.sizes th{width:27%}.sizes td:first-child,.sizes th:first-child{width:19%;color:#444}
.sizes small,small{color:#666;display:block;line-height:1.3}.sizes tr.most td{background:#eef5fb}
.sizes tr.most b{font-size:1.25rem}.bad{color:#7a2e00;font-weight:600}.good{color:#00543c;font-weight:600}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(30rem,1fr));gap:1rem 1.5rem}
figure{margin:0}figcaption{font-weight:600;margin-bottom:.2rem}svg{width:100%;height:auto}
.big{display:flex;gap:2.2rem;flex-wrap:wrap;margin:1.2rem 0}.big b{display:block;font-size:1.6rem;line-height:1.2}
.big span{color:#555}
"""
Row = tuple[str, ...]


def page(report: Report, normal: Report | None, seen: Measured, rows: list[Sizing]) -> str:
    """Return the page as HTML."""
    figures = "".join(
        f"<figure><figcaption>{html.escape(question)}</figcaption>{svg}</figure>"
        for question, svg in drawn(report, seen, rows)
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Capacity 용량 산정</title>"
        f"<style>{_STYLE}</style><h1>용량 산정 Capacity: users and transactions a second of each deployment</h1>"
        f"<p class=when>{_when(report)}</p><div class=big>{_big(report, seen)}</div>"
        f"<h2>배포별 규모 산정표 Sizing table</h2>{_sizes(rows)}{_notes(rows)}"
        f"<h2>그림 Plots</h2><div class=figures>{figures}</div>"
        f"<h2>실측과 추정 Measured, and extrapolated</h2>{_origin(report, normal, seen)}"
        f"<h2>가정 Assumptions</h2>{_table(('Number', 'What it stands for'), ASSUMED, 'words')}"
        f"<h2>월 비용 Monthly cost, from the customer's tables</h2>{_costs()}"
        f"<h2>원문 합계 검산 Sums of the customer's document, checked</h2>{_sums()}"
        f"<h2>단계별 실측 The steps as measured</h2>{_steps(report)}</html>"
    )


def _when(report: Report) -> str:
    s = report.setting
    return html.escape(
        f"step load of {s.at.replace('T', ' ').removesuffix('+00:00')} UTC, {s.seconds:.0f} s, commit "
        f"{s.machine.commit}; {s.machine.cores} cores shared by service, database and load generator; "
        f"{s.postgresql.split(' on ')[0]}"
    )


def _big(report: Report, seen: Measured) -> str:
    knee, law, best = report.knee, report.law, seen.points[-1]
    assert knee is not None
    told = [
        (f"{knee.connections} connections", f"the knee: {knee.tps:,.0f}/s, p99 {knee.p99_ms:.1f} ms"),
        (f"{knee.highest_tps:,.0f}/s", "the highest rate of a step"),
        (f"{best.us['service']:.0f} + {best.us['database']:.0f} µs", "CPU there, service + database"),
    ]
    if law is not None:
        top = "none" if law.peak_at is None else f"{law.peak_at:,.0f} connections"
        told.append(
            (
                f"σ {law.sigma:.4f}, κ {law.kappa:.1e}",
                f"scalability law: one connection {law.one_per_s:,.0f}/s, top {top}, r² {law.r2:.3f}",
            )
        )
    return "".join(f"<div><b>{figure}</b><span>{html.escape(what)}</span></div>" for figure, what in told)


def _sizes(rows: list[Sizing]) -> str:
    lines: list[tuple[str, list[str]]] = [
        ("Instance types 인스턴스", [html.escape(row.offer.machines) for row in rows]),
        ("Workers 워커", [_workers(row) for row in rows]),
        ("Database connections DB 연결", [_connections(row) for row in rows]),
        ("Memory on a machine 서버당 메모리", [_memory(row) for row in rows]),
        ("Cost a month 월 비용", [_cost(row) for row in rows]),
        ("Users at the peak 최대 사용자", [_load(row.peak) for row in rows]),
        ("Users day and night 상시 사용자", [_load(row.always) for row in rows]),
        (
            "With one instance less 1대 장애 시",
            [_load(row.one_less) if row.one_less else "none is left" for row in rows],
        ),
        ("Mean at the peak 평균 응답", [_mean(row) for row in rows]),
        ("Bandwidth at the peak 대역폭", [_bandwidth(row) for row in rows]),
    ]
    head = "".join(
        f"<th>{html.escape(row.offer.name)}<small>{row.offer.section}</small></th>" for row in rows
    )
    body = "".join(
        f"<tr{' class=most' if name.startswith('Users') else ''}><td>{name}</td>"
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for name, cells in lines
    )
    return f"<table class=sizes><tr><th></th>{head}</tr>{body}</table>"


def _workers(row: Sizing) -> str:
    offer = row.offer
    return f"{offer.instances * offer.workers}<small>{offer.instances} × {offer.workers}</small>"


def _connections(row: Sizing) -> str:
    return (
        f"{row.connections}, at most {row.connections_most} ≤ {offers.CONNECTIONS_ASKED}<small>{row.per_worker} a "
        f"worker; at most: {row.offer.most_instances} instances, each reloading; NEUROHUB_DATABASE_CONNECTIONS="
        f"{row.share}</small>"
    )


def _memory(row: Sizing) -> str:
    given = next((part.memory_mb for part in row.offer.parts if part.memory_mb), None)
    whole = row.memory_mb * (row.offer.instances if row.offer.parts[0].machines == 1 else 1)
    of = "billed by use" if given is None else f"of {given / 1024:.0f} GB on a machine"
    return f"{whole / 1024:.1f} GB<small>{of}; {row.memory_mb:.0f} MB × {row.offer.instances}</small>"


def _cost(row: Sizing) -> str:
    if row.usd is None or row.krw is None:
        return "not in the tables<small>the server is bought; the document names no price</small>"
    return f"{row.krw:,.0f}원<small>${row.usd:,.0f} at {offers.KRW_PER_USD:,.0f}원 a dollar</small>"


def _load(load: Load) -> str:
    kind = "good" if load.tps >= offers.TPS_ASKED else "bad"
    return (
        f"<b>{load.users:,}</b> users<small><span class={kind}>{load.tps:,.0f} TPS, "
        f"{load.tps / offers.TPS_ASKED:.1f} × what is asked</span><br>limit: {html.escape(load.bound)}</small>"
    )


def _mean(row: Sizing) -> str:
    kind = "good" if row.mean_ms <= offers.MEAN_ASKED_MS else "bad"
    return f"<span class={kind}>≈ {row.mean_ms:.0f} ms</span><small>asked: ≤ {offers.MEAN_ASKED_MS:.0f} ms</small>"


def _bandwidth(row: Sizing) -> str:
    asked = row.mbit_per_s * offers.TPS_ASKED / row.peak.tps if row.peak.tps else 0.0
    return f"{row.mbit_per_s:.0f} Mbit/s<small>{asked:.1f} Mbit/s at {offers.TPS_ASKED:.0f} TPS; asked: ≤ 10</small>"


def _notes(rows: list[Sizing]) -> str:
    notes = [
        f"<b>A user</b> is one of a normal hour: {offers.TPS_ASKED:.0f} TPS by {offers.USERS_ASKED} users (4.4.1), "
        f"{offers.TPS_OF_A_USER} TPS each. Rates, users and mean are extrapolated; the mean is at the service, "
        "without the way there.",
        "<b>On-premises</b>: 4.2.1 draws two servers and one for the database, 4.4.1 specifies one; it is sized for "
        "the one.",
    ]
    for row in rows:
        if row.asked_usd is None:
            continue
        way = _billed_by_use(row) if row.burst_h is None else _burstable(row.burst_h)
        notes.append(
            f"<b>{row.offer.name}</b> {way} {offers.TPS_ASKED:.0f} TPS day and night would be billed at about "
            f"${row.asked_usd:,.0f} ({round(row.asked_usd * offers.KRW_PER_USD, -3):,.0f}원) a month."
        )
    return "".join(f"<p>{note}</p>" for note in notes)


def _billed_by_use(row: Sizing) -> str:
    return (
        f"bills by use (${offers.RAILWAY_USD_VCPU_MONTH:.0f} a vCPU and ${offers.RAILWAY_USD_GB_MONTH:.0f} a GB for a "
        f"month, and the plan's own fee, not counted here). The ${row.usd or 0:.0f} of 4.4.2 pay for what the row "
        "<i>day and night</i> says. A volume allows one replica; more need object storage for the firmware."
    )


def _burstable(hours: float) -> str:
    ec2, rds = (offers.SURPLUS_USD_VCPU_H[name] for name in ("EC2", "RDS"))
    return (
        f"t3 machines may use {offers.BASELINE:.0%} of each vCPU for ever and save up what they do not use: that is "
        f"the row <i>day and night</i>. A day's credits carry {offers.CPU_ASKED:.0%} of the CPU for {hours:.1f} h; "
        f"beyond that, in unlimited mode, a vCPU hour costs ${ec2} (EC2) or ${rds} (RDS) more. RDS works on cores of "
        "its own; its standby takes no reads."
    )


def _origin(report: Report, normal: Report | None, seen: Measured) -> str:
    machine = report.setting.machine
    mix = " and ".join(f"{work} × {factor:.2f}" for work, factor in seen.mix.items())
    at = "" if normal is None else normal.setting.at[:16].replace("T", " ")
    rows = [
        (
            "measured",
            "rate, answer times, CPU of service (the cache's with it) and database at each step, with "
            f"{seen.workers} workers on {machine.cores} cores that the load generator shared (load before: "
            f"{machine.load_before})",
        ),
        (
            "measured",
            f"memory {seen.worker_mb:.0f} MB a worker, {seen.others_mb:.0f} MB beside them an instance",
        ),
        ("measured", f"{seen.transaction_bytes:,.0f} bytes a transaction, there and back, without TLS"),
        (
            "measured" if max(seen.mix.values()) > MIX_LEAST else "assumed",
            "a user's transaction costs more than one of the step load at the same rate: "
            f"{mix}{f'; the normal hour of {at} UTC was looked at' if normal else ''}",
        ),
    ]
    return _table(("How it is known", "What"), [*rows, *BEYOND], "words")


def _costs() -> str:
    rows: list[Row] = []
    for offer in (offers.RAILWAY, offers.AWS):
        for cost in offer.costs:
            krw = cost.usd * offers.KRW_PER_USD
            rate = "" if cost.krw is None else f"{cost.krw / cost.usd:,.0f}"
            rows.append(
                (f"{offer.section} {offer.name}: {cost.item}", f"{cost.usd:,.0f}", f"{krw:,.0f}", rate)
            )
        total = sum(cost.usd for cost in offer.costs)
        rows.append((f"{offer.name}: sum", f"{total:,.0f}", f"{total * offers.KRW_PER_USD:,.0f}", ""))
    return (
        _table(("Item", "USD", "KRW", "원 a dollar, implied"), rows)
        + f"<p>Every line with both currencies implies {offers.KRW_PER_USD:,.0f}원 a dollar; Railway's KRW are counted "
        "with it. The prices are the document's, not of today's lists.</p>"
    )


def _sums() -> str:
    rows = [
        (
            one.section,
            one.what,
            one.arithmetic,
            one.words,
            "agrees" if one.agrees else "CONTRADICTS",
            one.takes,
        )
        for one in offers.SUMS
    ]
    return _table(("Section", "What", "Arithmetic", "The document says", "", "Used here"), rows, "words")


def _steps(report: Report) -> str:
    rows = [
        (
            phase.name,
            f"{phase.tps:,.0f}",
            f"{phase.all.mean_ms:.2f}",
            f"{phase.all.p99_ms:.2f}",
            f"{phase.cpu_us.get('service', 0):.0f}",
            f"{phase.cpu_us.get('PostgreSQL', 0):.0f}",
            f"{phase.cpu_us.get('cache', 0):.1f}",
            "" if phase.batch_mean is None else f"{phase.batch_mean:.1f}",
            "" if report.law is None else f"{report.law.rate(phase.connections):,.0f}",
        )
        for phase in report.phases
    ]
    head = ("Step", "TPS", "mean ms", "p99 ms", "service µs", "database µs", "cache µs", "batch", "law's TPS")
    return _table(head, rows)


def _table(head: Iterable[str], rows: Sequence[Row], kind: str = "plain") -> str:
    lines = [f"<tr>{''.join(f'<th>{html.escape(cell)}</th>' for cell in head)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    return f"<table class={kind}>{''.join(lines)}</table>"
