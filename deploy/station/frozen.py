"""Where the frozen program begins: PyInstaller wants a file that is run."""

from station.app import main

raise SystemExit(main())
