"""The OpenAPI document: valid, complete, and true of the routes that run."""

import re

import httpx
import pytest
import schemathesis

from neurohub.contract.problems import KINDS, MEDIA_TYPE
from support.floor import Floor
from support.problems import refused

ROLES = {"viewer": "viewer", "worker": "worker", "manager": "manager", "admin": "admin", "station": "ST-01"}
CHANGES = ("post", "patch", "delete")
KINDS_OF_MASTER_DATA = ("lines", "models", "equipment", "printers", "stations")

ROUTES = {
    *(("post", f"auth/{name}") for name in ("login", "station", "refresh", "logout")),
    *(
        ("get", f"{name}")
        for name in ("auth/me", "defects", "components/{component_lot}/units", "dashboard/summary")
    ),
    *((method, "lots") for method in ("get", "post")),
    *(("get", f"lots/{{lot_number}}{rest}") for rest in ("", "/units")),
    *(("post", f"lots/{{lot_number}}/{verb}") for verb in ("units", "close")),
    *(("get", f"units/{{code}}{rest}") for rest in ("", "/trace")),
    *(("post", f"units/{{code}}/{verb}") for verb in ("rework", "scrap", "reopen")),
    *(("post", f"process/{verb}") for verb in ("start", "complete", "undo", "events")),
    *(
        (method, kind)
        for kind in (*KINDS_OF_MASTER_DATA, "defect-codes", "users", "limits")
        for method in ("get", "post")
    ),
    *((method, f"{kind}/{{code}}") for kind in KINDS_OF_MASTER_DATA for method in ("get", "patch", "delete")),
    *((method, "defect-codes/{process}/{code}") for method in ("get", "patch", "delete")),
    *((method, "firmware") for method in ("get", "post")),
    *(("get", f"firmware/{rest}") for rest in ("latest", "{model}/{version}", "{model}/{version}/image")),
    *(("get", "labels/{kind}/{file}"), ("get", "print-jobs")),
    *(("post", f"print-jobs{rest}") for rest in ("", "/claim", "/{number}/result")),
    *(("get", "alerts"), ("put", "alerts/{number}/read")),
    *(("post", "stations/heartbeat"), ("get", "stations/briefing")),
    *((method, "users/{username}") for method in ("get", "patch", "delete")),
    *(("get", path) for path in ("limits/{version}", "processes", "processes/{process}")),
    *(("patch", "processes/{process}"), ("delete", "processes/{process}/route/{model}")),
}


@pytest.fixture(scope="module")
def floor(base):
    made = Floor(base)
    yield made
    made.close()


