"""Server and disk that fail, in the real window: said in words, work goes on, nothing is lost."""

import time

import pytest

from station.qt import QLineEdit, Qt
from station.screen import Tone
from support import seat
from support.bad_disk import bad_disk
from support.certificate import certified
from support.fake_service import faking, good
from support.linking import unit

UNIT = unit(7)
DEAD = "http://127.0.0.1:9"  # nobody listens there


@pytest.fixture
def service():
    with seat.served() as fake:
        yield fake


def refuse(fake):
    fake.routes["/auth/station"] = fake.routes["/auth/refresh"] = (401, {}, b"{}")
    fake.mood = lambda _: "401"


def accept(fake):
    fake.routes.pop("/auth/station", None)
    fake.mood = good


@pytest.mark.parametrize(
    ("spoil", "chip", "banner"),
    [
        ("html", "Server offline", "Something else answers as the server"),
        ("html_502", "Server offline", None),
        ("500", "Server offline", None),
        ("noise", "Server offline", None),
        (refuse, "Server refuses", "The server refuses this station"),
    ],
)
def test_what_the_server_does_is_said_and_a_scan_waits_for_it(service, tmp_path, spoil, chip, banner):
    with seat.seated(tmp_path, service.url) as operator:
        operator.sign_in()
        operator.until(lambda: operator.chip("server") == "Server online")
        if callable(spoil):
            spoil(service)
        else:
            service.mood = lambda _: spoil
        operator.scan(UNIT)
        operator.until(lambda: operator.chip("queue").startswith("1 to send"))
        operator.until(lambda: operator.chip("server") == chip)
        operator.until(lambda: operator.screen.detail[:1] == ("Start saved · waiting for the server",))
        assert operator.screen.tone is Tone.WORK
        assert (operator.screen.banner and operator.screen.banner.word) == banner
        accept(service)
        operator.until(lambda: operator.chip("queue") == "All sent")
        operator.until(lambda: operator.screen.banner is None)
        assert operator.chip("server") == "Server online"
        assert [event["unit"] for event in service.effects.values()] == [UNIT]


def test_a_first_start_at_a_server_that_cannot_be_trusted_says_so(tmp_path):
    with faking(certified(tmp_path, "plant")) as (_, url), seat.seated(tmp_path, url) as operator:
        operator.until(lambda: operator.screen.banner is not None)
        assert operator.screen.banner.word == "서버를 신뢰할 수 없음"


def test_a_scan_on_a_full_disk_is_said_loudly_and_can_be_done_again(service, tmp_path):
    with bad_disk() as disk, seat.seated(tmp_path, service.url) as operator:
        operator.sign_in()
        disk.is_full = True
        operator.scan(UNIT)
        operator.until(lambda: operator.screen.headline == "NOT SAVED! Do it again")
        assert operator.screen.tone is Tone.BAD
        assert operator.screen.detail[0].startswith("The disk is full")
        assert service.effects == {}
        disk.is_full = False
        operator.scan(UNIT)
        operator.until(lambda: operator.screen.tone is Tone.WORK and service.effects)


def test_a_window_whose_server_is_slow_closes_at_once_and_forgets_nothing(service, tmp_path):
    with seat.seated(tmp_path, service.url) as operator:
        operator.sign_in()
        service.mood = lambda _: "slow"
        operator.scan(UNIT)
        operator.until(lambda: operator.chip("queue").startswith("1 to send"))
        began_s = time.monotonic()
    assert time.monotonic() - began_s < 5
    service.mood = good
    with seat.seated(tmp_path, service.url) as operator:
        operator.until(lambda: service.effects)
        operator.until(
            lambda: operator.screen.detail and operator.screen.detail[0] == "The unit in work is kept"
        )


def test_a_station_that_starts_without_its_server_works_by_badge_and_says_so_to_a_password(service, tmp_path):
    with seat.seated(tmp_path, service.url) as operator:
        operator.until(lambda: operator.station.presenter.state.briefing is not None)
    with seat.seated(tmp_path, DEAD) as operator:
        operator.scan("CMD-LANGUAGE")
        operator.scan("CMD-SIGN-IN")
        operator.until(lambda: operator.screen.sheet is not None)
        name, password = (line for line in operator.window.findChildren(QLineEdit) if line.isVisible())
        operator.write(name, "lee")
        operator.write(password, "a secret of lee")
        operator.press(Qt.Key_Return)
        operator.until(lambda: operator.screen.sheet.note == "No server · use your badge")
        assert password.text() == ""
        operator.sign_in()
        operator.scan(UNIT)
        operator.until(lambda: operator.chip("queue").startswith("1 to send"))
        assert operator.screen.tone is Tone.WORK
    assert b"a secret of lee" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
