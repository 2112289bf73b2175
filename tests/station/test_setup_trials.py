"""Trials of the set-up on real parts: the service, a serial port, a folder, a printer. Settings in their file."""

import os
from types import SimpleNamespace

import msgspec
import pytest
import tomlkit

from station import autostart, settings
from station.device.addresses import plugged_in
from station.device.settings import DeviceSettings
from station.device.simulate.printer import Fault, VirtualPrinter
from station.flow.facts import DeviceSaid, GaugeRead, Scanned
from station.screen import Tone
from station.settings import Settings, SettingsError
from station.setup import trials
from station.setup.entries import Page
from station.setup.flow import Tried, Try
from support.databases import PASSWORD
from support.devices import Facts, Socket
from support.fake_service import faking
from support.master import add, name


def said(tried):
    return tried.name, tried.finding.tone, tried.finding.line.key


def test_a_server_that_knows_the_station_answers_with_its_name(base):
    tried = trials.server(Settings(server=base, station="ST-03", secret=PASSWORD))
    assert said(tried) == ("server", Tone.GOOD, "trial.server.well")
    assert tried.finding.line.facts["text"].endswith("KR01 · 3")


def test_what_is_wrong_with_the_server_is_said_at_the_field_it_is_about(base, tmp_path):
    whole = Settings(server=base, station="ST-03", secret="not the secret of it")
    assert said(trials.server(whole)) == ("secret", Tone.BAD, "trial.server.credentials")
    nobody = msgspec.structs.replace(whole, server="http://127.0.0.1:9")
    assert said(trials.server(nobody)) == ("server", Tone.BAD, "trial.server.nobody")
    with faking() as (stranger, address):
        stranger.routes["/auth/station"] = (200, {"content_type": "text/html"}, b"<html>")
        elsewhere = msgspec.structs.replace(whole, server=address)
        assert said(trials.server(elsewhere)) == ("server", Tone.BAD, "trial.server.stranger")
    for file in ("absent.pem", "broken.pem"):
        path = tmp_path / file
        if file == "broken.pem":
            path.write_text("no certificate")
        tried = trials.server(msgspec.structs.replace(whole, certificate=str(path)))
        assert said(tried) == ("certificate", Tone.BAD, "trial.server.certificate")


def test_folders_say_how_they_are(tmp_path):
    assert said(trials.folder("result_folder", tmp_path))[1:] == (Tone.GOOD, "trial.folder.well")
    assert said(trials.folder("result_folder", tmp_path / "no"))[1:] == (Tone.BAD, "trial.folder.absent")
    assert list(tmp_path.iterdir()) == []


def printing_at(*addresses, **settings):
    devices = DeviceSettings(printers={f"ZT-{at}": address for at, address in enumerate(addresses)})
    return said(trials.printers(Settings(devices=devices, **settings)))[1:]


def test_the_printers_that_are_entered_say_how_they_are_the_worst_first():
    well, ill = VirtualPrinter(), VirtualPrinter()
    ill.fault = Fault.PAPER_OUT
    for printer in (well, ill):
        printer.start()
    assert printing_at(well.address) == (Tone.GOOD, "trial.printer.well")
    assert printing_at(well.address, ill.address) == (Tone.BAD, "trial.printer.ill")
    for printer in (well, ill):
        printer.close()


def test_where_none_is_entered_those_that_the_service_names_are_asked(base, floor):
    printer = VirtualPrinter()
    printer.start()
    body = {"name": "Zebra", "line": "KR01", "station": "ST-05", "address": printer.address}
    add(floor, "/printers", body | {"code": name("P")})
    known = {"server": base, "secret": PASSWORD}
    assert printing_at(station="ST-05", **known) == (Tone.GOOD, "trial.printer.well")
    assert printing_at(station="ST-04", **known) == (Tone.WORK, "trial.printer.none")
    printer.close()
    assert printing_at(station="ST-05", **known) == (Tone.BAD, "trial.printer.ill")
    assert printing_at(station="ST-05", server="http://127.0.0.1:9") == (Tone.WARN, "trial.printer.unknown")


