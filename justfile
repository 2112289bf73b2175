# What can be done with this tree. `python3 deploy/bootstrap.py RECIPE` sets up `.venv` first; `just RECIPE`
# needs it set up. Recipes are single commands without shell tricks, so that they run on Windows too.

set windows-shell := ["powershell.exe", "-NoLogo", "-NoProfile", "-Command"]

bin := justfile_directory() / ".venv" / (if os_family() == "windows" { "Scripts" } else { "bin" })
separator := if os_family() == "windows" { ";" } else { ":" }
export PATH := bin + separator + env("PATH")
compile := "uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade"

# list the recipes
default:
    @just --justfile "{{ justfile() }}" --list --unsorted

# --- use

# bring .venv to what the locks say
setup:
    @python deploy/bootstrap.py setup

# start the service with its database, cache and demo data (Ctrl-C stops it)
[unix]
[no-exit-message]
up *ARGS:
    @exec neurohub up {{ ARGS }}

# start the service with its database, cache and demo data (Ctrl-C stops it)
[windows]
[no-exit-message]
up *ARGS:
    @neurohub up {{ ARGS }}

# stop what `up` started
down *ARGS:
    @neurohub down {{ ARGS }}

# forget all data of `up` (asks first)
reset *ARGS:
    @neurohub reset {{ ARGS }}

# bring the database (of `up`, or at DATABASE_URL) to this version
migrate *ARGS:
    @neurohub migrate {{ ARGS }}

# put demo data into the database (of `up`, or at DATABASE_URL)
seed *ARGS:
    @neurohub seed {{ ARGS }}

# say what is wrong with this installation
doctor *ARGS:
    @neurohub doctor {{ ARGS }}

# Prometheus, Alertmanager, exporters and (where installed) Grafana beside what `up` started (Debian)
[unix]
[no-exit-message]
observe *ARGS:
    @exec neurohub-observe up {{ ARGS }}

# build the dashboard into the package (set-up does it too, when its sources have changed)
dashboard:
    @python deploy/build_dashboard.py

# the dashboard from its sources, renewed as they change, for the service that `up` started
[no-exit-message]
dashboard-dev *ARGS:
    @python deploy/build_dashboard.py run --silent dev -- {{ ARGS }}

# npm, in the dashboard's sources
npm *ARGS:
    @python deploy/build_dashboard.py {{ ARGS }}

# draw the pages of the dashboard for its README, in both languages and themes (2 minutes)
dashboard-pictures:
    @python deploy/debian_screen.py python tests/draw_dashboard.py

# the card of command barcodes for the stations, as a page to print
card TARGET="command-card.html" *BRIEFING:
    @python -m station.card {{ TARGET }} {{ BRIEFING }}

# pictures of what an operator sees, without service or hardware (or --all FOLDER)
station-pictures *ARGS:
    @python -m station.pictures {{ ARGS }}

# the operator station as a folder without Python, for PCs that are set up by copying
station-freeze *ARGS:
    @python deploy/station/freeze.py {{ ARGS }}

# the program of an operator station; --simulate plays scanner, rig, gauge and printer
station *ARGS:
    @python -m station {{ ARGS }}

# --- prove

# the everyday tests, on the embedded PostgreSQL and Valkey (under 10 minutes)
test *ARGS:
    python deploy/debian_screen.py python -m pytest -m "not long" {{ ARGS }}

# every test, the long ones too
test-all *ARGS:
    python deploy/debian_screen.py python -m pytest {{ ARGS }}

# the everyday tests on PostgreSQL 15 and Redis 7 from Debian's packages
test-debian *ARGS:
    python deploy/debian_screen.py python deploy/debian_servers.py python -m pytest -m "not long" {{ ARGS }}

# what CI runs (and then `test-debian`)
check: lint types imports test

# style and form, without changing anything
lint:
    ruff check
    ruff format --check

# static types
types:
    mypy
    mypy deploy
    python deploy/build_dashboard.py run --silent check

# the rooms import downward only; limits, locks and documents hold
imports:
    python -m pytest -q tests/architecture

# what a scanner (checkov) objects to in deploy/aws, beyond what its .checkov.yaml gives a reason for
scan-aws *ARGS:
    uv run --quiet --isolated --no-project --with-requirements requirements-scan.txt checkov --config-file deploy/aws/.checkov.yaml -d deploy/aws {{ ARGS }}

# a load scenario (a normal hour, or --scenario NAME) against what `up` started; fails when it does not hold
load *ARGS:
    python -m bench.load {{ ARGS }}

# two reports of `load` side by side, with ratios
compare-reports BEFORE AFTER:
    python -m bench.compare_reports {{ BEFORE }} {{ AFTER }}

# the service beside itself without coalescing, pgbench, and FastAPI + SQLAlchemy + Uvicorn, in turns (8 minutes)
bench-compare *ARGS:
    python -m bench.compare {{ ARGS }}

# do answers take longer when the tables are large? 10,000 steps beside 1,000,000 (2 minutes; or --to 10000000)
growth *ARGS:
    python -m bench.growth {{ ARGS }}

# what each of the customer's deployments carries: step load, knee, law, sizing table (or --from REPORT)
capacity *ARGS:
    python -m bench.capacity {{ ARGS }}

# write deploy/cost.md anew: what each deployment costs and carries
cost *ARGS:
    python -m bench.cost {{ ARGS }}

# a flame graph of the busiest worker under load (py-spy; Linux asks for root or ptrace_scope 0)
profile *ARGS:
    python -m bench.profile {{ ARGS }}

# what the pieces of a scan cost, compared with the last run (kept in .benchmarks)
bench *ARGS:
    python -m pytest bench/micro --benchmark-autosave --benchmark-compare -W ignore::pytest_benchmark.logger.PytestBenchmarkWarning --benchmark-columns=median,iqr,ops {{ ARGS }}

# --- change

# put the code in form
fmt:
    ruff check --fix
    ruff format

# resolve the dependencies anew into the hash-pinned locks
lock:
    {{ compile }} --group tools -o requirements-tools.txt
    {{ compile }} pyproject.toml -o requirements.txt
    {{ compile }} pyproject.toml --extra embedded --extra station --group bench --group observe --group dev --constraint requirements.txt -o requirements-dev.txt
    {{ compile }} --group peers -o requirements-peers.txt
    {{ compile }} --group scan -o requirements-scan.txt
