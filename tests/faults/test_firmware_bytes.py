"""Whatever happens to stored images, no byte is served that was not uploaded: on a disk, in S3, over HTTP."""

import asyncio
import contextlib
import random

import httpx
import pytest

from neurohub.contract.problems import Code, ProblemError
from neurohub.firmware.images import Image, Images
from neurohub.settings import Settings
from support import damage, s3, service
from support.firmware import fetch, image_of, release, released, sha256
from support.floor import Floor
from support.problems import refused

SIZE = 2 * 1024 * 1024 + 100_000


class InterruptedUploadError(Exception):
    """Who uploads has gone."""


def images(**settings):
    return Images(Settings(database_url="-", secret_key="-" * 32, **settings))


@pytest.fixture
def on_disk(tmp_path):
    folder = tmp_path / "firmware"
    return images(firmware_dir=folder), damage.Disk(folder)


@pytest.fixture(scope="module")
def keys():
    with s3.running() as found:
        yield found


@pytest.fixture
def in_s3(keys):
    address = keys["AWS_ENDPOINT_URL_S3"]
    found = images(use_s3=True, s3_bucket=s3.BUCKET, aws_region=s3.REGION, aws_endpoint_url_s3=address)
    with s3.reached(keys):
        yield found, damage.Bucket(s3.client(keys), s3.BUCKET)


async def stored(place, data, version="v1.0.0"):
    async with place.aside() as aside:
        async with place.upload(aside) as upload:
            for start in range(0, len(data), 300_000):
                await upload.write(data[start : start + 300_000])
        sums = upload.sums()
        image = Image("PSA", version, sums.size_bytes, sums.sha256, sums.blocks)
        await place.keep(aside, image)
    return image


async def served(place, image, start=0):
    """Return what a reader got before the end or the refusal, and whether that was all."""
    got = b""
    try:
        async for piece in place.read(image, start, image.size_bytes):
            got += piece
    except ProblemError as error:
        return got, error.problem.code is not Code.FIRMWARE_UNAVAILABLE
    return got, True


async def damage_and_read(place, where, ways, rounds, seed):
    """Count the rounds in which a damage was noticed; fail at the first wrong byte."""
    draw, noticed = random.Random(seed), 0
    datas = [draw.randbytes(SIZE), draw.randbytes(SIZE)]
    image, other = [await stored(place, data, f"v1.0.{n}") for n, data in enumerate(datas)]
    for number in range(rounds):
        ways[number % len(ways)](where, image.name, other.name, draw)
        start = draw.choice((0, draw.randrange(SIZE)))
        got, whole = await served(place, image, start)
        assert datas[0].startswith(got, start)
        assert not whole or start + len(got) == SIZE
        noticed += not whole
        where.write(image.name, datas[0])
    assert await served(place, image) == (datas[0], True)
    return noticed


def test_an_image_is_read_as_it_was_written(on_disk, in_s3):
    async def story(place):
        for size in (1, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 11 * 1024 * 1024):
            data = image_of(size)
            image = await stored(place, data)
            assert (image.size_bytes, image.sha256) == (size, sha256(data))
            assert await served(place, image) == (data, True)

    for place, _ in (on_disk, in_s3):
        asyncio.run(story(place))


def test_no_damage_on_the_disk_gets_a_wrong_byte_out(on_disk):
    place, where = on_disk
    assert asyncio.run(damage_and_read(place, where, damage.ON_DISK, 140, 1)) > 90


def test_no_damage_in_s3_gets_a_wrong_byte_out(in_s3):
    place, where = in_s3
    assert asyncio.run(damage_and_read(place, where, damage.EVERYWHERE, 24, 2)) > 14


@pytest.mark.long
def test_no_damage_gets_a_wrong_byte_out_in_a_thousand(on_disk, in_s3):
    for ways, (place, where) in ((damage.ON_DISK, on_disk), (damage.EVERYWHERE, in_s3)):
        assert asyncio.run(damage_and_read(place, where, ways, 1000, 3)) > 600


