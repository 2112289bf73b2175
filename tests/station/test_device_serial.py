"""Serial devices: lines out of bytes, half lines and noise, unplugged and plugged in again."""

import contextlib
import queue
import random
import re
import time
from types import SimpleNamespace

import msgspec
import pytest
from structlog.testing import capture_logs

from neurohub.contract.stations import DeviceState
from station.device import gauge_line
from station.device.addresses import Host, host_of, port_of
from station.device.gauge import SerialGauge
from station.device.said import Said
from station.device.scanner import SerialScanner
from station.device.serial_line import SerialLine
from station.device.settings import DeviceSettings
from station.device.splitting import LINE_MAX_BYTES, Line, Splitter
from station.flow.facts import Device, DeviceSaid, GaugeRead, Scanned, Source
from support.devices import Facts, Socket

SERIAL = "KR01PSA25110010001"
RETRY_S = 0.02


@pytest.fixture
def socket(tmp_path):
    made = Socket(tmp_path)
    yield made
    made.unplug()


@contextlib.contextmanager
def started(device):
    device.start()
    try:
        yield device
    finally:
        before_s = time.monotonic()
        device.close()
        assert time.monotonic() - before_s < 1.0


@pytest.fixture
def facts():
    return Facts()


@pytest.fixture
def scanner(socket, facts):
    socket.plug()
    with started(SerialScanner(socket.address, 9600, facts, retry_s=RETRY_S)) as running:
        assert facts.next(DeviceSaid).state is DeviceState.OK
        yield running


# --- lines


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_lines_end_with_cr_lf_or_both_in_whatever_pieces(end):
    stream = b"".join(f"CODE{number}".encode() + end for number in range(200))
    draw, splitter, got = random.Random(1), Splitter(), []
    while stream:
        size = draw.randint(1, 9)
        got += splitter.feed(stream[:size])
        stream = stream[size:]
    assert got == [Line(f"CODE{number}".encode()) for number in range(200)]
    assert splitter.cut() == []


def test_what_has_begun_and_does_not_end_is_half_a_line():
    splitter = Splitter()
    assert splitter.feed(b"WHOLE\rHAL") == [Line(b"WHOLE")]
    assert splitter.cut() == [Line(b"HAL", is_half=True)]
    assert splitter.feed(b"NEXT\r") == [Line(b"NEXT")]


def test_noise_without_an_end_is_not_hoarded():
    splitter = Splitter()
    for _ in range(100):
        splitter.feed(b"\xff" * 1000)
    assert len(splitter.cut()[0].content) == LINE_MAX_BYTES


# --- scanner


def test_a_serial_scan_is_posted_trimmed_and_upper_cased(scanner, socket, facts):
    socket.send(f" {SERIAL.lower()} \r\n".encode())
    assert facts.next(Scanned) == Scanned(text=SERIAL, source=Source.SERIAL)


def test_two_scans_in_one_piece_are_two(scanner, socket, facts):
    socket.send(b"CMD-PASS\rCMD-UNDO\r")
    assert [facts.next(Scanned).text, facts.next(Scanned).text] == ["CMD-PASS", "CMD-UNDO"]


def test_half_a_scan_is_doubtful_and_does_not_spoil_the_next(scanner, socket, facts):
    socket.send(SERIAL[:14].encode())  # as it happens a LOT number
    assert facts.next(Scanned) == Scanned(text=SERIAL[:14], source=Source.SERIAL, doubtful=True)
    socket.send(f"{SERIAL}\r".encode())
    assert facts.next(Scanned) == Scanned(text=SERIAL, source=Source.SERIAL)


def test_noise_is_doubtful_and_an_empty_line_is_nothing(scanner, socket, facts):
    socket.send(b"\r\n\r\x00\xff\x80KR01\x01\r")
    assert facts.next(Scanned) == Scanned(text="KR01", source=Source.SERIAL, doubtful=True)
    assert facts.rest() == []


def test_the_state_of_a_device_is_said_when_it_changes(facts):
    said = Said(Device.SCANNER, facts)
    for state in (DeviceState.MISSING, DeviceState.MISSING, DeviceState.OK, DeviceState.OK):
        said.say(state)
    assert [fact.state for fact in facts.rest()] == [DeviceState.MISSING, DeviceState.OK]


def test_an_unplugged_scanner_comes_back(scanner, socket, facts):
    for _ in range(3):
        socket.unplug()
        assert facts.next(DeviceSaid).state is DeviceState.MISSING
        socket.plug()
        assert facts.next(DeviceSaid).state is DeviceState.OK
        socket.send(b"CMD-PASS\r")
        assert facts.next(Scanned).text == "CMD-PASS"


def test_a_scanner_that_is_not_there_is_missing_and_is_found_later(socket, facts):
    with started(SerialScanner(socket.address, 9600, facts, retry_s=RETRY_S)):
        assert facts.next(DeviceSaid) == DeviceSaid(
            device=Device.SCANNER, state=DeviceState.MISSING, detail=socket.address
        )
        socket.plug()
        assert facts.next(DeviceSaid).state is DeviceState.OK


def test_no_serial_scanner_is_off(facts):
    with started(SerialScanner("", 9600, facts)):
        assert facts.next(DeviceSaid).state is DeviceState.OFF


# --- gauge


