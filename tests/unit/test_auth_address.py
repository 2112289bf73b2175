"""Where a request comes from: the peer, unless a proxy here, or one that the settings name, says otherwise."""

from ipaddress import ip_network

import pytest

from neurohub.http.who import client_address
from neurohub.settings import SettingsError, read


def scope(peer, *forwarded):
    return {"client": peer, "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded]}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (("192.168.1.9", 1), (), "192.168.1.9"),
        (("192.168.1.9", 1), ("10.0.0.1",), "192.168.1.9"),
        (("127.0.0.1", 1), ("10.0.0.1",), "10.0.0.1"),
        (("::1", 1), ("10.0.0.1",), "10.0.0.1"),
        (("127.0.0.1", 1), ("6.6.6.6, 10.0.0.1",), "10.0.0.1"),
        (("127.0.0.1", 1), ("6.6.6.6", "10.0.0.1"), "10.0.0.1"),
        (None, ("10.0.0.1",), "10.0.0.1"),
        (("", 0), ("10.0.0.1",), "10.0.0.1"),
        (("127.0.0.1", 1), (), "127.0.0.1"),
        (("127.0.0.1", 1), ("nonsense",), "unknown"),
        (None, (), "unknown"),
        (("2001:db8::1", 1), (), "2001:db8::/64"),
        (("2001:db8::2", 1), (), "2001:db8::/64"),
    ],
)
def test_only_a_proxy_here_is_believed_and_only_its_last_hop(peer, forwarded, address):
    assert client_address(scope(peer, *forwarded)) == address


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("10.0.1.7", "203.0.113.9"),
        ("10.0.2.7", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9"),
        ("10.0.10.7", "10.0.10.7"),
        ("2001:db8::1", "2001:db8::/64"),
    ],
)
def test_a_load_balancer_is_believed_where_the_settings_say_it_stands(peer, address):
    networks = [ip_network("10.0.1.0/24"), ip_network("10.0.2.0/24")]
    assert client_address(scope((peer, 1), "6.6.6.6, 203.0.113.9"), networks) == address


def test_the_settings_name_networks_or_are_refused():
    needed = {"DATABASE_URL": "postgresql://", "SECRET_KEY": "k" * 32}
    assert read(needed).proxies == ()
    found = read(needed | {"NEUROHUB_TRUSTED_PROXIES": "10.0.1.0/24, 10.0.2.0/24"}).proxies
    assert found == (ip_network("10.0.1.0/24"), ip_network("10.0.2.0/24"))
    with pytest.raises(SettingsError, match="NEUROHUB_TRUSTED_PROXIES"):
        read(needed | {"NEUROHUB_TRUSTED_PROXIES": "10.0.1.7/24"})
