"""Devices without hardware, for `neurohub-station --simulate` and tests. Each is pressed by plain methods."""
