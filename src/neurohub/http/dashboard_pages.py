"""The dashboard in a browser: the files that `deploy/build_dashboard.py` has built, or a page that says how to.

Not the board's numbers (`http.dashboard`): these pages ask for them like any client. Whatever a browser opens that
is no route is a page of the dashboard, so that pages can be reloaded and sent to somebody; what a program asks for
in vain stays a problem. Files are read once, at start, and found in a table: no path of a client reaches the disk.
"""

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from neurohub.contract.problems import Code, ProblemError
from neurohub.http.answers import is_held

FOLDER: Final = Path(__file__).parent / "dashboard_files"
INDEX: Final = "/index.html"
HASHED: Final = "/assets/"  # the builder puts a hash of the content into the names of these
# Our own files and nothing written into a page; pictures of labels are fetched with the token, hence `blob:`.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>NeuroHub MES</title>
<h1>The dashboard is not built here</h1>
<p>The service itself works: <a href="/docs">/docs</a> shows its interface.</p>
<p>To build the dashboard, run <code>python3 deploy/bootstrap.py dashboard</code> in the source tree, where it says
what is missing, and start the service again.</p>
<p lang="ko">대시보드가 아직 빌드되지 않았습니다. 서비스는 정상입니다. 소스 트리에서
<code>python3 deploy/bootstrap.py dashboard</code>를 실행한 뒤 서비스를 다시 시작하세요.</p>
</html>
"""


class BuiltFile(Struct, frozen=True):
    """A file as it is sent: compressed where the build has done so."""

    content: bytes
    is_gzip: bool
    media_type: str
    etag: str
    kept: str


def read_built(folder: Path = FOLDER) -> dict[str, BuiltFile]:
    """Return the built files by their path in a URL; none where nothing is built."""
    if not (folder / INDEX[1:]).is_file():
        return {}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix in _TYPES)
    return {f"/{path.relative_to(folder).as_posix()}": _read(folder, path) for path in files}


def _read(folder: Path, path: Path) -> BuiltFile:
    packed = path.with_name(f"{path.name}.gz")
    is_gzip = packed.is_file()
    content = (packed if is_gzip else path).read_bytes()
    is_hashed = path.is_relative_to(folder / HASHED.strip("/"))
    return BuiltFile(
        content,
        is_gzip,
        _TYPES[path.suffix],
        f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"',
        "public, max-age=31536000, immutable" if is_hashed else "no-cache",
    )


def routes(built: Mapping[str, BuiltFile]) -> Sequence[ControllerRouterHandler]:
    """Return the routes that serve `built`; they are the last to be asked."""

    @get("/", opt={"public": True}, include_in_schema=False)
    async def front_page(request: Request[Any, Any, Any]) -> Response[bytes]:
        return _page(built, request)

    @get("/{path:path}", opt={"public": True}, include_in_schema=False)
    async def page_or_file(request: Request[Any, Any, Any]) -> Response[bytes]:
        path: str = request.scope["path"]
        if (found := built.get(path)) is not None:
            return _sent(found, request)
        if path.startswith(HASHED) or "text/html" not in request.headers.get("accept", ""):
            raise ProblemError(Code.NOT_FOUND, "There is nothing here")
        return _page(built, request)

    return [front_page, page_or_file]


def _page(built: Mapping[str, BuiltFile], request: Request[Any, Any, Any]) -> Response[bytes]:
    index = built.get(INDEX)
    if index is None:
        headers = {**_HEADERS, "Cache-Control": "no-store"}
        return Response(_NOT_BUILT.encode(), status_code=404, media_type="text/html", headers=headers)
    return _sent(index, request)


def _sent(file: BuiltFile, request: Request[Any, Any, Any]) -> Response[bytes]:
    headers = {
        **_HEADERS,
        "Cache-Control": file.kept,
        "ETag": file.etag,
        "Vary": "Accept, Accept-Encoding" if file.media_type == "text/html" else "Accept-Encoding",
    }
    if is_held(request.headers.get("if-none-match", ""), file.etag):
        return Response(b"", status_code=304, media_type=file.media_type, headers=headers)
    content = file.content
    if file.is_gzip and _takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
    elif file.is_gzip:
        content = gzip.decompress(content)
    return Response(content, media_type=file.media_type, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    """Tell whether `Accept-Encoding` names gzip and does not refuse it."""
    for part in accepted.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or weight == ""
    return False
