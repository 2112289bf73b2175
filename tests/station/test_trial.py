"""A trial without service and hardware: the panel's buttons scan, and the made-up plant knows what they scan."""

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from neurohub.contract.stations import badge_sha256
from station import sample
from station.flow.asks import ASKS
from station.flow.facts import Scanned
from station.qt import QApplication
from station.trial import Panel, Virtual
from support.devices import Facts


@pytest.fixture(scope="module", autouse=True)
def application():
    return QApplication.instance() or QApplication([])


def test_one_press_scans_a_badge_the_next_unit_or_a_command(tmp_path):
    facts, virtual = Facts(), Virtual(tmp_path)
    scanner, _ = virtual.parts(facts)
    scanner.start()
    panel = Panel(virtual)
    buttons = {button.text(): button for button in panel.presets}
    for word in ("Badge", "Next unit", "PASS", "Next unit"):
        buttons[word].click()
    assert [facts.next(Scanned).text for _ in range(4)] == [
        "BADGE-WORKER",
        f"WIP-{sample.LOT}-001",
        "CMD-PASS",
        f"WIP-{sample.LOT}-002",
    ]
    virtual.close()


def test_the_made_up_plant_has_people_defects_and_limits_for_every_process():
    briefing = sample.briefing()
    assert badge_sha256("BADGE-WORKER") in {person.badge_sha256 for person in briefing.people}
    assert {defect.process for defect in briefing.defect_codes} == {*briefing.station.processes} == {*ASKS}
    assert {limit.process for limit in briefing.limits} == {3, 6}
    assert {limit.name for limit in briefing.limits} <= {ask.name for asks in ASKS.values() for ask in asks}
    assert sample.briefing(5).limits == []
