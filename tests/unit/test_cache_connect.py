"""REDIS_URL names one server, sentinels or a cluster; whatever it names is not waited for."""

import pytest

from neurohub.cache.connect import TIMEOUT_S, addresses, connect
from neurohub.settings import SettingsError, read

NEEDED = {"DATABASE_URL": "postgresql://", "SECRET_KEY": "k" * 32}


@pytest.mark.parametrize(
    "url",
    [
        "redis://cache:6379/0",
        "rediss://:word@cache:6379",
        "unix:///run/valkey.sock",
        "redis+sentinel://a,b:26380,c/plant",
        "rediss+sentinel://user:word@a:26379/plant",
        "redis+cluster://a:7000,b:7001",
    ],
)
def test_a_client_is_made_without_asking_anybody(url: str) -> None:
    assert read(NEEDED | {"REDIS_URL": url}).redis_url == url
    client, closing = connect(url)
    assert client in closing


@pytest.mark.parametrize(
    "url", ["http://cache", "redis://", "redis+sentinel://a,b", "redis+sentinel://a/b/c", "redis+ring://a"]
)
def test_what_names_no_server_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="REDIS_URL"):
        read(NEEDED | {"REDIS_URL": url})


def test_a_list_of_hosts_is_read_with_the_usual_ports() -> None:
    assert addresses("redis+sentinel://u:p@a,b:1/plant") == [("a", 26379), ("b", 1)]
    assert addresses("redis+cluster://[::1]:7000,b") == [("::1", 7000), ("b", 6379)]


def test_neither_the_servers_nor_the_sentinels_are_waited_for() -> None:
    client, _ = connect("redis+sentinel://user:w%40rd@a,b/plant")
    pool = client.connection_pool
    assert pool.service_name == "plant"
    assert (pool.connection_kwargs["username"], pool.connection_kwargs["password"]) == ("user", "w@rd")
    for asked in (pool, *(sentinel.connection_pool for sentinel in pool.sentinel_manager.sentinels)):
        assert asked.connection_kwargs["socket_timeout"] == TIMEOUT_S
        assert asked.connection_kwargs["socket_connect_timeout"] == TIMEOUT_S
        assert asked.connection_kwargs["retry"].get_retries() == 0
