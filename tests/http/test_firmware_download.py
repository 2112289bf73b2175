"""Downloads of firmware: whole, in parts, again from where they were cut."""

from base64 import b64encode

import pytest

from support.firmware import fetch, image_of, released
from support.problems import refused

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def image():
    return image_of(2 * MIB + 12_345)


@pytest.fixture
def meta(floor, image):
    """Each test releases for itself: a test service keeps its images as long as it runs."""
    return released(floor, image)


def test_a_download_is_the_image_and_says_what_it_is(floor, meta, image):
    answer = fetch(floor, meta)
    assert answer.status_code == 200
    assert answer.content == image
    assert answer.headers["content-length"] == str(len(image))
    assert answer.headers["etag"] == f'"{meta["sha256"]}"'
    digest = b64encode(bytes.fromhex(meta["sha256"])).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert answer.headers["accept-ranges"] == "bytes"
    assert f"{meta['model']}-v1.0.0.bin" in answer.headers["content-disposition"]


def test_parts_are_the_parts_of_the_image(floor, meta, image):
    size = len(image)
    for asked, first, stop in (
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        (f"bytes={MIB - 1}-{MIB}", MIB - 1, MIB + 1),
        (f"bytes={MIB}-", MIB, size),
        ("bytes=-10", size - 10, size),
        (f"bytes=-{size + 5}", 0, size),
        (f"bytes=5-{size + 1000}", 5, size),
        (f"bytes={size - 1}-", size - 1, size),
    ):
        answer = fetch(floor, meta, Range=asked)
        assert answer.status_code == 206, asked
        assert answer.content == image[first:stop], asked
        assert answer.headers["content-range"] == f"bytes {first}-{stop - 1}/{size}"
        assert answer.headers["content-length"] == str(stop - first)


def test_a_cut_download_goes_on_where_it_was_cut(floor, meta, image):
    path = meta["download_url"].removeprefix("/api/v1")
    with floor.client.stream("GET", path, headers=floor.headers("ST-04")) as answer:
        etag, begun = answer.headers["etag"], b""
        for piece in answer.iter_bytes():
            begun += piece
            if len(begun) > MIB:
                break
    rest = fetch(floor, meta, Range=f"bytes={len(begun)}-", **{"If-Range": etag})
    assert rest.status_code == 206
    assert begun + rest.content == image


def test_a_part_of_another_image_is_answered_with_the_whole(floor, meta, image):
    answer = fetch(floor, meta, Range="bytes=5-", **{"If-Range": '"other"'})
    assert (answer.status_code, answer.content) == (200, image)


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,4-5", "bytes=a-b", "lines=1-2", "bytes=-", "x"])
def test_what_is_no_single_range_is_answered_with_the_whole(floor, meta, image, asked):
    answer = fetch(floor, meta, Range=asked)
    assert (answer.status_code, answer.content) == (200, image)


def test_a_part_behind_the_end_is_refused_with_the_size(floor, meta, image):
    for asked in (f"bytes={len(image)}-", "bytes=999999999999-", "bytes=-0"):
        answer = fetch(floor, meta, Range=asked)
        assert refused(answer)[0] == 416
        assert answer.headers["content-range"] == f"bytes */{len(image)}"


def test_who_has_it_is_not_sent_it(floor, meta):
    answer = fetch(floor, meta, **{"If-None-Match": f'"{meta["sha256"]}"'})
    assert (answer.status_code, answer.content) == (304, b"")


def test_its_head_says_how_long_it_is(floor, meta, image):
    path = meta["download_url"].removeprefix("/api/v1")
    answer = floor.client.head(path, headers=floor.headers("ST-04"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(image))


@pytest.mark.parametrize(
    "path",
    [
        *("PSA/..%2F..%2Fsecret", "..%2F..%2Fetc/v1.0.0", "PSA/v1.0.0%2F..%2Fv1.0.0", "psa/v1.0.0"),
        *("PSA/v1.0.0%00", "PSA/latest", "%2Fetc/passwd", "PSA/v99.0.0"),
    ],
)
def test_names_lead_to_released_images_and_nowhere_else(floor, path):
    for rest in ("", "/image"):
        answer = floor.get(f"/firmware/{path}{rest}", "ST-04")
        assert refused(answer)[0] == 404, answer.text


def test_who_may_not_see_firmware_does_not(floor, meta):
    for who in ("viewer", "worker"):
        assert refused(fetch(floor, meta, who)) == (403, "FORBIDDEN")
