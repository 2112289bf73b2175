"""The operator station: scan, do, done. Imports `neurohub.contract` and nothing else of the service."""
