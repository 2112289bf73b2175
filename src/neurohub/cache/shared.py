"""L2: values shared by all workers in Redis. Every failure reads as a miss.

Redis may be gone, hung, full, flushed or filled with rubbish: calls end after 0.1 s, a breaker spares the
rest, and a value counts only under its keyed digest.
"""

import hashlib
from typing import Final

from redis.exceptions import RedisError

from neurohub.cache.breaker import Breaker
from neurohub.cache.connect import Client, Closes, connect

PREFIX: Final = "nh:"
_DIGEST_BYTES: Final = 16


class SharedCache:
    """Bytes by key in Redis, or nothing at all when `url` is None."""

    def __init__(self, url: str | None, secret: str) -> None:
        self._key = hashlib.sha256(b"cache digest" + secret.encode()).digest()
        self.breaker = Breaker()
        self._redis: Client | None = None
        self._closing: list[Closes] = []
        if url is not None:
            self._redis, self._closing = connect(url)

    async def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, None when there is nothing to trust."""
        if self._redis is None or self.breaker.is_open:
            return None
        try:
            found = await self._redis.get(PREFIX + key)
        except (RedisError, OSError, TimeoutError):
            self.breaker.failed()
            return None
        self.breaker.succeeded()
        return self._unsealed(key, found) if isinstance(found, bytes) else None

    async def put(self, key: str, value: bytes, ttl_s: float) -> None:
        """Keep `value` under `key` for `ttl_s` seconds, if Redis can."""
        if self._redis is None or self.breaker.is_open:
            return
        try:
            await self._redis.set(
                PREFIX + key, self._digest(key, value) + value, px=max(1, int(ttl_s * 1000))
            )
        except (RedisError, OSError, TimeoutError):
            self.breaker.failed()
        else:
            self.breaker.succeeded()

    async def is_reachable(self) -> bool | None:
        """Say whether Redis answers; None when there is none. For health, past the breaker."""
        if self._redis is None:
            return None
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError, TimeoutError):
            return False

    async def close(self) -> None:
        for each in self._closing:
            await each.aclose()

    def _digest(self, key: str, value: bytes) -> bytes:
        return hashlib.blake2b(
            key.encode() + b"\0" + value, key=self._key, digest_size=_DIGEST_BYTES
        ).digest()

    def _unsealed(self, key: str, sealed: bytes) -> bytes | None:
        value = sealed[_DIGEST_BYTES:]
        return value if sealed[:_DIGEST_BYTES] == self._digest(key, value) else None