@pytest.mark.parametrize(
    ("line", "value", "unit"),
    [
        ("12.34 kgf", 12.34, "kgf"),
        ("+0060.1 C", 60.1, "C"),
        ("ST,GS,+  12.3kgf", 12.3, "kgf"),
        ("ST,NT,-000.50 kg", -0.5, "kg"),
        ("  170.0  mm ", 170.0, "mm"),
        ("60.2", 60.2, ""),
        ("-1", -1.0, ""),
        ("60.1 °C", 60.1, "°C"),
    ],
)
def test_gauges_say_a_value_with_its_unit(line, value, unit):
    assert gauge_line.measure(line, re.compile(gauge_line.PATTERN)) == (value, unit)


@pytest.mark.parametrize(
    "line",
    ["US,GS,+  12.3kgf", "OL,GS,+99999.9kgf", "Err 3", "", "12.3.4 kgf", "1 2 kgf 3", "--", "\xff\xfe1"],
)
def test_what_is_not_a_settled_reading_is_none(line):
    assert gauge_line.measure(line, re.compile(gauge_line.PATTERN)) is None


def test_a_gauge_of_another_make_needs_a_pattern_alone():
    pattern = re.compile(r"F=(?P<value>-?\d+,\d+);OK")
    assert gauge_line.measure("F=14,75;OK", pattern) == (14.75, "")


def test_a_gauge_posts_readings_and_drops_noise_and_half_lines(socket, facts):
    socket.plug()
    with started(SerialGauge(socket.address, 9600, gauge_line.PATTERN, facts, retry_s=RETRY_S)):
        assert facts.next(DeviceSaid) == DeviceSaid(
            device=Device.GAUGE, state=DeviceState.OK, detail=socket.address
        )
        socket.send(b"\xff\x00\x81\r\nUS,GS,+  11.9kgf\r\nST,GS,+  12.3kgf\r\n")
        assert facts.next(GaugeRead) == GaugeRead(value=12.3, unit="kgf")
        socket.send(b"99.")  # unplugged in the middle
        socket.unplug()
        assert facts.next(DeviceSaid).state is DeviceState.MISSING
        socket.plug()
        assert (
            facts.next(DeviceSaid).state is DeviceState.OK
        )  # what was sent before is thrown away at opening
        socket.send(b"\x0214.75 kgf\x03\r")
        assert facts.next(GaugeRead) == GaugeRead(value=14.75, unit="kgf")


# --- addresses and settings


def test_a_printers_address_is_a_host_or_a_serial_port():
    assert host_of("192.168.0.20:9100") == Host("192.168.0.20", 9100)
    assert host_of("printer-7.plant:6101") == Host("printer-7.plant", 6101)
    assert host_of("192.168.0.20") == Host("192.168.0.20", 9100)
    assert host_of("[fe80::1]:9100") == Host("fe80::1", 9100)
    for port in ("COM7", "/dev/ttyUSB0", "0A5F:0166", "0A5F:0166:52J1"):
        assert host_of(port) is None


def test_what_is_plugged_in_is_found_by_its_ids():
    ports = [
        SimpleNamespace(device="COM3", vid=None, pid=None, serial_number=None),
        SimpleNamespace(device="COM4", vid=0x0C2E, pid=0x0CAA, serial_number="A1"),
        SimpleNamespace(device="COM9", vid=0x0C2E, pid=0x0CAA, serial_number="B2"),
    ]
    assert port_of("COM3", list) == "COM3"
    assert port_of("0c2e:0caa", lambda: ports) == "COM4"
    assert port_of("0C2E:0CAA:B2", lambda: ports) == "COM9"
    with pytest.raises(OSError, match="not plugged in"):
        port_of("0C2E:0CAA:C3", lambda: ports)


def test_settings_are_read_from_the_stations_file():
    text = """
    scanner = "0C2E:0CAA"
    gauge = "COM5"
    printers = {ZT-07 = "192.168.0.20:9100"}
    """
    settings = msgspec.toml.decode(text, type=DeviceSettings)
    assert (settings.scanner, settings.scanner_baud) == ("0C2E:0CAA", 9600)
    assert settings.printers == {"ZT-07": "192.168.0.20:9100"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gauge_pattern = '('", "gauge_pattern"),
        ("gauge_pattern = '[0-9]+'", "value"),
        ("scanner_baud = 1", "scanner_baud"),
        ("scaner = 'COM3'", "scaner"),
    ],
)
def test_wrong_settings_are_named(text, said):
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.toml.decode(text, type=DeviceSettings)


def test_a_fault_of_our_own_is_told_as_one_and_ends_no_scanner(socket, facts):
    heard = queue.SimpleQueue()

    def stumble_over_1(line):
        heard.put(line)
        if line.content == b"1":
            raise ZeroDivisionError

    socket.plug()
    line = SerialLine(socket.address, 9600, Said(Device.SCANNER, facts), stumble_over_1, retry_s=RETRY_S)
    with capture_logs() as told, started(line):
        assert facts.next(DeviceSaid).state is DeviceState.OK
        socket.send(b"1\r")
        assert facts.next(DeviceSaid).state is DeviceState.MISSING
        assert facts.next(DeviceSaid).state is DeviceState.OK
        socket.send(b"2\r")
        assert [heard.get(timeout=10).content for _ in range(2)] == [b"1", b"2"]
    assert [one["event"] for one in told if one["log_level"] == "error"] == ["serial.failed"]
