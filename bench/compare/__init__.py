"""Side by side, in turns: the service, the service without coalescing, pgbench, and a FastAPI service (`bench/peers`).

Read `__main__`, then `turns`, then `measure`. Not `bench.compare_reports`, which compares two reports of a load.
"""
