"""What the role of the app may not do: rewrite what happened."""

import psycopg
import pytest
from psycopg import errors, sql

NEVER = [
    (table, verb)
    for table in ("history", "history_rest", "event_key", "audit")
    for verb in ("update", "delete", "truncate")
]
STATEMENT = {
    "update": "update {0} set {1} = {1}",
    "delete": "delete from {0}",
    "truncate": "truncate {0}",
}
COLUMN = {"history": "operator", "history_rest": "operator", "event_key": "credential", "audit": "actor"}


@pytest.mark.parametrize(("table", "verb"), NEVER)
def test_history_is_append_only_for_the_app(app, table, verb):
    statement = sql.SQL(STATEMENT[verb]).format(sql.Identifier(table), sql.Identifier(COLUMN[table]))
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)


def test_every_partition_of_the_history_is_closed_to_the_app(app, owner):
    names = owner.execute(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'history'::regclass"
    )
    for (name,) in names.fetchall():
        for statement in ("update {} set operator = 'x'", "delete from {}"):
            with pytest.raises(errors.InsufficientPrivilege):
                app.execute(sql.SQL(statement).format(sql.Identifier(name)))


@pytest.mark.parametrize("table", ["lot", "unit", "defect", "component", "board", "print_job", "person"])
def test_app_deletes_nothing_of_the_plant(app, table):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))


def test_app_writes_no_audit_by_hand(app):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("insert into audit (actor, object, key, action) values ('x', 'x', 'x', 'insert')")


def test_app_cannot_become_the_owner_of_the_schema(app):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("alter table history add column forged text")
    with pytest.raises(psycopg.Error):
        app.execute("create table neurohub.mine (x integer)")


def test_report_reads_and_sees_no_secret(owner):
    owner.execute("set role neurohub_report")
    owner.execute("select count(*) from history")
    owner.execute("select username, name from person")
    for secret in (
        "select password_hash from person",
        "select event_key from station",
        "table refresh_token",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            owner.execute(secret)
    with pytest.raises(errors.InsufficientPrivilege):
        owner.execute("update unit set status = 'PASSED'")
