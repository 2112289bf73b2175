"""The page at `/docs` (Swagger UI from a wheel: works with the internet unplugged) and `/docs/problems`."""

from functools import cache
from html import escape
from importlib import resources
from typing import Final

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from neurohub.contract.problems import KINDS, Code, ProblemError

# The policy allows our own files and the inline styles Swagger UI sets; nothing from elsewhere.
_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
)
_NO_SNIFF: Final = {"X-Content-Type-Options": "nosniff"}
_ASSETS: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
_START: Final = """SwaggerUIBundle({
  url: "/schema/openapi.json", dom_id: "#docs", deepLinking: true, persistAuthorization: false,
});
"""
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NeuroHub MES API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<main id="docs"></main>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>
</body>
</html>
"""


@get("/docs", opt={"public": True}, include_in_schema=False)
async def docs() -> Response[str]:
    return _html(_PAGE)


@get("/docs/assets/{name:str}", opt={"public": True}, include_in_schema=False)
async def asset(name: FromPath[str]) -> Response[bytes]:
    if name == "start.js":
        return Response(_START.encode(), media_type="text/javascript", headers=_NO_SNIFF)
    if name not in _ASSETS:
        raise ProblemError(Code.NOT_FOUND, f"There is no asset {name[:64]!r}")
    headers = {"Cache-Control": "public, max-age=86400", **_NO_SNIFF}
    return Response(_read(name), media_type=_ASSETS[name], headers=headers)


@get("/docs/problems", opt={"public": True}, include_in_schema=False)
async def problems() -> Response[str]:
    """Every problem code with its status and title: what a problem's `type` points to."""
    rows = "".join(
        f'<tr id="{code}"><td><code>{code}</code></td><td>{kind.status}</td><td>{escape(kind.title)}</td></tr>'
        for code, kind in KINDS.items()
    )
    return _html(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Problems</title>'
        f"<h1>Problems</h1><table><tr><th>code</th><th>status</th><th>meaning</th></tr>{rows}</table></html>"
    )


def _html(text: str) -> Response[str]:
    return Response(
        text, media_type=MediaType.HTML, headers={"Content-Security-Policy": _POLICY, **_NO_SNIFF}
    )


@cache
def _read(name: str) -> bytes:
    return (resources.files("litestar_offline_docs") / "static" / name).read_bytes()
