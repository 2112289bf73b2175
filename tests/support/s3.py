"""An S3 of the tests: moto's server on loopback, with one bucket; and the keys that lead to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "firmware"
REGION = "ap-northeast-2"


@contextmanager
def running() -> Iterator[dict[str, str]]:
    """Serve; yield the environment of a service that keeps its firmware there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}",
        "AWS_REGION": REGION,
    }
    try:
        client(keys).create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield keys | {"USE_S3": "true", "S3_BUCKET": BUCKET}
    finally:
        server.stop()


def client(keys: dict[str, str]):
    return boto3.client(
        "s3",
        endpoint_url=keys["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )


@contextmanager
def reached(keys: dict[str, str]) -> Iterator[None]:
    """Let this process reach it too: the keys of AWS are in the environment."""
    before = dict(os.environ)
    os.environ.update(keys)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
