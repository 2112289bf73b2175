"""What a generator says to `load` each second. Apart, as importing the generator replaces the sockets."""

from msgspec import Struct


class Tick(Struct, frozen=True, kw_only=True):
    """What has been so far: totals since the start of the generator."""

    users: int
    requests: int
    errors: int
    total_ms: float
