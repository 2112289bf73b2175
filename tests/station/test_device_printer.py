"""A ZPL printer: what its answers mean, and how it is when it does not answer, over network and serial."""

import contextlib
import threading
import time

import pytest

from neurohub.contract.stations import DeviceState
from station.device import host_status
from station.device.printer import Printer
from station.device.simulate.printer import Fault, VirtualPrinter
from support.devices import Socket


def reply(*strings):
    return b"".join(b"\x02" + string + b"\x03\r\n" for string in strings)


# As they were recorded from printers: a Zebra, a TVS LP 46 Dlite, an XP-423B.
READY = {
    "zebra": reply(b"030,0,0,1200,000,0,0,0,000,0,0,0", b"001,0,0,0,1,2,6,0,00000000,1,000", b"0000,0"),
    "tvs": reply(b"287,0,0,0178,000,0,0,0,000,0,0,0", b"001,0,0,0,1,2,3,0,00000000,1,000", b"1234,0"),
    "xprinter": reply(b"150,0,0,1219,000,0,0,0,000,0,0,0", b"000,0,0,0,0,2,0,0,00000000,1,000", b"8888,0"),
}
ZEBRA = READY["zebra"]


@pytest.mark.parametrize("make", READY)
def test_a_printer_that_is_ready_says_so(make):
    status = host_status.parse(READY[make])
    assert (status.state, status.is_idle) == (DeviceState.OK, True)
    assert host_status.is_whole(READY[make])


@pytest.mark.parametrize(
    ("was", "now_is", "state"),
    [
        (b"030,0,0,", b"030,1,0,", DeviceState.PAPER_OUT),
        (b"030,0,0,", b"030,1,1,", DeviceState.PAPER_OUT),
        (b"030,0,0,", b"030,0,1,", DeviceState.PAUSED),
        (b",000,0,0,0,000,", b",005,1,0,0,000,", DeviceState.FULL),
        (b"001,0,0,0,1", b"001,0,1,0,1", DeviceState.HEAD_OPEN),
        (b"001,0,0,0,1", b"001,0,0,1,1", DeviceState.RIBBON_OUT),
    ],
)
def test_what_keeps_a_printer_from_printing_is_named(was, now_is, state):
    assert host_status.parse(ZEBRA.replace(was, now_is)).state is state


def test_a_label_is_out_when_nothing_is_in_the_buffer_and_nothing_remains():
    waiting = host_status.parse(ZEBRA.replace(b"1200,000", b"1200,002"))
    printing = host_status.parse(ZEBRA.replace(b"00000000", b"00000001"))
    assert (waiting.formats, waiting.is_idle) == (2, False)
    assert (printing.remaining, printing.is_idle) == (1, False)
    assert printing.state is DeviceState.OK


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x02\x03",
        ZEBRA[:36],
        ZEBRA[:60],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        ZEBRA.replace(b"030", b"0x0"),
        b"\xff" * 90,
    ],
)
def test_what_is_no_answer_to_hs_is_not_understood(answer):
    assert host_status.parse(answer) is None


def test_an_answer_is_whole_with_its_third_string_alone():
    cuts = [host_status.is_whole(ZEBRA[:size]) for size in range(len(ZEBRA) + 1)]
    assert cuts.index(True) == len(ZEBRA) - len(b"\r\n")


# --- over the network


@pytest.fixture
def virtual():
    made = VirtualPrinter()
    made.start()
    yield made
    made.close()


@pytest.fixture
def printer(virtual):
    made = Printer(virtual.address, 9600, answer_max_s=0.3)
    yield made
    made.close()


def test_a_label_comes_out_as_it_was_sent(virtual, printer):
    printer.send("^XA^FH^FDKR01_5E^FS^XZ")
    printer.send("^XA^FD2^FS^XZ")
    assert printer.ask().status.is_idle
    assert virtual.labels == ("^XA^FH^FDKR01_5E^FS^XZ", "^XA^FD2^FS^XZ")


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault.PAPER_OUT, DeviceState.PAPER_OUT),
        (Fault.RIBBON_OUT, DeviceState.RIBBON_OUT),
        (Fault.HEAD_OPEN, DeviceState.HEAD_OPEN),
        (Fault.PAUSED, DeviceState.PAUSED),
        (Fault.FULL, DeviceState.FULL),
        (Fault.MUTE, DeviceState.SILENT),
        (Fault.NONE, DeviceState.OK),
    ],
)
def test_each_fault_is_a_state_and_passes(virtual, printer, fault, state):
    virtual.fault = fault
    assert printer.ask().state is state
    virtual.fault = Fault.NONE
    assert printer.ask().state is DeviceState.OK


def test_a_printer_that_is_switched_off_is_missing_and_comes_back(virtual, printer):
    assert printer.ask().state is DeviceState.OK
    virtual.fault = Fault.REFUSES
    _ask_until(printer, DeviceState.MISSING)
    virtual.fault = Fault.NONE
    _ask_until(printer, DeviceState.OK)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:1", "no-such-host.invalid:9100", f"{'x' * 70}:9100", "1.1.1.1:99999"]
)
def test_an_address_where_no_printer_is_is_missing(address):
    assert Printer(address, 9600).ask().state is DeviceState.MISSING


def test_sending_to_a_printer_that_is_away_raises():
    with pytest.raises(OSError):  # noqa: PT011  (its words differ by system)
        Printer("127.0.0.1:1", 9600).send("^XA^XZ")


def _ask_until(printer, state):
    until_s = time.monotonic() + 10
    while printer.ask().state is not state:
        assert time.monotonic() < until_s


# --- over a serial port


@contextlib.contextmanager
def answering(socket, answer):
    """A printer at the other end of the wire: keeps what it gets, answers `~HS` with `answer`."""
    got, closing = bytearray(), threading.Event()

    def run():
        while not closing.is_set():
            got.extend(received := socket.receive())
            if received and got.endswith(host_status.ASK):
                socket.send(answer)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield got
    finally:
        closing.set()
        thread.join(10)
        socket.unplug()


def test_a_printer_at_a_serial_port_takes_a_long_label_and_answers(tmp_path):
    socket = Socket(tmp_path)
    socket.plug()
    label = f"^XA^FD{'A' * 2000}^FS^XZ"
    printer = Printer(socket.address, 9600)
    with answering(socket, ZEBRA) as got:
        printer.send(label)
        assert printer.ask().state is DeviceState.OK
        assert got == label.encode() + host_status.ASK
    assert printer.ask().state is DeviceState.MISSING
    printer.close()


def test_a_silent_printer_at_a_serial_port_is_silent(tmp_path):
    socket = Socket(tmp_path)
    socket.plug()
    printer = Printer(socket.address, 9600, answer_max_s=0.3)
    with answering(socket, b""):
        assert printer.ask().state is DeviceState.SILENT
