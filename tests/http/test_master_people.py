"""Stations and users over HTTP: secrets, passwords, the last admin, the audit."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest

from support import service
from support.databases import PASSWORD
from support.floor import Floor
from support.master import add, code_of, send, station, user


def test_a_station_secret_is_answered_once_and_signs_in(floor):
    made = add(floor, "/stations", station())
    assert made["processes"] == [1, 3]
    assert len(made["secret"]) == 43
    assert "secret" not in floor.get(f"/stations/{made['code']}", "manager").json()
    assert signs_in(floor, made["code"], made["secret"])


def test_a_replayed_station_has_the_same_secret_though_it_is_kept_nowhere(floor, sql):
    body, key = station(), {"Idempotency-Key": uuid4().hex}
    first = send(floor, "POST", "/stations", body, **key)
    again = send(floor, "POST", "/stations", body, **key)
    assert again.content == first.content
    secret = first.json()["secret"]
    assert signs_in(floor, body["code"], secret)
    (kept,) = sql("select string_agg(encode(body, 'escape'), '') from idempotency_key").fetchone()
    assert secret not in kept


def test_a_rotated_secret_replaces_the_old_one_and_ends_its_sign_ins(floor):
    made = add(floor, "/stations", station())
    tokens = signs_in(floor, made["code"], made["secret"])
    rotated = send(floor, "PATCH", f"/stations/{made['code']}", {"rotate_secret": True}).json()
    assert rotated["secret"] != made["secret"]
    assert not signs_in(floor, made["code"], made["secret"])
    assert signs_in(floor, made["code"], rotated["secret"])
    refreshed = floor.client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refreshed.status_code == 401
    assert "secret" not in send(floor, "PATCH", f"/stations/{made['code']}", {"name": "x"}).json()


def signs_in(floor, code, secret):
    answer = floor.client.post("/auth/station", json={"station": code, "secret": secret})
    return answer.json() if answer.status_code == 200 else None


def test_a_new_user_signs_in_and_a_new_password_ends_it(floor):
    body = user()
    made = add(floor, "/users", body)
    assert not {"password", "password_hash"} & made.keys()
    login = {"username": body["username"], "password": PASSWORD}
    tokens = floor.client.post("/auth/login", json=login).json()
    changed = send(floor, "PATCH", f"/users/{body['username']}", {"password": "Another-2026-one"})
    assert changed.status_code == 200
    assert floor.client.post("/auth/login", json=login).status_code == 401
    assert floor.client.post("/auth/login", json=login | {"password": "Another-2026-one"}).status_code == 200
    refreshed = floor.client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refreshed.status_code == 401


@pytest.mark.parametrize("body", [{"role": "manager"}, {"active": False}])
def test_the_last_active_admin_stays_one(floor, body):
    assert code_of(send(floor, "PATCH", "/users/admin", body)) == (409, "CONFLICT")
    assert code_of(send(floor, "DELETE", "/users/admin")) == (409, "CONFLICT")
    assert floor.get("/users/admin", "admin").json()["role"] == "admin"


def test_two_admins_who_demote_each_other_leave_one(fresh_database_url, servers_url):
    """On a service of its own: who was demoted for a moment is believed to be for up to 4 s."""
    with service.running(fresh_database_url, servers_url.redis_url) as url, closing(Floor(url)) as floor:
        other = add(floor, "/users", user(role="admin", line=None))["username"]
        floor.token(other)
        with ThreadPoolExecutor(2) as threads:
            demote = lambda who: send(floor, "PATCH", f"/users/{who}", {"role": "viewer"}).status_code  # noqa: E731
            statuses = sorted(threads.map(demote, ("admin", other)))
        assert statuses in ([200, 409], [200, 403])  # 403: the demoted one was too late to ask
        with psycopg.connect(fresh_database_url, options="-c search_path=neurohub") as connection:
            asked = "select count(*) from person where role = 'admin' and active"
            assert connection.execute(asked).fetchone() == (1,)


def test_the_audit_names_actor_and_change_and_holds_no_secret(floor, sql):
    body = user()
    add(floor, "/users", body)
    send(floor, "PATCH", f"/users/{body['username']}", {"name": "이"})
    rows = sql(
        "select actor, action, before::text, after::text from audit where key = %s order by id",
        body["username"],
    ).fetchall()
    assert [(actor, action) for actor, action, _, _ in rows] == [
        ("user:admin", "insert"),
        ("user:admin", "update"),
    ]
    assert "이" in rows[1][3]
    assert "argon2" not in str(rows)
