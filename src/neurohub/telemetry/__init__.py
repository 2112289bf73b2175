"""Telemetry: what the service says about itself. Log lines, metrics and traces; no business rule reads them."""
