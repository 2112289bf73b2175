"""The OpenAPI document at `/schema/openapi.json`, made from the routes themselves.

Litestar gives paths and parameters; msgspec the schemas of commands and views; the rest follows from what a
route says of itself: its roles (`opt["who"]`), its status, whether it has a body. Made once per worker.
What the document leaves to words (process data, problems) is in `openapi_shapes`.
"""

from collections.abc import Iterator
from typing import Any, Final, get_args, get_origin

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.enums import MediaType
from litestar.handlers.http_handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.routes import HTTPRoute

from neurohub import __version__
from neurohub.contract.enums import Role
from neurohub.contract.problems import MEDIA_TYPE
from neurohub.http import openapi_shapes as shapes
from neurohub.http.pages import Listed

Json = dict[str, Any]

_API: Final = "/api/v1/"
_SIGNING_IN: Final = "/api/v1/auth/"
_encode: Final = msgspec.json.Encoder().encode


def config() -> OpenAPIConfig:
    """Return how Litestar is to serve the document."""
    bearer = SecurityScheme(
        type="http", scheme="bearer", bearer_format="JWT", description="`access_token` of a sign-in"
    )
    return OpenAPIConfig(
        title="NeuroHub MES",
        version=__version__,
        description=shapes.DESCRIPTION,
        openapi_router=_DocumentOnly(
            "/schema", route_handlers=[], opt={"public": True}, include_in_schema=False
        ),
        render_plugins=[_Document()],
        components=Components(security_schemes={"bearer": bearer}),
        security=[{"bearer": []}],
        tags=[Tag(name=name, description=text) for name, text in shapes.TAGS.items()],
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, _, __: handler.handler_name,
    )


class _DocumentOnly(Router):
    """Litestar adds an HTML page for all other paths below; ours are answered with a problem."""

    def register(self, value: Any) -> Any:
        return super().register(value) if "/openapi.json" in value.paths else []


class _Document(JsonRenderPlugin):
    """Serves the finished document from memory."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)
        self._made: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: Json) -> bytes:
        if self._made is None:
            self._made = _encode(document(request.app, openapi_schema))
        return self._made


def document(app: Litestar, draft: Json) -> Json:
    """Return the document for the routes of `app`; `draft` is what Litestar knows of them."""
    found = list(_operations(app))
    kinds = {kind for _, handler in found for kind in (_body(handler), _answer(handler)) if kind is not None}
    ref_of, schemas = _schemas(kinds | shapes.KINDS)
    paths: dict[str, Json] = {}
    for path, handler in found:
        for method in handler.http_methods:
            drafted = draft["paths"][path][method.lower()]
            paths.setdefault(path, {})[method.lower()] = _operation(path, handler, drafted, ref_of)
    components = draft["components"] | {"schemas": shapes.finished(schemas), "headers": shapes.HEADERS}
    return draft | {"paths": paths, "components": components}


def _operations(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.resolve_include_in_schema() and "OPTIONS" not in handler.http_methods:
                    yield route.path_format, handler


def _body(handler: HTTPRouteHandler) -> Any:
    """Return what a route takes: its `data`, or `opt["body"]` or `opt["form"]` where it reads the bytes itself."""
    data = handler.parsed_fn_signature.parameters.get("data")
    return handler.opt.get("body", handler.opt.get("form")) if data is None else data.annotation


def _answer(handler: HTTPRouteHandler) -> Any:
    kind = handler.parsed_fn_signature.return_type.annotation
    kind = get_args(kind)[0] if get_origin(kind) is Response else kind
    return None if kind is type(None) or "media" in handler.opt else kind


def _schemas(kinds: set[Any]) -> tuple[dict[Any, Json], dict[str, Json]]:
    """Return the reference of each kind, and the schemas they refer to, with lists named `...List`."""
    ordered = sorted(kinds, key=str)
    refs, schemas = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    names = {
        f"Listed_{item.__name__}_": f"{item.__name__}List"
        for kind in kinds
        if get_origin(kind) is Listed
        for item in get_args(kind)
    }
    text = _encode((refs, schemas)).decode()
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"').replace(f'/{old}"', f'/{new}"')
    refs, schemas = msgspec.json.decode(text)
    return dict(zip(ordered, refs, strict=True)), schemas


def _operation(path: str, handler: HTTPRouteHandler, drafted: Json, ref_of: dict[Any, Json]) -> Json:
    body, parameters = _body(handler), [_parameter(p) for p in drafted.get("parameters", ())]
    made: Json = {
        "tags": drafted["tags"],
        "operationId": drafted["operationId"],
        "summary": handler.summary or handler.handler_name.replace("_", " ").capitalize(),
        "description": "\n\n".join(_sentences(handler, drafted)),
        "parameters": parameters + [shapes.PARAMETERS[name] for name in _headers_taken(path, handler)],
        "responses": _successes(path, handler, ref_of) | _refusals(path, handler),
    }
    if _is_public(handler):
        made["security"] = []
    else:
        made["x-roles"] = _roles(handler)
    if body is not None:
        optional = type(None) in get_args(body)
        taken = "multipart/form-data" if "form" in handler.opt else MediaType.JSON.value
        made["requestBody"] = {"required": not optional, "content": {taken: {"schema": ref_of[body]}}}
    return made


def _sentences(handler: HTTPRouteHandler, drafted: Json) -> Iterator[str]:
    if text := drafted.get("description"):
        yield text
    yield "Open to everybody." if _is_public(handler) else f"For: {', '.join(_roles(handler))}."


def _is_public(handler: HTTPRouteHandler) -> bool:
    return bool(handler.opt.get("public", False))


def _roles(handler: HTTPRouteHandler) -> list[str]:
    who = handler.opt.get("who", frozenset())
    return [role.value for role in Role if role in who]


def _parameter(drafted: Json) -> Json:
    """Return a parameter without Litestar's defaults; one that may be left out is not a null."""
    schema = {**drafted["schema"]}
    for option in schema.pop("oneOf", ()):
        if option.get("type") != "null":
            schema = option | schema
    schema.pop("description", None)
    for bound in {"minimum", "maximum"} & schema.keys():
        schema[bound] = int(schema[bound])
    kept = {key: drafted[key] for key in ("name", "in", "required", "description") if key in drafted}
    return shapes.EXAMPLES.get(drafted["name"], {}) | kept | {"schema": schema}