def test_scanner_and_gauge_are_opened_and_waited_for(tmp_path):
    facts, socket = Facts(), Socket(tmp_path)
    socket.plug()
    run = trials.Trials(facts)
    wanted = DeviceSettings(gauge=socket.address, result_folder=str(tmp_path))
    run.start(Try(Page.DEVICES, Settings(devices=wanted)))
    assert {facts.next(Tried).name for _ in range(3)} == {"scanner", "result_folder", "printer"}
    assert facts.next(DeviceSaid).device == "gauge"
    socket.send(b"12.50 kgf\r\n")
    assert facts.next(GaugeRead).value == 12.5
    run.start(Try(Page.DEVICES, Settings(devices=DeviceSettings(scanner=socket.address))))
    assert facts.next(DeviceSaid).device == "scanner"
    socket.send(b"ST-01\r")
    assert facts.next(Scanned).text == "ST-01"
    run.start(Try(Page.PROGRAM, Settings()))
    socket.unplug()


def port(device, vid=None, pid=None, serial_number=None, product=None):
    return SimpleNamespace(device=device, vid=vid, pid=pid, serial_number=serial_number, product=product)


def test_a_port_is_named_by_what_is_in_it_where_that_names_it_alone():
    ports = [
        port("/dev/ttyUSB1", 0x1A86, 0x7523, "B2"),
        port("/dev/ttyUSB0", 0x1A86, 0x7523, None),
        port("/dev/ttyACM0", 0x0C2E, 0x0CAA, "A1", "Honeywell 1900"),
        port("COM1"),
    ]
    assert [tuple(one) for one in plugged_in(lambda: ports)] == [
        ("0C2E:0CAA", "ttyACM0 Honeywell 1900"),
        ("/dev/ttyUSB0", "ttyUSB0"),
        ("1A86:7523:B2", "ttyUSB1"),
        ("COM1", "COM1"),
    ]


def test_settings_are_changed_where_they_are_and_comments_stay(tmp_path):
    settings.read(tmp_path)
    path = tmp_path / settings.NAME
    path.write_text(path.read_text() + "\n# the one at the window\n'ZT 7' = '10.0.0.7'\n")
    before = settings.read(tmp_path)
    devices = DeviceSettings(printers={"ZT-8": "COM7"}, scanner="COM3", scanner_baud=19200)
    wanted = Settings(server='https://"mes"', station="ST-03", secret="비밀 \\키", devices=devices)
    settings.save(tmp_path, wanted)
    assert settings.read(tmp_path) == wanted != before
    text = path.read_text(encoding="utf-8")
    assert "# the one at the window" in text
    assert "# 서버 주소" in text
    assert tomlkit.parse(text)["devices"]["gauge_pattern"] == devices.gauge_pattern
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_settings_that_could_not_be_read_again_are_not_written(tmp_path):
    settings.save(tmp_path, Settings(station="ST-01"))
    wrong = Settings(devices=DeviceSettings(printers={"ZT-8": "x" * 201}))
    with pytest.raises(SettingsError, match="200"):
        settings.save(tmp_path, wrong)
    assert settings.read(tmp_path).station == "ST-01"


def test_starting_with_the_pc_is_an_entry_that_the_desktop_reads(tmp_path):
    place = tmp_path / "autostart" / autostart.FILE
    autostart.turn(tmp_path / "of 50% $HOME", on=True, place=place)
    text = place.read_text(encoding="utf-8")
    assert text.startswith("[Desktop Entry]\nType=Application\n")
    assert '"--data-dir"' in text
    assert 'of 50%% \\\\$HOME"' in text
    autostart.turn(tmp_path, on=False, place=place)
    autostart.turn(tmp_path, on=False, place=place)
    assert not place.exists()
    assert "--data-dir" not in autostart.command(settings.data_folder())
