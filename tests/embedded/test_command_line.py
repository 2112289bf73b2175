"""Commands on a database that somebody else runs, and what they refuse before anything is started."""

import psycopg
import pytest

from support import databases
from support.command import run, up


@pytest.fixture
def elsewhere(environment, servers_url):
    """The environment of a machine whose database is not ours to make."""
    with databases.copy(servers_url.database_url) as url:
        yield environment | {"DATABASE_URL": url, "SECRET_KEY": "-" * 32}


def _people(environment):
    with psycopg.connect(environment["DATABASE_URL"], options="-c search_path=neurohub") as connection:
        return {name for (name,) in connection.execute("select username from person")}


def test_serve_refuses_a_database_that_was_not_migrated(environment, servers_url):
    empty = databases.with_name(servers_url.database_url, "postgres")
    refused = run(environment | {"DATABASE_URL": empty, "SECRET_KEY": "-" * 32}, "serve")
    assert refused.returncode == 1
    assert "run `neurohub migrate`" in refused.stderr


def test_serve_refuses_a_login_that_may_not_act_for_the_service(elsewhere):
    with psycopg.connect(elsewhere["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("drop role if exists stranger")
        connection.execute("create role stranger login password 'stranger' in role neurohub_report")
        connection.execute("grant select on all tables in schema neurohub to stranger")
        info = connection.info
        url = f"postgresql://stranger:stranger@/{info.dbname}?host={info.host}&port={info.port}"
    refused = run(elsewhere | {"DATABASE_URL": url}, "serve")
    assert refused.returncode == 1
    assert "grant neurohub_app to the login" in refused.stderr


@pytest.mark.parametrize(("words", "seeds"), [((), False), (("--demo",), True)])
def test_up_seeds_the_database_of_others_only_when_told_to(elsewhere, words, seeds):
    with psycopg.connect(elsewhere["DATABASE_URL"], options="-c search_path=neurohub") as connection:
        connection.execute("update person set username = 'only' where username = 'viewer'")
    before = _people(elsewhere)
    with up(elsewhere, *words):
        assert ("viewer" in _people(elsewhere)) is seeds
    assert before <= _people(elsewhere)


def test_a_badge_is_given_taken_back_and_held_by_one_person(elsewhere):
    given = run(elsewhere, "user", "badge", "worker", said=" kr-0001\n")
    assert (given.returncode, given.stdout) == (0, "Gave worker the badge.\n")
    taken = run(elsewhere, "user", "badge", "manager", said="KR-0001\n")
    assert "Somebody else who is active holds this badge" in taken.stderr
    assert "This is no badge" in run(elsewhere, "user", "badge", "worker", said="a\n").stderr
    assert "There is no user" in run(elsewhere, "user", "badge", "nobody", said="KR-0002\n").stderr
    assert run(elsewhere, "user", "badge", "worker", said="\n").stdout == "worker has no badge now.\n"


def test_firmware_in_s3_needs_its_bucket(elsewhere):
    refused = run(elsewhere | {"USE_S3": "true"}, "serve")
    assert refused.returncode == 1
    assert "USE_S3=true needs S3_BUCKET" in refused.stderr


def test_demo_password_is_held_to_the_policy(elsewhere):
    refused = run(elsewhere | {"NEUROHUB_DEMO_PASSWORD": "a"}, "seed")
    assert refused.returncode == 1
    assert "NEUROHUB_DEMO_PASSWORD is not acceptable" in refused.stderr


def test_keys_that_are_set_to_nothing_count_as_unset(environment):
    empty = dict.fromkeys(("DATABASE_URL", "SECRET_KEY", "REDIS_URL", "NEUROHUB_WORKERS"), "")
    with up(environment | empty, "--no-demo") as (_, said):
        assert "No demo data" in "".join(said)
    assert run(environment | empty, "doctor").returncode == 0


@pytest.mark.parametrize("key", ["REDIS_URL", "NEUROHUB_LOG_LEVEL"])
@pytest.mark.parametrize("command", ["up", "serve"])
def test_wrong_value_stops_the_start_and_is_named(elsewhere, command, key):
    refused = run(elsewhere | {key: "foo"}, command)
    assert refused.returncode == 1
    assert f"{key}=" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_demo_traffic_without_demo_data_is_refused(environment):
    refused = run(environment, "up", "--no-demo", "--demo-traffic")
    assert refused.returncode == 2
    assert "--demo-traffic needs the demo data" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("station", "add", "bad code!", "--line", "KR01", "--process", "1"),
        ("station", "add", "ST-1", "--line", "kr01", "--process", "1"),
        ("user", "add", "Kim", "--role", "viewer"),
        ("user", "add", "kim", "--role", "viewer", "--name", "a\nb"),
        ("user", "add", "kim", "--role", "viewer", "--name", "x" * 81),
    ],
    ids=lambda words: " ".join(words)[:30],
)
def test_command_line_takes_what_the_interface_takes_and_says_it_in_words(elsewhere, words):
    refused = run(elsewhere, *words, said="correct horse battery staple\n")
    assert refused.returncode == 2
    assert "Expected" in refused.stderr
    assert "regex" not in refused.stderr
