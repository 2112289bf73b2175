"""What needs Prometheus' programs runs where they are installed, and always where Debian's servers are asked for."""

import os
import sys
from pathlib import Path

from observability import stack

sys.path.insert(0, str(Path(__file__).parents[1] / "architecture"))  # the tree as its tests see it

_ASKED = os.environ.get("NEUROHUB_TEST_SERVERS") == "debian"
collect_ignore = [] if _ASKED or not stack.missing() else ["real"]