@pytest.fixture(scope="module")
def document(base):
    answer = httpx.get(f"{base}/schema/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


@pytest.fixture(scope="module")
def operations(document):
    """Return every operation of the API by method and path below `/api/v1/`."""
    return {
        (method, path.removeprefix("/api/v1/")): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if path.startswith("/api/v1/")
    }


def begun(floor, method, path, **asked):
    """Return the answer, read to its end unless it is a stream that has none."""
    with floor.client.stream(method, path, **asked) as answer:
        if not answer.headers.get("content-type", "").startswith("text/event-stream"):
            answer.read()
    return answer


def test_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    assert schemathesis.openapi.from_dict(document).validate() is None


def test_document_names_every_route(operations):
    assert set(operations) >= ROUTES


def test_every_reference_leads_somewhere(document):
    def references(value):
        if isinstance(value, dict):
            yield from ([value["$ref"]] if "$ref" in value else [])
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                yield from references(item)

    for reference in references(document):
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_operation_ids_are_short_and_unique(operations):
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(set(ids)) == len(ids)
    assert all(name.islower() and len(name) < 25 for name in ids)


def test_routes_hold_every_role_to_what_the_document_says(floor, operations):
    for (method, path), operation in operations.items():
        if operation["operationId"] == "logout":
            continue
        filled = "/" + re.sub("{(process|version|number)}", "1", path).replace("{", "no-").replace("}", "")
        kinds = list(operation.get("requestBody", {}).get("content", ["application/json"]))
        asked = {"content": b"[]", "headers": {"content-type": kinds[0]}} if method in CHANGES else {}
        for role, who in {"nobody": None, **ROLES}.items():
            headers = asked.get("headers", {}) | (floor.headers(who) if who else {})
            answer = begun(floor, method, filled, **asked | {"headers": headers})
            where = f"{method} {path} as {role}: {answer.status_code}"
            if operation.get("security") == []:
                assert answer.status_code not in {403, 404, 405}, where
            elif who is None:
                assert refused(answer) == (401, "NOT_AUTHENTICATED"), where
            else:
                assert (answer.status_code == 403) is (role not in operation["x-roles"]), where


def test_roles_are_readable(operations):
    described = operations["post", "lots"]["description"]
    assert described.endswith("For: manager, admin.")
    assert operations["post", "auth/login"]["description"].endswith("Open to everybody.")


def test_every_refusal_is_a_problem(operations, document):
    for operation in operations.values():
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == [MEDIA_TYPE]
        assert "503" in operation["responses"]
        assert ("401" in operation["responses"]) is True
    codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert codes == [code.value for code in KINDS]


@pytest.mark.parametrize(
    ("route", "statuses"),
    [
        (("post", "lots"), {"201", "400", "401", "403", "404", "409", "413", "415", "422", "503"}),
        (("get", "units/{code}"), {"200", "304", "400", "401", "403", "404", "503"}),
        (
            ("post", "process/complete"),
            {"200", "400", "401", "403", "404", "409", "413", "415", "422", "503"},
        ),
        (("delete", "lines/{code}"), {"204", "400", "401", "403", "404", "409", "503"}),
        (("post", "auth/login"), {"200", "400", "401", "413", "415", "429", "503"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_statuses_of_a_route(operations, route, statuses):
    assert set(operations[route]["responses"]) == statuses


DECISIONS = {("post", f"units/{{code}}/{verb}") for verb in ("rework", "scrap", "reopen")}


def test_creates_and_decisions_take_an_idempotency_key(operations):
    taking = {
        route
        for route, o in operations.items()
        if any(p["name"] == "Idempotency-Key" for p in o["parameters"])
    }
    creating = {route for route, o in operations.items() if "201" in o["responses"]}
    assert taking == creating - {("post", "process/start")} | DECISIONS


def test_entity_tags_are_where_the_document_says(floor, operations):
    unit = floor.unit()
    names = {
        "{code}": unit,
        "{lot_number}": unit[4:18],
        "{component_lot}": "X",
        "{version}": "1",
        "{username}": "admin",
    }
    codes = {"lines": "KR01", "models": "PSA", "equipment": "EQ-1", "stations": "ST-01"}
    for (method, path), operation in operations.items():
        if method != "get" or path.startswith(("printers/", "defect-codes/")) or path.endswith("/image"):
            continue
        filled = path.replace("{code}", codes.get(path.partition("/")[0], "{code}")).replace("{process}", "1")
        for name, value in names.items():
            filled = filled.replace(name, value)
        filled = filled.replace("{model}/1", "PSA/v1.0.0").replace("{kind}/{file}", f"wip/{unit}.zpl")
        who = "admin" if "admin" in operation["x-roles"] else "ST-01"
        needed = {p["name"]: "PSA" for p in operation["parameters"] if p["required"] and p["in"] == "query"}
        answer = begun(floor, "GET", f"/{filled}", headers=floor.headers(who), params=needed)
        assert answer.status_code == 200, filled
        assert ("etag" in answer.headers) is ("304" in operation["responses"]), filled


def test_completion_documents_the_data_of_each_process(document):
    schemas = document["components"]["schemas"]
    data = [
        item["$ref"].rpartition("/")[2]
        for item in schemas["CompleteStep"]["properties"]["process_data"]["anyOf"]
    ]
    assert len(data) == 8
    assert all(f"process {n}" in schemas[name]["description"] for n, name in enumerate(data, start=1))
    assert schemas["StepView"]["properties"]["judged"]["items"] == {"$ref": "#/components/schemas/Judged"}
    assert "kind" not in schemas["CompleteStep"]["required"]


def test_batch_is_a_union_told_apart_by_its_kind(document, operations):
    body = operations["post", "process/events"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/EventBatch"}
    items = document["components"]["schemas"]["EventBatch"]["properties"]["events"]["items"]
    assert set(items["discriminator"]["mapping"]) == {"start", "complete", "undo"}
    assert items["required"] == ["kind"]


def test_lists_have_items_and_next(document, operations):
    lists = [name for name in document["components"]["schemas"] if name.endswith("List")]
    assert "LotViewList" in lists
    assert all(document["components"]["schemas"][name]["required"] == ["items", "next"] for name in lists)
    made = operations["post", "lots/{lot_number}/units"]["responses"]["201"]["content"]["application/json"]
    assert made["schema"] == {"$ref": "#/components/schemas/UnitsMade"}