def _is_tagged(path: str, handler: HTTPRouteHandler) -> bool:
    """Tell whether the answer has an ETag: single resources and the summary, which encode it themselves."""
    own = get_origin(handler.parsed_fn_signature.return_type.annotation) is Response and not _is_stream(
        handler
    )
    return (
        own and "GET" in handler.http_methods and path.startswith(_API) and not path.startswith(_SIGNING_IN)
    )


def _is_stream(handler: HTTPRouteHandler) -> bool:
    return handler.media_type == "text/event-stream"


def _is_once(path: str, handler: HTTPRouteHandler) -> bool:
    """Tell whether an `Idempotency-Key` is taken: by creates, and by what says so."""
    is_create = handler.status_code == 201 and not path.startswith("/api/v1/process/")
    return is_create or bool(handler.opt.get("once", False))


def _headers_taken(path: str, handler: HTTPRouteHandler) -> list[str]:
    taken = {
        "Idempotency-Key": _is_once(path, handler),
        "If-None-Match": _is_tagged(path, handler),
        "Range": _answer(handler) is bytes,
        "If-Range": _answer(handler) is bytes,
    }
    return [name for name, does in taken.items() if does]


def _successes(path: str, handler: HTTPRouteHandler, ref_of: dict[Any, Json]) -> Json:
    kind, status = _answer(handler), str(handler.status_code)
    headers = ["X-Request-ID"]
    if _is_once(path, handler) or path.startswith("/api/v1/process/"):
        headers.append("Idempotent-Replay")
    if _is_tagged(path, handler):
        headers.append("ETag")
    given: Json = {"description": shapes.STATUSES[status], "headers": _header_refs(headers)}
    if _is_stream(handler):
        given["content"] = {"text/event-stream": {}}
    elif kind is bytes:
        given["content"] = {"application/octet-stream": {}}
    elif kind is not None:
        given["content"] = {MediaType.JSON.value: {"schema": ref_of[kind]}}
    elif "media" in handler.opt:
        given["content"] = {media: {} for media in handler.opt["media"]}
    found = {status: given}
    if kind is bytes:
        found["206"] = given | {"description": shapes.STATUSES["206"]}
    if "ETag" in headers:
        found["304"] = {"description": shapes.STATUSES["304"], "headers": _header_refs(headers)}
    if path == "/health":
        found["503"] = given | {"description": "This instance cannot serve: its database does not answer"}
    return found


def _refusals(path: str, handler: HTTPRouteHandler) -> Json:
    """Return the problems a route can answer, by what it is: read, change, event, sign-in."""
    if not path.startswith(_API):
        return {}
    body, signs_in = _body(handler) is not None, path.startswith(_SIGNING_IN)
    possible = {
        "400": True,
        "401": not _is_public(handler) or signs_in,
        "403": not _is_public(handler) or path.endswith("/refresh"),
        "404": not signs_in and (body or "{" in path or "/processes" in path),
        "409": not signs_in and "GET" not in handler.http_methods,
        "413": body,
        "415": body,
        "422": path.startswith("/api/v1/process/") or _is_once(path, handler),
        "429": _is_public(handler) and signs_in,
        "503": True,
    }
    if _answer(handler) is bytes:
        possible["416"] = True
    possible |= dict.fromkeys(handler.opt.get("may_refuse", ()), True)
    return {status: _problem(status) for status, is_possible in possible.items() if is_possible}


def _problem(status: str) -> Json:
    headers = ["X-Request-ID", *(["Retry-After"] if status in {"429", "503"} else [])]
    codes = ", ".join(f"`{code}`" for code in shapes.codes_of(int(status)))
    return {
        "description": f"{shapes.STATUSES[status]}: {codes}",
        "headers": _header_refs(headers),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _header_refs(names: list[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
