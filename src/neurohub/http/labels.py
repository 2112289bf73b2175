"""Labels: the ZPL and the preview of what a LOT or a unit is labelled with."""

import asyncio
from typing import Annotated, Final, Literal

from litestar import Response, Router, get
from litestar.params import FromPath, QueryParameter

from neurohub.contract.printing import LabelKind
from neurohub.contract.problems import Code, ProblemError
from neurohub.http.answers import Asked, check_line, hashed, tagged
from neurohub.http.parts import parts_of
from neurohub.http.who import WORKER
from neurohub.operations import labels as verbs

_MEDIA: Final = {"zpl": "text/plain", "png": "image/png"}
Density = Annotated[Literal[203, 300], QueryParameter(description="Dots per inch of the printer")]


@get(
    "/{kind:str}/{file:str}",
    opt={"who": WORKER, "media": tuple(_MEDIA.values()), "may_refuse": {"422"}},
)
async def read_label(
    request: Asked, kind: FromPath[LabelKind], file: FromPath[str], dpi: Density = 203
) -> Response[str]:
    """A label: `CODE.zpl` for the printer, `CODE.png` to look at, a pixel for each dot.

    `CODE` is a LOT number for `lot`, a WIP id or serial number for `wip` and `serial`.
    """
    code, _, form = file.rpartition(".")
    if form not in _MEDIA:
        raise ProblemError(Code.NOT_FOUND, "A label ends with .zpl or .png")
    parts = parts_of(request)
    facts = await verbs.facts_of(parts.database, verbs.wanted(kind, code))
    check_line(request.user, facts.line)
    # Milliseconds of drawing: in a thread, so that scans are answered meanwhile.
    asked = (kind, facts, dpi, parts.settings.label_dir)
    if form == "zpl":
        content = (await asyncio.to_thread(verbs.as_zpl, *asked)).encode()
    else:
        content = await asyncio.to_thread(verbs.as_png, *asked)
    return tagged(request, hashed(content), _MEDIA[form])  # type: ignore[return-value]  # bytes already


router: Final = Router("/labels", route_handlers=[read_label], tags=["Labels"])
