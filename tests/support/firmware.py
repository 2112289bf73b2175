"""Firmware of tests: images, models of their own, releases."""

import hashlib
import itertools
import random
import string

from support.master import add

_letters = itertools.product("QXZ", string.ascii_uppercase, string.ascii_uppercase)


def image_of(size, seed=1):
    """Return `size` bytes that look like nothing else."""
    return random.Random(seed).randbytes(size)


def new_model(floor):
    """Return a model that nothing is released for."""
    while True:
        code = "".join(next(_letters))
        if floor.get(f"/models/{code}", "manager").status_code == 404:
            return add(floor, "/models", {"code": code, "name": code})["code"]


def release(floor, model, version, image, who="admin", **headers):
    return floor.client.post(
        "/firmware",
        data={"model": model, "version": version},
        files={"file": ("firmware.bin", image)},
        headers=floor.headers(who) | headers,
    )


def released(floor, image, version="v1.0.0"):
    """Release `image` for a new model; return its description."""
    answer = release(floor, new_model(floor), version, image)
    assert answer.status_code == 201, answer.text
    return answer.json()


def fetch(floor, meta, who="ST-04", **headers):
    path = meta["download_url"].removeprefix("/api/v1")
    return floor.client.get(path, headers=floor.headers(who) | headers)


def sha256(data):
    return hashlib.sha256(data).hexdigest()
