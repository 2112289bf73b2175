"""Firmware over HTTP: release, describe, refuse. Downloads are in `test_firmware_download`."""

import contextlib
import hashlib
import http.client
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from neurohub.contract.firmware import FIRMWARE_MAX_BYTES
from support.firmware import fetch, image_of, new_model, release, released, sha256
from support.problems import refused


def test_a_release_is_described_by_what_its_bytes_are(floor):
    image = image_of(3_000_001)
    meta = released(floor, image, "v2.10.3")
    assert meta["version"] == "v2.10.3"
    assert meta["size_bytes"] == 3_000_001
    assert meta["sha256"] == sha256(image)
    assert meta["md5"] == hashlib.md5(image, usedforsecurity=False).hexdigest()
    assert meta["download_url"] == f"/api/v1/firmware/{meta['model']}/v2.10.3/image"
    read = floor.get(f"/firmware/{meta['model']}/v2.10.3", "ST-04")
    assert read.json() == meta
    assert read.headers["etag"]


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_an_idempotency_key_that_is_none_is_refused_as_in_other_creates(floor, key):
    model = new_model(floor)
    answer = release(floor, model, "v1.0.0", image_of(10), **{"Idempotency-Key": key})
    assert refused(answer) == (400, "INVALID_REQUEST")
    assert floor.get("/firmware/latest", "ST-04", model=model).status_code == 404


def test_the_latest_is_what_was_released_last(floor):
    model = new_model(floor)
    assert refused(floor.get("/firmware/latest", "ST-04", model=model)) == (404, "FIRMWARE_NOT_FOUND")
    for version in ("v1.9.0", "v1.10.0"):
        assert release(floor, model, version, image_of(100)).status_code == 201
        latest = floor.get("/firmware/latest", "ST-04", model=model)
        assert latest.json()["version"] == version
    held = {"If-None-Match": latest.headers["etag"]}
    again = floor.client.get(
        "/firmware/latest", params={"model": model}, headers=floor.headers("ST-04") | held
    )
    assert (again.status_code, again.content) == (304, b"")
    listed = floor.get("/firmware", "manager", model=model).json()["items"]
    assert [item["version"] for item in listed] == ["v1.10.0", "v1.9.0"]


def test_pages_of_the_list_hold_everything_once(floor):
    model = new_model(floor)
    versions = [f"v1.{minor}.0" for minor in range(12)]
    for version in versions:
        release(floor, model, version, b"x")
    found, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = floor.get("/firmware", "manager", model=model, limit=5, **more).json()
        found += [item["version"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert found == versions[::-1]


def test_the_same_version_with_the_same_bytes_gets_the_same_answer(floor, sql):
    image = image_of(5000)
    meta = released(floor, image)
    again = release(floor, meta["model"], meta["version"], image)
    assert (again.status_code, again.json()) == (201, meta)
    rows = sql("select count(*) from audit where object = 'firmware' and key = %s", f"{meta['model']}/v1.0.0")
    assert rows.fetchone() == (1,)


def test_the_same_version_with_other_bytes_is_a_conflict(floor):
    meta = released(floor, image_of(5000, seed=1))
    other = release(floor, meta["model"], meta["version"], image_of(5000, seed=2))
    assert refused(other) == (409, "CONFLICT")
    assert sha256(fetch(floor, meta).content) == meta["sha256"]


def test_an_older_version_is_not_released_after_a_newer_one(floor):
    meta = released(floor, b"new", "v1.2.0")
    assert refused(release(floor, meta["model"], "v1.1.9", b"old")) == (409, "CONFLICT")
    assert refused(fetch(floor, meta | {"download_url": meta["download_url"].replace("v1.2.0", "v1.1.9")}))[
        0
    ] == (404)


def test_of_ten_who_release_one_version_with_different_bytes_one_wins(floor):
    model = new_model(floor)
    floor.headers("admin")
    images = [image_of(200_000, seed) for seed in range(10)]
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda image: release(floor, model, "v1.0.0", image), images))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    (won,) = [answer.json() for answer in answers if answer.status_code == 201]
    assert sha256(fetch(floor, won).content) == won["sha256"]


def test_a_key_makes_a_release_repeatable_and_names_one_command(floor):
    model, key = new_model(floor), {"Idempotency-Key": uuid4().hex}
    first = release(floor, model, "v1.0.0", b"image", **key)
    again = release(floor, model, "v1.0.0", b"image", **key)
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"
    assert refused(release(floor, model, "v1.0.1", b"image", **key)) == (422, "EVENT_ID_REUSED")


