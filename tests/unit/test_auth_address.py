"""Where a request comes from: the peer, unless a proxy on this machine says otherwise."""

import pytest

from neurohub.http.who import client_address


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
