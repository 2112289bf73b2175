"""Signing in, going on, out; delays; rights. Each test has an address of its own (X-Forwarded-For)."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import jwt
import pytest

from support.databases import PASSWORD
from support.service import SECRET_KEY

_addresses = (f"10.1.{n // 250}.{n % 250 + 1}" for n in itertools.count())


@pytest.fixture
def address():
    return next(_addresses)


def login(floor, address, username="worker", password=PASSWORD, **more):
    body = {"username": username, "password": password, **more}
    return floor.client.post("/auth/login", json=body, headers={"X-Forwarded-For": address})


def pair(floor, address, username="worker"):
    answer = login(floor, address, username)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refresh(floor, token):
    return floor.client.post("/auth/refresh", json={"refresh_token": token})


def me(floor, access_token):
    return floor.client.get("/auth/me", headers={"Authorization": f"Bearer {access_token}"})


def add_user(floor, role="worker"):
    body = {
        "username": f"u{uuid4().hex[:10]}",
        "name": "Kim",
        "role": role,
        "line": "KR01",
        "password": PASSWORD,
    }
    assert floor.post("/users", body, "admin").status_code == 201
    return body["username"]


def code_of(answer):
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code, answer.json()["code"]


def test_login_answers_tokens_and_who_one_is(floor, address):
    found = pair(floor, address)
    assert found["user"] == {"username": "worker", "name": "Worker", "role": "worker", "locale": "ko"}
    assert (found["token_type"], found["expires_in"]) == ("Bearer", 600)
    assert "station" not in found
    assert me(floor, found["access_token"]).json() == {"line": "KR01", "user": found["user"]}


def test_a_station_signs_in_with_its_own_secret(floor):
    answer = floor.client.post("/auth/station", json={"station": "ST-02", "secret": PASSWORD})
    found = answer.json()
    assert (found["station"]["station"], found["station"]["line"], found["station"]["processes"]) == (
        "ST-02",
        "KR01",
        [2],
    )
    assert "user" not in found
    assert me(floor, found["access_token"]).json()["station"] == found["station"]


@pytest.mark.parametrize(
    ("username", "password"),
    [("worker", "wrong"), ("nobody", PASSWORD), ("' or 1=1 --", "x"), ("한글", "x")],
)
def test_wrong_names_and_wrong_passwords_get_the_same_words(floor, address, username, password):
    answer = login(floor, address, username, password)
    assert code_of(answer) == (401, "BAD_CREDENTIALS")
    assert answer.json()["detail"] == "Check the name and the password"


def test_a_wrong_station_secret_is_bad_credentials(floor, address):
    body = {"station": "ST-02", "secret": "wrong"}
    answer = floor.client.post("/auth/station", json=body, headers={"X-Forwarded-For": address})
    assert code_of(answer) == (401, "BAD_CREDENTIALS")


def test_a_person_and_a_station_of_one_name_are_not_mixed_up(floor, address):
    body = {"station": "worker", "secret": PASSWORD}
    answer = floor.client.post("/auth/station", json=body, headers={"X-Forwarded-For": address})
    assert code_of(answer) == (401, "BAD_CREDENTIALS")


def test_no_token_and_a_bad_one_are_refused_with_a_challenge(floor):
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}):
        answer = floor.client.get("/auth/me", headers=headers)
        assert code_of(answer) == (401, "NOT_AUTHENTICATED")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_an_old_token_is_expired_though_it_was_believed_before(floor, address):
    claims = jwt.decode(pair(floor, address)["access_token"], options={"verify_signature": False})
    young = jwt.encode(claims | {"exp": int(time.time()) + 2}, SECRET_KEY, algorithm="HS256")
    assert me(floor, young).status_code == 200
    deadline = time.monotonic() + 5
    while (answer := me(floor, young)).status_code == 200 and time.monotonic() < deadline:
        pass
    assert code_of(answer) == (401, "TOKEN_EXPIRED")


def test_the_fifth_failure_delays_and_the_right_password_waits_too(floor, address):
    for _ in range(5):
        assert login(floor, address, password="wrong").status_code == 401
    answer = login(floor, address)
    assert code_of(answer) == (429, "TOO_MANY_REQUESTS")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize(("failures", "wait_s"), [(5, 1), (6, 2), (7, 4), (9, 16), (10, 30), (4000, 30)])
def test_the_delay_doubles_up_to_half_a_minute(floor, address, sql, failures, wait_s):
    statement = "insert into login_failure (account, address, failures) values ('user:worker', %s, %s)"
    sql(statement, address, failures)
    assert login(floor, address).headers["retry-after"] == str(wait_s)


def test_failures_elsewhere_never_lock_an_account_out(floor, address, sql):
    statement = "insert into login_failure (account, address, failures) values ('user:viewer', %s, 1000)"
    sql(statement, next(_addresses))
    assert login(floor, address, "viewer").status_code == 200


def test_a_success_forgets_the_failures_before_it(floor, address):
    for _ in range(2):
        for _ in range(4):
            assert login(floor, address, password="wrong").status_code == 401
        assert login(floor, address).status_code == 200


def test_one_address_that_fails_for_many_accounts_is_slowed(floor, address, sql):
    for n in range(50):
        sql(
            "insert into login_failure (account, address, failures) values (%s, %s, 1)", f"user:x{n}", address
        )
    assert code_of(login(floor, address, "manager")) == (429, "TOO_MANY_REQUESTS")


def test_a_refresh_gives_a_new_pair_that_works(floor, address):
    first = pair(floor, address)
    second = refresh(floor, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["user"] == first["user"]
    assert me(floor, second["access_token"]).status_code == 200
    assert refresh(floor, second["refresh_token"]).status_code == 200


def test_the_same_refresh_many_times_at_once_has_one_successor(floor, address):
    token = pair(floor, address)["refresh_token"]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: refresh(floor, token), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


def test_reuse_after_half_a_minute_ends_the_whole_sign_in(floor, address, sql):
    first = pair(floor, address)
    second = refresh(floor, first["refresh_token"]).json()
    sql("update refresh_token set used_at = used_at - interval '31 s' where used_at is not null")
    assert code_of(refresh(floor, first["refresh_token"])) == (401, "NOT_AUTHENTICATED")
    assert code_of(refresh(floor, second["refresh_token"])) == (401, "NOT_AUTHENTICATED")
    assert_refused_within_5_s(floor, second["access_token"])


def test_a_refresh_token_ends_after_its_time(floor, address, sql):
    token = pair(floor, address)["refresh_token"]
    sql(
        "update refresh_token set expires_at = clock_timestamp() where token_hash = sha256(%s)",
        token.encode(),
    )
    assert code_of(refresh(floor, token)) == (401, "TOKEN_EXPIRED")


def test_no_token_is_kept_in_the_database(floor, address, sql):
    found = pair(floor, address)
    (kept,) = sql("select string_agg(t::text, '') from refresh_token t").fetchone()
    assert found["refresh_token"] not in kept
    assert found["refresh_token"].encode().hex() not in kept


@pytest.mark.parametrize(
    "body", [{}, {"refresh_token": "unknown"}, {"refresh_token": "한"}, {"refresh_token": None}]
)
def test_an_unknown_refresh_token_is_refused(floor, body):
    assert code_of(floor.client.post("/auth/refresh", json=body)) == (401, "NOT_AUTHENTICATED")


def test_logout_ends_access_and_refresh(floor, address):
    found = pair(floor, address)
    headers = {"Authorization": f"Bearer {found['access_token']}"}
    assert floor.client.post("/auth/logout", json={}, headers=headers).status_code == 204
    assert code_of(refresh(floor, found["refresh_token"])) == (401, "NOT_AUTHENTICATED")
    assert_refused_within_5_s(floor, found["access_token"])


def test_the_cookie_is_for_scripts_unreadable_and_for_one_path(floor, address):
    answer = login(floor, address, cookie=True)
    assert answer.json()["refresh_token"] is None
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/api/v1/auth" in cookie


@pytest.mark.parametrize(
    ("origin", "status"),
    [("{base}", 200), (None, 403), ("http://evil.example", 403), ("null", 403), ("http://[", 403)],
)
def test_the_cookie_refreshes_only_from_our_own_pages(base, floor, address, origin, status):
    login(floor, address, cookie=True)
    headers = {"Origin": origin.format(base=base)} if origin else {}
    answer = floor.client.post("/auth/refresh", json={}, headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["refresh_token"] is None
        assert answer.headers["set-cookie"]


def test_a_disabled_person_is_refused_within_5_s_and_cannot_sign_in(floor, address):
    username = add_user(floor)
    found = pair(floor, address, username)
    assert me(floor, found["access_token"]).status_code == 200
    deleted = floor.client.delete(f"/users/{username}", headers=floor.headers("admin"))
    assert deleted.status_code == 204
    assert code_of(login(floor, address, username)) == (401, "BAD_CREDENTIALS")
    assert code_of(refresh(floor, found["refresh_token"])) == (401, "NOT_AUTHENTICATED")
    assert_refused_within_5_s(floor, found["access_token"])


def test_a_changed_role_counts_within_5_s(floor, address):
    username = add_user(floor, "viewer")
    token = pair(floor, address, username)["access_token"]
    headers = floor.headers("admin")
    assert (
        floor.client.patch(f"/users/{username}", json={"role": "manager"}, headers=headers).status_code == 200
    )
    wait_for_all(floor, lambda: me(floor, token).json()["user"]["role"] == "manager")


def test_an_old_hash_is_renewed_at_sign_in(floor, address, sql):
    from argon2 import PasswordHasher

    username = add_user(floor)
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    sql("update person set password_hash = %s where username = %s", weak, username)
    pair(floor, address, username)
    (kept,) = sql("select password_hash from person where username = %s", username).fetchone()
    assert "m=19456,t=2,p=1" in kept
    pair(floor, address, username)


def assert_refused_within_5_s(floor, token):
    def refused():
        answer = httpx.get(f"{floor.client.base_url}/auth/me", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code == 401

    wait_for_all(floor, refused)


def wait_for_all(floor, holds):
    """Ask until it holds twelve times in a row over new connections, so on both workers; at most 5 s."""
    begun, row = time.monotonic(), 0
    while row < 12:
        assert time.monotonic() - begun <= 5.0
        row = row + 1 if holds() else 0