def test_a_release_is_audited_announced_and_asked_for_by_process_4(floor, sql):
    meta = released(floor, b"image", "v3.0.0")
    (line,) = sql(
        "select line from alert where cause = %s", f"FIRMWARE_UPDATE:{meta['model']}/v3.0.0"
    ).fetchone()
    assert line is None
    actor = sql("select actor from audit where object = 'firmware' and key = %s", f"{meta['model']}/v3.0.0")
    assert actor.fetchone() == ("user:admin",)


@pytest.mark.parametrize(
    ("model", "version"),
    [
        *(
            ("PSA", version)
            for version in ("1.0.0", "v1.0", "v01.0.0", "v1.0.0\n", "v1.0.100000", "", "../x")
        ),
        *((model, "v9.0.0") for model in ("psa", "PS", "../", "PSA/", "", "PSAA")),
    ],
)
def test_what_is_no_name_is_refused(floor, model, version):
    assert refused(release(floor, model, version, b"x")) == (400, "INVALID_REQUEST")


def test_firmware_of_an_unknown_model_is_refused(floor):
    assert refused(release(floor, "AAA", "v1.0.0", b"x")) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "form",
    [
        {"data": {"model": "PSA", "version": "v9.0.0"}, "files": {"other": b"x"}},
        {"data": {"model": "PSA"}, "files": {"file": b"x"}},
        {"data": {"model": "PSA", "version": "v9.0.0"}, "files": {"file": b""}},
        {"data": {"model": "PSA", "version": ["v9.0.0", "v9.0.1"]}, "files": {"file": b"x"}},
        {"data": {"model": "PSA", "version": "v9.0.0", "more": "x"}, "files": {"file": b"x"}},
        {"data": {"model": "PSA", "version": "v" * 5000}, "files": {"file": b"x"}},
        {"content": b"nothing", "headers": {"content-type": "multipart/form-data; boundary=a"}},
        {"content": b"--a\r\n", "headers": {"content-type": "multipart/form-data; boundary=a"}},
        {"content": b"--a--\r\n", "headers": {"content-type": "multipart/form-data; boundary=a"}},
        {"content": b"", "headers": {"content-type": "multipart/form-data"}},
    ],
    ids=str,
)
def test_what_is_no_such_form_is_refused(floor, form):
    headers = floor.headers("admin") | form.pop("headers", {})
    assert refused(floor.client.post("/firmware", headers=headers, **form)) == (400, "INVALID_REQUEST")


def test_firmware_comes_as_a_form_and_all_else_as_json(floor):
    as_json = floor.client.post("/firmware", json={}, headers=floor.headers("admin"))
    assert as_json.status_code == 415
    assert as_json.headers["accept"] == "multipart/form-data"
    as_form = floor.client.post("/lots", files={"file": b"x"}, headers=floor.headers("admin"))
    assert as_form.status_code == 415
    assert as_form.headers["accept"] == "application/json"


def test_too_large_is_said_before_the_body_is_read(floor):
    link = http.client.HTTPConnection(floor.client.base_url.netloc.decode(), timeout=10)
    link.putrequest("POST", "/api/v1/firmware")
    sent = {"Content-Type": "multipart/form-data; boundary=a", "Content-Length": str(FIRMWARE_MAX_BYTES * 2)}
    for name, value in (floor.headers("admin") | sent).items():
        link.putheader(name, value)
    link.endheaders()  # and not one byte of the body
    with contextlib.closing(link.getresponse()) as answer:
        assert answer.status == 413
    link.close()


def test_too_large_is_noticed_on_the_way_when_it_was_not_said(floor):
    def body():
        yield b'--a\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        for _ in range(66):
            yield bytes(1024 * 1024)

    headers = floor.headers("admin") | {"content-type": "multipart/form-data; boundary=a"}
    assert refused(floor.client.post("/firmware", content=body(), headers=headers)) == (413, "TOO_LARGE")


def test_the_largest_image_passes(floor):
    image = bytes(FIRMWARE_MAX_BYTES)
    meta = released(floor, image)
    assert fetch(floor, meta).content == image


def test_only_admins_release(floor):
    for who in ("viewer", "worker", "manager", "ST-04"):
        assert refused(release(floor, "PSA", "v9.0.0", b"x", who)) == (403, "FORBIDDEN")
