"""The set-up as a reducer: pages, what is wrong, what a trial found, what is kept."""

import pytest
from msgspec.structs import replace

from neurohub.contract.stations import DeviceState
from station.device.addresses import Port
from station.device.settings import DeviceSettings
from station.flow.facts import Device, DeviceSaid, Entered, GaugeRead, Pressed, Scanned, Source, Ticked
from station.flow.state import Line
from station.screen import Tone
from station.settings import Settings
from station.setup import flow
from station.setup.entries import ENTRIES, Draft, Page, draft_of, values_of
from station.setup.flow import Finding, NotKept, Picked, Tried
from support.operator import NOW

LOOKS = {"language": "en", "theme": "dark", "text": "normal", "sound": "on"}
WHOLE = Settings(
    server="https://mes.plant",
    station="ST-03",
    secret="secret",
    devices=DeviceSettings(printers={"ZT-1": "10.0.0.7:9100", "ZT-2": "COM7"}, scanner="0C2E:0CAA"),
)


class SetUp:
    """Somebody at the set-up."""

    def __init__(self, settings=WHOLE, **looks):
        draft = Draft(settings=settings, looks=LOOKS | looks, autostart=False)
        self.state = flow.begin(draft, (Port("1A86:7523", "COM3 USB Serial"),))
        self.effects = []

    def gets(self, *facts):
        for fact in facts:
            self.state, effects = flow.advance(self.state, fact)
            self.effects += effects

    def presses(self, *keys):
        self.gets(*(Pressed(key=key) for key in keys))

    def types(self, **texts):
        self.gets(*(Entered(name=name, text=text) for name, text in texts.items()))

    @property
    def sheet(self):
        return flow.show(self.state)

    def field(self, name):
        return next(field for field in self.sheet.fields if field.name == name)


def test_what_is_not_changed_is_kept_as_it_was():
    draft = Draft(settings=WHOLE, looks=LOOKS, autostart=True)
    assert draft_of(values_of(draft), WHOLE) == draft
    assert {entry.name for entry in ENTRIES} == set(values_of(draft))


def test_three_pages_lead_to_the_end_and_back():
    pc = SetUp()
    assert [pc.sheet.title for _ in [0] if not pc.presses("next")] == ["Set up this PC · 2/3 Devices"]
    pc.presses("back", "back", "next", "next")
    assert pc.sheet.title == "Set up this PC · 3/3 Screen and start"
    pc.types(theme="light", autostart="true")
    pc.presses("save")
    (save,) = pc.effects
    assert save.draft == Draft(settings=WHOLE, looks=LOOKS | {"theme": "light"}, autostart=True)


@pytest.mark.parametrize("key", ["next", "try"])
def test_nothing_goes_on_before_server_station_and_secret_are_there(key):
    pc = SetUp(Settings())
    pc.presses(key)
    assert {field.name for field in pc.sheet.fields if field.problem} == {"server", "station", "secret"}
    assert pc.effects == []
    pc.types(station="ST-01")
    assert not pc.field("station").problem


@pytest.mark.parametrize(
    "address", ["mes.plant", "ftp://mes", "http://", "https://mes:port", "https://mes:0"]
)
def test_an_address_that_is_none_is_said_at_once(address):
    pc = SetUp()
    pc.types(server=address)
    pc.presses("try")
    assert pc.field("server").problem.startswith("Begins with http://")
    assert pc.effects == []


def test_a_printer_needs_its_code_and_what_is_wrong_is_shown_on_its_page():
    pc = SetUp(replace(WHOLE, devices=DeviceSettings()))
    pc.types(printer="10.0.0.9:9100")
    pc.presses("next", "next")
    assert pc.field("printer_code").problem == "is required"
    pc.types(printer_code="ZT-9")
    pc.presses("next", "save")
    assert pc.effects[-1].draft.settings.devices.printers == {"ZT-9": "10.0.0.9:9100"}


def test_the_first_printer_is_changed_or_taken_away_and_others_stay():
    pc = SetUp()
    pc.types(printer="10.0.0.8")
    assert draft_of(pc.state.values, WHOLE).settings.devices.printers == {"ZT-1": "10.0.0.8", "ZT-2": "COM7"}
    pc.types(printer=" ")
    assert draft_of(pc.state.values, WHOLE).settings.devices.printers == {"ZT-2": "COM7"}


