"""Telemetry: what the service says about itself. Log lines and metrics; no business rule reads them."""
