"""Watching the plant: aims, rules, alerts and boards as code. Not the metrics themselves: `neurohub.telemetry`."""
