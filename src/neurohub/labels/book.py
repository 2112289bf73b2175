"""The templates in force: those of the plant's directory, else the ones in the package.

A file is read anew when it changes, so that a plant sees in the preview what it edits. A template that is not
usable is refused in words (`TemplateError`) and refuses only its own kind of label.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from neurohub.domain.label_facts import LabelFacts
from neurohub.labels.layout import DOTS_PER_MM, check_room, check_whole, place
from neurohub.labels.template import Template, TemplateError, parse

PACKAGED: Final = Path(__file__).parent / "templates"
SAMPLES: Final = {
    kind: LabelFacts(
        code=code, lot="KR01PSA2511001", number="001", line="KR01", line_name="한국 1라인", model="PSA",
        model_name="PSA 허리보조 로봇", shift="D", quantity="100", date="2025-11-30",
    )
    for kind, code in (
        ("lot", "KR01PSA2511001"),
        ("wip", "WIP-KR01PSA2511001-001"),
        ("serial", "KR01PSA25110010001"),
    )
}  # fmt: skip


def template_of(kind: str, directory: Path | None) -> Template:
    """Return the template of `lot`, `wip` or `serial` labels; `TemplateError` names the file that is wrong."""
    path = PACKAGED / f"{kind}.toml"
    if directory is not None and (directory / path.name).is_file():
        path = directory / path.name
    try:
        return _read(path, path.stat().st_mtime_ns, kind)
    except (TemplateError, OSError) as error:
        raise TemplateError(f"{path.name}: {error}") from None


@lru_cache(maxsize=16)
def _read(path: Path, _changed_ns: int, kind: str) -> Template:
    """Return a template that was tried out with a sample at every density."""
    template = parse(path.read_bytes())
    check_room(template)
    for dpi in DOTS_PER_MM:
        check_whole(template, SAMPLES[kind], dpi)
        place(template, SAMPLES[kind], dpi)
    return template
