"""Devices without hardware: what they post, and that the real parts take it."""

from datetime import UTC, datetime

from neurohub.contract.enums import Result
from neurohub.contract.stations import DeviceState
from station.device.simulate.gauge import VirtualGauge
from station.device.simulate.rig import VirtualRig
from station.device.simulate.scanner import VirtualScanner
from station.flow.facts import DeviceSaid, GaugeRead, Scanned, Source
from station.rig.file import looks_whole
from support.devices import Facts
from support.folder import LOT, T0, watched

WIP = f"WIP-{LOT}-001"


def test_a_virtual_scan_is_read_like_a_real_one():
    facts = Facts()
    scanner = VirtualScanner(facts)
    scanner.start()
    scanner.scan(f" {WIP.lower()}\r")
    scanner.scan("ㅊㅡㅇ-ㅔㅁㄴㄴ")
    assert facts.next(Scanned) == Scanned(text=WIP, source=Source.VIRTUAL)
    assert facts.next(Scanned) == Scanned(text="CMD-PASS", source=Source.VIRTUAL, doubtful=True)


def test_nobody_hears_an_unplugged_virtual_device():
    facts = Facts()
    scanner, gauge = VirtualScanner(facts), VirtualGauge(facts)
    for device in (scanner, gauge):
        device.start()
        device.unplug()
    scanner.scan(WIP)
    gauge.show(12.3)
    states = [fact.state for fact in facts.rest() if isinstance(fact, DeviceSaid)]
    assert states == [DeviceState.OK, DeviceState.MISSING] * 2
    assert len(facts.rest()) == len(states)


def test_a_virtual_gauge_shows_a_value_with_its_unit():
    facts = Facts()
    gauge = VirtualGauge(facts)
    gauge.start()
    gauge.show(12.34)
    assert facts.next(GaugeRead) == GaugeRead(value=12.34, unit="kgf")


def test_what_a_virtual_rig_finishes_is_a_result(tmp_path):
    with watched(tmp_path / "rig", now=lambda: datetime.now(UTC)) as folder:
        rig = VirtualRig(folder.root, lambda: T0)
        rig.finish(WIP, 3, Result.PASS)
        found = folder.result()
        assert (found.unit, found.process, found.result) == (WIP, 3, Result.PASS)
        folder.folder.settle(found.digest)


def test_a_virtual_rig_can_lose_its_power_while_it_writes(tmp_path):
    half = VirtualRig(tmp_path, lambda: T0).break_off(WIP, 6).read_bytes()
    assert half.startswith(b"{")
    assert not looks_whole(half)