def test_an_image_replaced_while_it_is_read_ends_before_the_first_wrong_byte(on_disk, in_s3):
    async def story(place, where):
        datas = [image_of(SIZE, 1), image_of(SIZE, 2)]
        image, other = [await stored(place, data, f"v2.0.{n}") for n, data in enumerate(datas)]
        pieces = place.read(image, 0, SIZE)
        got = await anext(pieces)
        damage.swapped(where, image.name, other.name, None)
        with pytest.raises(ProblemError):
            [piece async for piece in pieces]
        assert datas[0].startswith(got)

    for place, where in (on_disk, in_s3):
        asyncio.run(story(place, where))


def test_what_was_not_kept_leaves_nothing_behind(on_disk):
    place, where = on_disk

    async def broken_off():
        async with place.aside() as aside, place.upload(aside) as upload:
            await upload.write(bytes(12 * 1024 * 1024))
            raise InterruptedUploadError

    with contextlib.suppress(InterruptedUploadError):
        asyncio.run(broken_off())

    async def refused_later():
        async with place.aside() as aside, place.upload(aside) as upload:
            await upload.write(b"x")

    asyncio.run(refused_later())
    assert [path for path in where.folder.rglob("*") if path.is_file()] == []


def test_a_place_that_cannot_be_written_is_a_problem_and_no_bug(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ProblemError) as caught:
        asyncio.run(stored(images(firmware_dir=tmp_path / "file" / "firmware"), b"x"))
    assert caught.value.problem.code is Code.FIRMWARE_UNAVAILABLE


def download(floor, meta, **headers):
    """Return status, what came before the end or the cut, and whether all came."""
    path, got = meta["download_url"].removeprefix("/api/v1"), b""
    with floor.client.stream("GET", path, headers=floor.headers("ST-04") | headers) as answer:
        try:
            for piece in answer.iter_bytes():
                got += piece
        except httpx.RemoteProtocolError:
            return answer.status_code, got, False
    return answer.status_code, got, True


@pytest.fixture
def served_from(fresh_database_url, tmp_path):
    """A service of its own with its images in a folder at hand."""
    folder = tmp_path / "firmware"
    with service.running(fresh_database_url, None, workers=1, FIRMWARE_DIR=str(folder)) as base:
        floor = Floor(base)
        yield floor, damage.Disk(folder)
        floor.close()


def test_a_damaged_image_is_refused_or_cut_and_mended_by_the_same_upload(served_from):
    floor, where = served_from
    data, draw = image_of(SIZE), random.Random(4)
    meta = released(floor, data)
    other = released(floor, image_of(SIZE, 2))
    names = [f"{m['model']}/{m['version']}/{m['sha256']}.bin" for m in (meta, other)]
    cuts = 0
    for number in range(70):
        damage.ON_DISK[number % len(damage.ON_DISK)](where, *names, draw)
        status, got, whole = download(floor, meta)
        if status == 200:
            assert data.startswith(got)
            assert whole is (got == data)
            cuts += not whole
            resumed, _, _ = download(floor, meta, Range=f"bytes={len(got) // 1048576 * 1048576}-")
            assert resumed == (206 if whole else 503)
        else:
            assert refused(fetch(floor, meta)) == (503, "FIRMWARE_UNAVAILABLE")
        mended = release(floor, meta["model"], meta["version"], data)
        assert (mended.status_code, mended.json()) == (201, meta)
    assert cuts > 5
    assert download(floor, meta) == (200, data, True)


def test_firmware_in_s3_is_released_and_downloaded(fresh_database_url, keys):
    with service.running(fresh_database_url, None, workers=1, **keys) as base:
        floor = Floor(base)
        data = image_of(6 * 1024 * 1024)
        meta = released(floor, data)
        assert fetch(floor, meta).content == data
        assert fetch(floor, meta, Range="bytes=1048570-1048580").content == data[1048570:1048581]
        floor.close()


def test_s3_that_is_away_is_a_problem_and_no_bug(fresh_database_url, keys):
    away = keys | {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{service.free_port()}"}
    with service.running(fresh_database_url, None, workers=1, **away) as base:
        floor = Floor(base)
        answer = release(floor, "PSA", "v9.0.0", b"x")
        assert refused(answer) == (503, "FIRMWARE_UNAVAILABLE")
        assert answer.headers["retry-after"]
        floor.close()
