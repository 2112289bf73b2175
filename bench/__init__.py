"""Load proof: users against a running service, measured, judged and compared with the database.

Imports `neurohub.contract` alone. Who calls it: `just load` (`python -m bench.load`).
"""
