"""The peer: start and complete of a step as a plain FastAPI + SQLAlchemy + Uvicorn service, for `bench-compare`.

Written the way the documentation of its libraries teaches, to be an honest yardstick: see decision 0020. It runs
in an environment of its own (requirements-peers.txt) and shares no code with the service.
"""
