"""Random facts against the flow: it never raises, loses no scan, and every screen can be read and left."""

import string
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from neurohub.contract.commands import StartStep, StepEvent
from neurohub.contract.enums import Result, UnitStatus
from neurohub.contract.printing import JobStatus, LabelKind
from neurohub.contract.problems import Code
from neurohub.contract.stations import DeviceState
from neurohub.contract.views import Judged
from station import flow
from station.flow import facts as f
from station.flow.effects import Effect, Record
from station.flow.machine import HANDLERS
from station.flow.press import KEYS
from station.flow.reading import barcode_of, key_of
from station.screen import Screen
from support.operator import NOW, OTHER, SEED, SERIAL, WIP, briefing, rig_result, unit

LOT = "KR01PSA2511001"
SCANS = [
    WIP,
    OTHER,
    SERIAL,
    LOT,
    "BADGE-KIM",
    "BADGE-LEE",
    "SMA-1",
    "BUS-1",
    "LINK-1",
    "777",
    "a:b",
    "\x00",
    "ß",
]
SCANS += [barcode_of(key) for key in KEYS if key != "leave"]
SCANS += [f"CMD-PROCESS-{n}" for n in range(1, 9)] + [
    "DEF-ASSEMBLY_ERROR",
    "DEF-PERFORMANCE_FAIL",
    "CMD-REASON-LOST",
]
PROBLEMS = ["required for PASS", "9 kgf is outside 1..2", "odd"]
FACTS = [
    {},
    {"due_process": 3, "due_stations": ["ST-03"], "open_station": "ST-05", "unit": {"status": "SCRAPPED"}},
    {"open_station": "ST-01", "unit": {"open_process": 1}},
    {
        "fields": [{"name": "assembly_time", "problem": p} for p in PROBLEMS] + [7],
        "due_process": "x",
        "unit": 4,
    },
]
text = st.sampled_from(SCANS) | st.text(max_size=30) | st.text(string.printable, max_size=70)


