"""Firmware in the work folder: byte for byte what was released, or not there; whatever happens on the way."""

import hashlib
import json
import random
from contextlib import contextmanager

import pytest

from station.flow.facts import FirmwareSaid
from station.link.firmware import META, sync
from station.link.service import Service
from support.fake_service import AT, faking
from support.firmware import image_of

MODEL = "PSA"
SIZE = 1_000_000


class Released:
    """What the service has released, and how it hands it out: `cut` bytes at most, `damage` done to them."""

    def __init__(self, fake):
        self._fake = fake
        self.asked = []
        self.cut = None
        self.damage = None
        self.release("1.0.0")

    def release(self, version, seed=1):
        self.image = image_of(SIZE, seed)
        view = {"model": MODEL, "version": version, "size_bytes": SIZE, "released_at": AT}
        view |= {"sha256": hashlib.sha256(self.image).hexdigest(), "md5": "0" * 32}
        view["download_url"] = f"/api/v1/firmware/{MODEL}/{version}/file"
        self._fake.routes["/firmware/latest"] = (200, {}, json.dumps(view).encode())
        self._fake.routes[f"/firmware/{MODEL}/{version}/file"] = (200, {}, self._serve)

    def _serve(self, headers):
        asked = headers.get("Range", "")
        self.asked.append(asked)
        begin = int(asked.removeprefix("bytes=").removesuffix("-") or 0)
        body = bytearray(self.image[begin:])
        if self.damage:
            self.damage(body)
        status = 206 if asked else 200
        return status, {"cut": self.cut}, bytes(body)


@pytest.fixture
def released():
    with faking() as (fake, url):
        made = Released(fake)
        made.url = url
        yield made


@contextmanager
def syncing(url, folder):
    """Yield a function that brings the folder up to date once, and returns how it ended."""
    service, said = Service(url, "ST-04", "secret", lambda *_: None, timeout_s=2), []
    try:
        yield lambda: (sync(service, folder, MODEL, said.append), said[-1])[1]
    finally:
        service.close()


def there(folder):
    """Return version and bytes of the image that the work folder names, as a rig reads it."""
    meta = json.loads((folder / MODEL / META).read_bytes())
    image = (folder / MODEL / meta["file"]).read_bytes()
    assert hashlib.sha256(image).hexdigest() == meta["sha256"]
    return meta["version"], image


def test_a_released_image_comes_whole_and_once(released, tmp_path):
    with syncing(released.url, tmp_path) as bring:
        assert bring() == FirmwareSaid(model=MODEL, version="1.0.0", progress=1.0)
        assert there(tmp_path) == ("1.0.0", released.image)
        bring()
    assert released.asked == [""]
    assert {path.name for path in (tmp_path / MODEL).iterdir()} == {META, "PSA_1.0.0.bin"}


def test_a_download_that_was_cut_goes_on_where_it_ended(released, tmp_path):
    released.cut = 300_000
    with syncing(released.url, tmp_path) as bring:
        assert bring().problem
        assert not (tmp_path / MODEL / META).exists()
        assert bring().problem
        released.cut = None
        assert bring().progress == 1.0
    begun = [int(asked[6:-1]) for asked in released.asked[1:]]
    assert 0 < begun[0] < begun[1] <= 600_000
    assert there(tmp_path) == ("1.0.0", released.image)


def test_a_damaged_image_is_never_in_place_and_comes_anew(released, tmp_path):
    def flip(body):
        body[len(body) // 2] ^= 1

    released.damage = flip
    with syncing(released.url, tmp_path) as bring:
        assert bring() == FirmwareSaid(model=MODEL, version="1.0.0", progress=0.0, problem="sha256")
        assert list((tmp_path / MODEL).iterdir()) == []
        released.damage = None
        assert bring().progress == 1.0
    assert there(tmp_path) == ("1.0.0", released.image)


@pytest.mark.parametrize(
    "spoil", [bytearray.clear, lambda body: body.extend(b"more"), lambda body: body.pop()]
)
def test_an_image_of_another_length_is_never_in_place(released, tmp_path, spoil):
    released.damage = spoil
    with syncing(released.url, tmp_path) as bring:
        assert bring().progress == 0.0 or there(tmp_path) == ("1.0.0", released.image)
        released.damage = None
        bring()
        assert bring().progress == 1.0
    assert there(tmp_path) == ("1.0.0", released.image)


def test_an_image_that_was_changed_in_the_work_folder_is_brought_again(released, tmp_path):
    with syncing(released.url, tmp_path) as bring:
        bring()
        path = tmp_path / MODEL / "PSA_1.0.0.bin"
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        assert bring().progress == 1.0
    assert there(tmp_path) == ("1.0.0", released.image)


def test_a_newer_release_takes_the_place_of_the_one_before_also_half_way(released, tmp_path):
    with syncing(released.url, tmp_path) as bring:
        bring()
        before = released.image
        released.release("1.1.0", seed=2)
        released.cut = 300_000
        assert bring().problem
        assert there(tmp_path) == ("1.0.0", before)
        released.release("1.2.0", seed=3)
        released.cut = None
        assert bring() == FirmwareSaid(model=MODEL, version="1.2.0", progress=1.0)
    assert there(tmp_path) == ("1.2.0", released.image)
    assert {path.name for path in (tmp_path / MODEL).iterdir()} == {META, "PSA_1.2.0.bin"}


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (404, {"code": "FIRMWARE_NOT_FOUND"}, "FIRMWARE_NOT_FOUND"),
        (503, {}, "status 503"),
        (200, {"model": "../PSA"}, "status 200"),
    ],
)
def test_what_keeps_an_image_away_is_said_and_the_one_in_place_stays(
    released, tmp_path, status, body, problem
):
    with syncing(released.url, tmp_path) as bring:
        bring()
        released._fake.routes["/firmware/latest"] = (status, {}, json.dumps(body).encode())
        assert bring().problem == problem
    assert there(tmp_path) == ("1.0.0", released.image)


def test_a_name_that_leads_out_of_the_folder_is_not_followed(released, tmp_path):
    released.release("../../1.0.0")
    with syncing(released.url, tmp_path / "work") as bring:
        assert bring().problem == "another_model"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_thousand_spoiled_downloads_put_nothing_wrong_in_place(released, tmp_path):
    chance = random.Random(1)

    def spoil(body):
        for _ in range(chance.randrange(3)):
            at = chance.randrange(len(body))
            body[at] ^= chance.randrange(1, 256)
        if chance.random() < 0.3:
            del body[chance.randrange(len(body)) :]

    wrong = right = 0
    with syncing(released.url, tmp_path) as bring:
        for number in range(1000):
            released.damage = spoil
            released.cut = chance.choice([None, chance.randrange(SIZE)])
            released.release(f"1.0.{number}", seed=number)
            for _ in range(3):
                said = bring()
                right += said.progress == 1.0
                wrong += said.progress == 1.0 and there(tmp_path) != (f"1.0.{number}", released.image)
    print(f"{right} in place, {wrong} wrong")  # noqa: T201
    assert right > 0
    assert wrong == 0
