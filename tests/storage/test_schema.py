"""The schema: equal to its migrations, mapped to codes, and migrated twice without effect."""

import re
from importlib import resources

import catalog
import psycopg
import pytest

from neurohub.contract.problems import Code
from neurohub.storage.errors import CONSTRAINTS
from neurohub.storage.migrate import ensure_partitions, migrate
from support import databases

SQL = resources.files("neurohub") / "sql"
INTERNAL = {"LIMITS_CHANGED"}  # answered by the service itself: it judges again

# Constraints that no input of a client can meet: each guards our own code, by what is said beside it.
GUARDS = {
    "plant_pkey",  # one row, seeded
    "plant_has_one_row",
    "line_daily_target_is_positive",  # ranges of these are in the commands
    "process_pkey",  # the eight are seeded
    "process_is_one_to_eight",
    "process_code_is_unique",
    "process_scan_is_wip_or_serial",
    "process_standard_is_positive",
    "route_has_one_row_per_model_and_process",  # written by upsert
    "defect_code_process_fkey",  # a process is 1..8 in the command
    "route_process_fkey",  # the process is in the path and was found
    "route_standard_is_positive",
    "limit_set_pkey",
    "printer_dpi_is_203_or_300",
    "printer_kinds_are_known",
    "station_processes_are_one_to_eight",
    "station_beat_pkey",  # written by upsert
    "station_beat_station_fkey",  # the caller is one
    "firmware_model_fkey",  # looked up first, under a lock
    "firmware_version_matches_its_numbers",
    "person_role_is_known",
    "person_locale_is_known",
    "refresh_token_pkey",  # random
    "revoked_family_pkey",  # written by upsert
    "login_failure_is_counted_once",
    "lot_counter_is_one_per_month",  # written by upsert
    "lot_counter_ends_at_999",  # the upsert stops there
    "lot_pkey",
    "lot_line_fkey",  # looked up first
    "lot_model_fkey",
    "lot_number_is_unique",  # the counter row is locked
    "lot_shift_is_day_or_night",
    "lot_target_is_one_to_hundred",
    "lot_units_within_target",
    "lot_ended_within_units",
    "lot_status_is_known",
    "unit_lot_id_fkey",
    "unit_is_one_row",
    "unit_sequence_is_one_to_hundred",
    "unit_status_is_known",
    "unit_passed_process_is_zero_to_eight",
    "unit_passed_after_process_eight",
    "unit_reworks_at_most_three_times",
    "unit_opens_the_due_process",
    "unit_open_step_is_whole",
    "unit_open_step_is_in_progress",
    "board_pkey",  # looked up first, under a lock
    "component_is_one_per_kind",  # written by upsert
    "defect_pkey",
    "defect_status_is_known",
    "defect_is_open_once_per_unit",
    "history_is_one_row_per_event",
    "history_kind_is_known",
    "event_key_pkey",  # on conflict do nothing
    "day_count_is_one_per_writer",  # written by upsert
    "idempotency_key_is_used_once",  # on conflict do nothing
    "print_job_pkey",
    "print_job_printer_fkey",  # looked up first
    "print_job_kind_is_known",
    "print_job_status_is_known",
    "alert_pkey",
    "alert_is_raised_once_per_cause",  # written by upsert
    "alert_severity_is_known",
    "audit_pkey",
    "job_pkey",  # seeded
}


@pytest.fixture(scope="module")
def schema_url(servers_url):
    """A database made from `sql/schema` and `sql/functions`, as the migration would order them."""
    url = databases.with_name(servers_url.database_url, "from_schema")
    with psycopg.connect(servers_url.database_url, autocommit=True) as connection:
        connection.execute("create database from_schema")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((SQL / "roles.sql").read_text())
    with psycopg.connect(url, options="-c role=neurohub_owner -c search_path=neurohub") as connection:
        for text in _truth():
            connection.execute(text)
    ensure_partitions(url)
    yield url
    with psycopg.connect(servers_url.database_url, autocommit=True) as connection:
        connection.execute("drop database from_schema with (force)")


def _truth():
    schema = sorted((SQL / "schema").iterdir(), key=lambda p: p.name)
    functions = sorted((SQL / "functions").iterdir(), key=lambda p: p.name)
    last = [p for p in schema if p.name.startswith("9")]
    return [p.read_text() for p in [*(p for p in schema if p not in last), *functions, *last]]


@pytest.mark.parametrize("part", sorted(catalog.PARTS))
def test_schema_equals_migrations(schema_url, module_database_url, part):
    assert catalog.of(module_database_url)[part] == catalog.of(schema_url)[part]


def test_migrating_again_does_nothing(module_database_url):
    before = catalog.of(module_database_url)
    assert migrate(module_database_url) == []
    assert catalog.of(module_database_url) == before


def test_every_constraint_is_mapped_to_a_code_or_guards_our_own_code(module_database_url):
    names = catalog.constraint_names(module_database_url)
    assert names - CONSTRAINTS.keys() - GUARDS == set()


def test_every_mapped_or_guarding_constraint_is_in_the_database(module_database_url):
    names = catalog.constraint_names(module_database_url)
    assert (CONSTRAINTS.keys() | GUARDS) - names == set()
    assert CONSTRAINTS.keys() & GUARDS == set()


def _raised_codes():
    text = "\n".join(path.read_text() for path in (SQL / "functions").iterdir())
    raised = re.findall(r"\brefused?\(\s*'([A-Z_]+)'", text)
    return set(raised) | set(re.findall(r"a\.code := '([A-Z_]+)'", text))


def test_every_code_raised_in_sql_is_a_code_of_the_contract():
    raised = _raised_codes()
    assert len(raised) > 15
    assert raised - INTERNAL <= set(Code)


def test_quarters_to_come_have_their_partitions(owner):
    found = owner.execute("select count(*) from pg_inherits where inhparent = 'history'::regclass").fetchone()
    assert found[0] >= 6


def test_scan_that_no_quarter_covers_is_kept(owner):
    rest = owner.execute("select pg_get_expr(relpartbound, oid) from pg_class where relname = 'history_rest'")
    assert rest.fetchone()[0] == "DEFAULT"
