"""Tests of servers from Debian's packages run where they are installed, and always in `just test-debian`."""

import os
from pathlib import Path

_ASKED = os.environ.get("NEUROHUB_TEST_SERVERS") == "debian"
_NEEDED = {
    "test_nginx_served.py": ["/usr/sbin/nginx"],
    "test_nginx_rolling.py": ["/usr/sbin/nginx"],
    "test_onprem_servers.py": [
        "/usr/sbin/nginx",
        "/usr/sbin/nft",
        "/usr/sbin/chronyd",
        "/usr/sbin/logrotate",
        "/usr/bin/redis-server",
        "/usr/bin/systemd-analyze",
        "/usr/bin/amtool",
        "/usr/bin/promtool",
    ],
}
collect_ignore = [
    name
    for name, programs in _NEEDED.items()
    if not _ASKED and not all(Path(program).exists() for program in programs)
]