def test_a_trial_takes_what_is_entered_and_says_below_the_field_how_it_went():
    pc = SetUp()
    pc.types(server="http://127.0.0.1:8000")
    pc.presses("try")
    (asked,) = pc.effects
    assert (asked.page, asked.settings.server) == (Page.SERVER, "http://127.0.0.1:8000")
    wrong = Finding(Tone.BAD, Line("trial.server.credentials"))
    pc.gets(Tried(name="secret", finding=wrong, number=asked.number))
    assert (pc.field("secret").problem, pc.field("secret").tone) == (
        "Station code or secret is wrong",
        Tone.BAD,
    )
    pc.types(secret="other")
    assert not pc.field("secret").problem
    pc.gets(Tried(name="secret", finding=wrong, number=asked.number))
    assert not pc.field("secret").problem, "it was said of another secret"


def test_words_in_a_finding_are_in_the_language_of_the_page():
    pc = SetUp(language="ko")
    facts = {"how": "device.PAPER_OUT", "todo": "device.PAPER_OUT.do"}
    pc.presses("next")
    pc.gets(Tried(name="printer", finding=Finding(Tone.BAD, Line("trial.printer.ill", facts))))
    assert pc.field("printer").problem == "용지 없음 · 라벨 용지를 넣으세요"


def test_scanner_and_gauge_are_tried_by_using_them():
    pc = SetUp()
    pc.presses("next")
    pc.gets(DeviceSaid(device=Device.SCANNER, state=DeviceState.OK))
    assert pc.field("scanner").problem == "Connected. Now scan anything"
    pc.gets(Scanned(text="ST-01", source=Source.SERIAL))
    assert (pc.field("scanner").problem, pc.field("scanner").tone) == ("Read: ST-01", Tone.GOOD)
    pc.gets(Scanned(text="ST", source=Source.WEDGE, doubtful=True))
    assert pc.field("scanner").tone is Tone.WARN
    pc.gets(DeviceSaid(device=Device.GAUGE, state=DeviceState.MISSING))
    assert pc.field("gauge").tone is Tone.BAD
    pc.gets(GaugeRead(value=12.5, unit="kgf"))
    assert pc.field("gauge").problem == "Measured: 12.5 kgf"
    before = pc.state
    pc.gets(DeviceSaid(device=Device.FOLDER, state=DeviceState.OK), Ticked(now=NOW))
    assert pc.state == before


def test_ports_are_chosen_by_what_is_plugged_in_and_what_was_set_before_stays_to_choose():
    pc = SetUp()
    pc.presses("next")
    assert [(c.value, c.word) for c in pc.field("scanner").choices] == [
        ("", "types like a keyboard"),
        ("1A86:7523", "COM3 USB Serial"),
        ("0C2E:0CAA", "0C2E:0CAA"),
    ]
    assert [c.value for c in pc.field("gauge").choices] == ["", "1A86:7523"]


def test_files_are_picked_and_the_language_is_changed_at_once():
    pc = SetUp()
    pc.presses("pick:certificate", "language", "leave", "unknown")
    assert [type(effect).__name__ for effect in pc.effects] == ["Pick", "Leave"]
    assert pc.sheet.title.startswith("PC 설정")
    pc.presses("language")
    pc.gets(Picked(name="certificate", path="/etc/plant.pem"))
    assert pc.field("certificate").text == "/etc/plant.pem"


def test_a_file_that_cannot_be_written_is_said():
    pc = SetUp()
    pc.gets(NotKept(why="No space left on device"))
    assert pc.sheet.note == "Not saved: No space left on device"


def test_a_station_with_work_to_deliver_does_not_become_another():
    pc = SetUp()
    pc.state = replace(pc.state, undelivered=12)
    pc.types(station="ST-05")
    pc.presses("next")
    assert pc.field("station").problem == "12 events of ST-03 are not sent yet: let them go first"
    pc.types(station="ST-03", server="https://mes.elsewhere")
    pc.presses("next")
    assert pc.sheet.title == "Set up this PC · 2/3 Devices"
