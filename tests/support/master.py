"""Master data of tests: what is sent, with keys of its own."""

from uuid import uuid4

from support.databases import PASSWORD


def name(start="EQ"):
    return f"{start}-{uuid4().hex[:12].upper()}"


def send(floor, method, path, body=None, who="admin", **headers):
    return floor.client.request(method, path, json=body, headers=floor.headers(who) | headers)


def add(floor, path, body, who="admin", **headers):
    answer = send(floor, "POST", path, body, who, **headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def user(**changes):
    body = {
        "username": f"u{uuid4().hex[:12]}",
        "name": "김",
        "role": "worker",
        "line": "KR01",
        "password": PASSWORD,
    }
    return body | changes


def station(**changes):
    return {"code": name("ST"), "name": "PC", "line": "KR01", "processes": [3, 1, 3]} | changes
