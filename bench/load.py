"""`just load`: a scenario against a running service, measured, judged, checked by the ledger.

This process seeds, conducts and reports; the load is made by generator processes.
Exit code 0 only when every limit of the scenario in `slo` held.
"""

import argparse
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench import ledger, page, report, seed, service, slo, ui, usl
from bench.api import RefusedError
from bench.conduct import conduct
from bench.export import Export, exported
from bench.facts import Seen, facts, memory_trends, steps_of
from bench.ledger import Findings
from bench.measures import Run, of_mark, run_of, total, whole
from bench.options import asked_for, options
from bench.plan import Key, Plan, units_of_users
from bench.report import Report, Setting
from bench.scenarios import SCENARIOS
from bench.scenarios.shape import Asked, Scenario
from bench.timeline import timeline
from bench.users.samples import Recording
from bench.watch import Watch


def main() -> int:
    """Run as asked; what the service refused while it was prepared ends the run in one line."""
    given = options()
    if given.list:
        print("\n".join(f"{name:16} {scenario.claim}" for name, scenario in SCENARIOS.items()))
        return 0
    try:
        with _target(given) as target:
            return (look_on if given.ui else run)(given, target)
    except RefusedError as refused:
        raise SystemExit(f"The run could not be prepared: {refused}") from None


def _target(given: argparse.Namespace) -> AbstractContextManager[service.Target]:
    if given.up:
        return service.started()
    admin = Key(given.admin, given.admin_password) if given.admin_password else None
    return nullcontext(service.existing(given.host, given.database_url, admin, given.metrics))


def run(given: argparse.Namespace, target: service.Target) -> int:
    """Seed, load, compare and report; return the exit code."""
    scenario = SCENARIOS[given.scenario]
    asked = asked_for(given, scenario)
    at, machine = datetime.now(UTC).isoformat(timespec="seconds"), report.machine()
    plan = prepared(scenario, asked, target, given.seed)
    watch = Watch(target.host, target.database_url, target.metrics_url)
    own = Export(scenario.name)
    with tempfile.TemporaryDirectory(prefix="neurohub-bench-") as name, exported(own, given.export):
        folder = Path(name)
        marks, heads = conduct(scenario.drive, plan, given.processes, folder, watch, own)
        recordings, lots = handed_over(folder)
        findings = compared(folder, target.database_url, lots)
    setting = Setting(
        at=at,
        scenario=scenario.name,
        claim=scenario.claim,
        host=target.host,
        users=asked.users,
        tps_target=asked.tps,
        connections=asked.connections,
        rate=asked.rate,
        warm_up_s=asked.warm_up_s,
        seconds=asked.seconds,
        generators=given.processes,
        seed=given.seed,
        postgresql=watch.server_version(),
        machine=machine,
    )
    watch.close()
    made = judged(setting, plan, run_of(recordings, watch.seconds, marks, heads), recordings, findings)
    print(report.table(made))
    print(f"\n{report.write(made, given.results)}\n{page.write(made, given.results)}")
    return 0 if made.ok else 1


def look_on(given: argparse.Namespace, target: service.Target) -> int:
    """Let locust show its page with the users of the scenario; check the ledger when it has ended."""
    scenario = SCENARIOS[given.scenario]
    if scenario.drive != "users":
        raise SystemExit(f"{scenario.name} is made without users; --ui needs a scenario with users")
    plan = prepared(scenario, asked_for(given, scenario), target, given.seed)
    with tempfile.TemporaryDirectory(prefix="neurohub-bench-") as name:
        ui.show(plan, given.processes, Path(name))
        recordings, lots = handed_over(Path(name))
        findings = compared(Path(name), target.database_url, lots)
    errors = total(recording.errors for recording in recordings)
    print("\n".join([report.ledger_line(findings), *(f"error x {n}: {what}" for what, n in errors.items())]))
    return 1 if errors or findings.faults else 0


def prepared(scenario: Scenario, asked: Asked, target: service.Target, number: int) -> Plan:
    """Return the plan of the run, with what it needs made on the service."""
    plan = Plan(
        host=target.host,
        users=asked.users,
        tps=asked.tps,
        seed=number,
        roles=scenario.roles,
        phases=scenario.phases(asked),
    )
    units = scenario.units_of(asked)
    if scenario.drive == "users":
        units = min(units_of_users(asked.users, asked.tps, asked.seconds + asked.warm_up_s), seed.UNITS_MAX)
    needs = seed.Needs(
        units=units,
        queues=scenario.queues,
        units_per_queue=scenario.units_per_queue,
        empty_lots=scenario.drive == "users",
    )
    return seed.prepare(target.host, target.admin, plan, needs)


def handed_over(folder: Path) -> tuple[list[Recording], list[str]]:
    """Return the samples of all generators and the LOTs they worked in."""
    decoder = msgspec.msgpack.Decoder(tuple[Recording, list[str]])
    handed = [decoder.decode(path.read_bytes()) for path in sorted(folder.glob("samples-*.msgpack"))]
    return [recording for recording, _ in handed], sorted({lot for _, lots in handed for lot in lots})


def compared(folder: Path, database_url: str, lots: list[str]) -> Findings:
    """Hold the ledgers against the database."""
    entries = list(ledger.read(sorted(folder.glob("ledger-*.jsonl"))))
    ids = list({entry.event_id for entry in entries})
    findings = ledger.compare(entries, ledger.recorded(database_url, lots, ids))
    return msgspec.structs.replace(findings, double_starts=ledger.double_starts(database_url, lots))


def judged(setting: Setting, plan: Plan, ran: Run, recordings: list[Recording], findings: Findings) -> Report:
    """Return the report of a run with its verdicts."""
    phases = [of_mark(ran, mark) for mark in ran.marks if mark.phase.judged]
    seen = Seen(plan, ran, whole(ran), phases, timeline(ran))
    errors = total(recording.errors for recording in recordings)
    wire_ms = [ms for recording in recordings for ms in recording.refused_wire_ms]
    known = facts(seen, findings, sum(errors.values()), wire_ms, sum(r.queued_left for r in recordings))
    steps = steps_of(phases)
    return Report(
        setting=setting,
        verdicts=slo.judge(setting.scenario, known),
        facts=known,
        whole=seen.whole,
        phases=phases,
        errors=errors,
        refusals=total(recording.refusals for recording in recordings),
        unsent=sum(recording.unsent for recording in recordings),
        findings=findings,
        memory_max_mb={name: max(series.value) for name, series in seen.curves.memory_mb.items()},
        memory_trend_per_h=memory_trends(seen),
        knee=usl.knee(steps) if len(steps) >= 3 else None,
        law=usl.fit([(n, rate) for n, rate, _ in steps]),
        curves=seen.curves,
    )


if __name__ == "__main__":
    sys.exit(main())