class Station(RuleBasedStateMachine):
    """A station of all eight processes, in the hands of anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.state = flow.start(now=NOW, seed=SEED)
        self.open: list[StepEvent] = []
        self.recorded: list[StepEvent] = []

    def happens(self, fact: f.Fact) -> list[Effect]:
        before = self.state
        self.state, effects = flow.advance(before, fact)
        assert flow.advance(before, fact) == (self.state, effects), "the same again"
        events = [effect.event for effect in effects if isinstance(effect, Record)]
        self.open += events
        self.recorded += events
        return events

    @initialize(processes=st.sets(st.integers(1, 8), min_size=1))
    def begins(self, processes):
        self.happens(f.Briefed(briefing=briefing(*processes)))

    @rule(texts=st.lists(text, min_size=1, max_size=3), doubtful=st.booleans())
    def scans(self, texts, doubtful):
        for one in texts:
            job, outcome = self.state.job, self.state.outcome
            events = self.happens(f.Scanned(text=one, source=f.Source.WEDGE, doubtful=doubtful))
            starts = [e for e in events if isinstance(e, StartStep)]
            assert len(starts) <= 1
            is_new_job = self.state.job is not None and job is None
            assert bool(starts) == (
                is_new_job and self.state.job.start is not None and not self.state.job.saved
            )
            is_new_outcome = self.state.outcome is not None and self.state.outcome is not outcome
            assert not is_new_outcome or len(events) > len(starts)

    @rule(key=st.sampled_from(KEYS) | st.text(max_size=12))
    def presses(self, key):
        if key != "leave":
            self.happens(f.Pressed(key=key))

    @rule(data=st.data())
    def presses_what_is_offered(self, data):
        keys = offered(flow.show(self.state))
        self.happens(f.Pressed(key=data.draw(st.sampled_from([key for key in keys if key != "leave"]))))

    @rule(
        data=st.data(),
        said=st.text(max_size=8) | st.sampled_from(["1", "60", "-1e999", "minor", "FAIL", "true"]),
    )
    def types(self, data, said):
        screen = flow.show(self.state)
        fields = (*screen.fields, *(screen.sheet.fields if screen.sheet else ()))
        names = [field.name for field in fields] or ["nothing"]
        self.happens(f.Entered(name=data.draw(st.sampled_from(names)), text=said))

    @rule(seconds=st.sampled_from([0.02, 0.25, 2.5, 11.0, 4000.0, 90_000.0, -60.0]))
    def time_passes(self, seconds):
        self.happens(f.Ticked(now=self.state.now + timedelta(seconds=seconds)))

    @rule(data=st.data(), fate=st.sampled_from(["saved", "lost", "accepted", "refused"]))
    def an_event_is_answered(self, data, fate):
        if not self.open:
            return
        event = data.draw(st.sampled_from(self.open))
        if fate != "saved":
            self.open.remove(event)
        if fate == "saved":
            self.happens(f.Saved(event=event))
        elif fate == "lost":
            self.happens(f.NotSaved(event=event, reason=data.draw(st.sampled_from(["disk_full", "?"]))))
        elif fate == "accepted":
            view = unit(
                status=data.draw(st.sampled_from(UnitStatus)),
                due_process=data.draw(st.sampled_from([None, 4])),
            )
            judged = (Judged(name="x", value=1.5, unit="mm", low=None, high=2.0, ok=True),)
            self.happens(f.Accepted(event=event, unit=view, attempt=2, judged=judged))
        else:
            code = data.draw(st.sampled_from([*Code, "NEW"]))
            self.happens(
                f.Refused(event=event, code=code, detail="d", facts=data.draw(st.sampled_from(FACTS)))
            )

    @rule(
        code=st.sampled_from([WIP, OTHER, SERIAL, "X"]),
        process=st.integers(1, 8),
        result=st.sampled_from(Result),
        digest=st.sampled_from("abcdef"),
    )
    def a_rig_reports(self, code, process, result, digest):
        rig = rig_result(result, code, process, digest=digest)
        before = self.held()
        events = self.happens(rig)
        assert len(events) <= 2
        if not events:
            assert digest in self.held() or digest in before

    def held(self):
        pending = self.state.job.rig.digest if self.state.job and self.state.job.rig else ""
        return {pending, *(fact.digest for fact in self.state.held)}

    @rule(status=st.sampled_from(JobStatus), code=st.sampled_from([WIP, SERIAL]))
    def a_label_goes_on(self, status, code):
        self.happens(f.JobSaid(job=1, kind=LabelKind.SERIAL, code=code, printer="P", status=status))

    @rule(
        device=st.sampled_from(f.Device),
        how=st.sampled_from(DeviceState),
        server=st.sampled_from(f.ServerState),
    )
    def things_change(self, device, how, server):
        self.happens(f.DeviceSaid(device=device, state=how))
        self.happens(f.ServerSaid(state=server, clock_ahead_s=400.0))
        self.happens(f.QueueSaid(depth=1, oldest_s=None, refused=1))
        self.happens(f.RigFileRefused(file="a", reason="b", detail="c"))

    @rule(value=st.floats(), said=st.sampled_from(["kgf", "C", "", "mm"]), progress=st.floats(0, 1))
    def a_gauge_and_firmware_speak(self, value, said, progress):
        self.happens(f.GaugeRead(value=value, unit=said))
        self.happens(f.FirmwareSaid(model="PSA", version="v1.0.0", progress=progress))

    @rule(state=st.sampled_from(["waiting", "accepted", "refused"]))
    def history_is_read(self, state):
        rows = tuple(f.HistoryRow(event=event, state=state, code="X") for event in self.recorded[-5:])
        self.happens(f.HistorySaid(rows=rows))

    @rule(username=st.sampled_from(["kim", "", "x"]), problem=st.sampled_from(["", "BAD_CREDENTIALS"]))
    def a_sign_in_is_answered(self, username, problem):
        self.happens(f.SignInAnswered(username=username, problem=problem))

    @invariant()
    def every_event_is_new_and_names_who_did_it(self):
        ids = [event.event_id for event in self.recorded]
        assert len(set(ids)) == len(ids)
        assert all(event.operator for event in self.recorded)

    @invariant()
    def the_screen_can_be_read_and_left(self):
        screen = flow.show(self.state)
        assert screen.headline
        assert screen.icon
        assert screen.tone
        keys = offered(screen)
        assert keys
        hotkeys = [
            b.hotkey for b in (*screen.buttons, *(screen.sheet.buttons if screen.sheet else ())) if b.hotkey
        ]
        hotkeys += [screen.banner.button.hotkey] if screen.banner and screen.banner.button else []
        hotkeys += [row.hotkey for row in (screen.sheet.rows if screen.sheet else ()) if row.hotkey]
        assert len(set(hotkeys)) == len(hotkeys)
        assert all(key_of(barcode_of(key)) == key for key in keys if not key.startswith("row:"))

    @invariant()
    def what_is_offered_leads_somewhere(self):
        """What is said again is at least heard again, so the sound is on."""
        state = replace(self.state, choices=replace(self.state.choices, sound="on"))
        for key in offered(flow.show(state)):
            after, effects = flow.advance(state, f.Pressed(key=key))
            assert effects or after != state, key
            said = after.notice.headline.key if after.notice and after.notice is not state.notice else ""
            assert said not in {"command.unknown", "command.not_now", "command.no_job"}, key


def offered(screen: Screen) -> list[str]:
    """Return the keys within reach: a sheet covers the buttons below it."""
    sheet = screen.sheet
    buttons = sheet.buttons if sheet else screen.buttons
    rows = [row.key for row in sheet.rows if row.key and not row.chosen] if sheet else []
    banner = [screen.banner.button.key] if screen.banner and screen.banner.button else []
    return [button.key for button in buttons if button.enabled] + rows + banner


def test_the_flow_knows_every_fact_there_is():
    of_the_work = {kind for kind in f.Fact.__subclasses__() if kind.__module__ == f.__name__}
    assert set(HANDLERS) == of_the_work  # the set-up has facts of its own


def spent(examples: int, steps: int, *, same_each_time: bool) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=same_each_time,
    )


class TestStation(Station.TestCase):
    settings = spent(60, 40, same_each_time=True)


@pytest.mark.long
class TestStationForLong(Station.TestCase):
    settings = spent(1000, 60, same_each_time=False)
