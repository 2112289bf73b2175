"""Devices that fail, in the real window: each a state in words, said at once and gone when it is well again."""

import pytest
from msgspec.structs import replace

from station.device.simulate.printer import Fault, VirtualPrinter
from station.screen import Tone
from support import seat
from support.devices import Socket

PRINTER_SAYS = {
    Fault.PAPER_OUT: ("Printer out of labels", "Load labels"),
    Fault.HEAD_OPEN: ("Printer head open", "Close the head"),
    Fault.RIBBON_OUT: ("Printer out of ribbon", "Change the ribbon"),
    Fault.PAUSED: ("Printer paused", "Press PAUSE on the printer again"),
    Fault.MUTE: ("Printer does not answer", "Check media, ribbon and head, then switch it off and on"),
    Fault.REFUSES: ("Printer not connected", "Check cable and power"),
}


@pytest.fixture
def service():
    with seat.served() as fake:
        seat.brief(fake, replace(seat.told(7), printers=[]))
        fake.routes["/print-jobs/claim"] = (200, {}, b'{"items": []}')
        yield fake


def test_each_fault_of_the_printer_is_said_with_what_to_do(service, tmp_path):
    told = seat.told(7)
    seat.brief(service, replace(told, printers=[replace(told.printers[0], station="ST-07")]))
    printer = VirtualPrinter()
    printer.start()
    try:
        with seat.seated(tmp_path, service.url, "ST-07", printers={"ZT-1": printer.address}) as operator:
            operator.sign_in()
            operator.until(lambda: operator.chip("printer") == "Printer ready")
            for fault, (word, todo) in PRINTER_SAYS.items():
                printer.fault = fault
                operator.station.printing.hurry()
                operator.until(lambda word=word: operator.chip("printer") == word)
                banner = operator.screen.banner
                assert (banner.word, banner.detail, banner.tone) == (word, todo, Tone.WARN)
            printer.fault = Fault.NONE
            operator.station.printing.hurry()
            operator.until(lambda: operator.screen.banner is None)
            assert operator.chip("printer") == "Printer ready"
    finally:
        printer.close()


def test_a_serial_scanner_that_is_pulled_out_is_said_and_works_again_when_it_is_back(service, tmp_path):
    scanner = Socket(tmp_path)
    scanner.plug()
    with seat.seated(tmp_path, service.url, "ST-07", scanner=scanner.address) as operator:
        operator.sign_in()
        operator.until(lambda: operator.chip("scanner") == "Scanner ready")
        scanner.unplug()
        operator.until(lambda: operator.chip("scanner") == "Scanner not connected")
        assert operator.screen.banner.word == "Scanner not connected"
        assert operator.screen.banner.detail == "Check cable and power"
        scanner.plug()
        operator.until(lambda: operator.chip("scanner") == "Scanner ready")
        scanner.send(b"WIP-KR01PSA2511001-007\r")
        operator.until(lambda: operator.screen.code == "WIP-KR01PSA2511001-007")
    scanner.unplug()


def test_a_result_folder_that_is_taken_away_or_broken_is_said(service, tmp_path):
    rig = tmp_path / "rig"
    with seat.seated(tmp_path, service.url, "ST-07", result_folder=str(rig / "results")) as operator:
        operator.sign_in()
        operator.until(lambda: operator.chip("folder") == "Result folder not connected")
        rig.mkdir()
        operator.until(lambda: operator.chip("folder") == "Result folder ready")
        (rig / "results" / "pending" / "broken.json").write_bytes(b"{ no json }")
        operator.until(lambda: operator.screen.banner is not None)
        assert operator.screen.banner.word == "Result file refused"
        assert "broken.json" in operator.screen.banner.detail
