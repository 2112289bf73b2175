"""From REDIS_URL to a client: one server, one behind sentinels, or a cluster. Connects to nothing yet.

    redis://HOST:PORT/0   rediss://...   unix://PATH                 one server
    redis+sentinel://HOST:26379,HOST:26379,HOST:26379/NAME          whichever server the sentinels call NAME's primary
    redis+cluster://HOST:6379,HOST:6379                             the cluster that these belong to

`rediss+...` speaks TLS, USER:PASSWORD@ is for the servers, not the sentinels. Who calls it: `shared`.
"""

from collections.abc import Awaitable
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

TIMEOUT_S: Final = 0.1
_PORTS: Final = {"sentinel": 26379, "cluster": 6379}


class Client(Protocol):
    """What the cache asks of a client; a server and a cluster both offer it."""

    def get(self, name: str) -> Awaitable[Any]: ...
    def set(self, name: str, value: bytes, *, px: int) -> Awaitable[Any]: ...
    def ping(self) -> Awaitable[Any]: ...


class Closes(Protocol):
    """What has connections of its own to close."""

    async def aclose(self) -> None: ...


def connect(url: str) -> tuple[Client, list[Closes]]:
    """Return a client that waits 0.1 s and repeats nothing, and what is to be closed after use."""
    scheme, _, kind = urlsplit(url).scheme.partition("+")
    if kind == "":
        server: Redis = Redis.from_url(url, max_connections=16, **_patience())
        return server, [server]
    options = _patience() | _login(url) | {"max_connections": 16, "ssl": scheme == "rediss"}
    if kind == "cluster":
        cluster = RedisCluster(startup_nodes=[ClusterNode(*one) for one in addresses(url)], **options)
        return cluster, [cluster]
    sentinels: Any = Sentinel(addresses(url), sentinel_kwargs=_patience() | {"ssl": scheme == "rediss"})  # type: ignore[no-untyped-call]
    primary: Redis = sentinels.master_for(urlsplit(url).path.strip("/"), **options)
    return primary, [primary, sentinels]


def addresses(url: str) -> list[tuple[str, int]]:
    """Return the hosts and ports that `url` lists."""
    parts = urlsplit(url)
    port = _PORTS[parts.scheme.partition("+")[2]]
    listed = parts.netloc.rpartition("@")[2].split(",")
    return [(one.hostname or "", one.port or port) for one in (urlsplit(f"//{each}") for each in listed)]


def _login(url: str) -> dict[str, str]:
    user, _, password = urlsplit(url).netloc.rpartition("@")[0].partition(":")
    named = {"username": unquote(user), "password": unquote(password)}
    return {key: text for key, text in named.items() if text}


def _patience() -> dict[str, Any]:
    """Return new options each time: a retry belongs to one client."""
    return {
        "socket_timeout": TIMEOUT_S,
        "socket_connect_timeout": TIMEOUT_S,
        "retry": Retry(NoBackoff(), 0),
    }
