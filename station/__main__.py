"""`python -m station` is `neurohub-station`."""

from station.app import main

raise SystemExit(main())
