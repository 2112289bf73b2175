"""The `neurohub-rig` command: what a rig's vendor runs to try files before any station sees them.

It talks to a person and needs neither station nor service. Its answers are in the language of `--language`.
"""

import locale
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from neurohub.contract.barcode import InvalidBarcodeError, parse_unit
from neurohub.contract.enums import Result
from station.rig import drop, example, fields, file, reading, schema, simulate, words

_UNIT: Final = "WIP-KR01PSA2511001-001"
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)


def _own_language() -> str:
    return "ko" if (locale.getlocale()[0] or "").lower().startswith(("ko", "korean")) else "en"


_language = click.option(
    "--language", type=click.Choice(["en", "ko"]), default=_own_language, help="Default: the system's."
)
_process = click.option(
    "--process", type=click.IntRange(1, 8), required=True, help="The process, 1..8.", metavar="N"
)
_TEXTS: Final = {
    "en": {"fits": "fits the contract", "utf8": "accepted; better write UTF-8 (this is CP949)"},
    "ko": {"fits": "규격에 맞습니다", "utf8": "접수되지만 UTF-8을 권장합니다(현재 CP949)"},
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Connect a test rig: check its completion files, see the contract, play a rig."""


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@_language
def check(files: tuple[Path, ...], language: str) -> None:
    """Say what is wrong with completion FILES. Exit code 0: nothing, 1: something."""
    bad = sum(not _checked(path, language) for path in files)
    click.echo(f"{len(files) - bad}/{len(files)} {_TEXTS[language]['fits']}")
    sys.exit(1 if bad else 0)


def _checked(path: Path, language: str) -> bool:
    with path.open("rb") as stream:
        found = reading.read(path.name, stream.read(file.FILE_MAX_BYTES + 1), datetime.now(UTC))
    click.secho(f"{'OK ' if found.completion else 'BAD'} {path}", fg="green" if found.completion else "red")
    for problem in found.problems:
        click.echo(f"    {words.said(problem, language)}")
    if found.encoding == "cp949":
        click.echo(f"    {_TEXTS[language]['utf8']}")
    return found.completion is not None


@main.command("schema")
@click.option("--process", type=click.IntRange(1, 8), help="The process, 1..8; all without it.", metavar="N")
@click.option("--out", type=_FOLDER, help="A folder to write to; without it they are printed.")
def print_schema(process: int | None, out: Path | None) -> None:
    """Give the JSON Schema of a process's completion file."""
    for number in [process] if process else range(1, 9):
        if out is None:
            click.echo(schema.text(number), nl=False)
        else:
            out.mkdir(parents=True, exist_ok=True)
            path = out / schema.path_of(number).name
            path.write_text(schema.text(number), encoding="utf-8")
            click.echo(path)


@main.command("fields")
@click.option("--process", type=click.IntRange(1, 8), help="The process, 1..8; all without it.", metavar="N")
@_language
def print_fields(process: int | None, language: str) -> None:
    """Tell what each field means, with unit, condition and example."""
    for number in [process] if process else range(9):
        click.echo(
            "\n".join([f"{file.process_code(number)}" if number else "", *fields.table(number, language), ""])
        )


@main.command()
@_language
def reasons(language: str) -> None:
    """Tell why files are refused, and what to do."""
    click.echo("\n".join(words.table(language)))


@main.command()
@_process
@click.option("--unit", default=_UNIT, show_default=True, help="WIP id or serial number.")
@click.option("--result", type=click.Choice(list(Result)), default=Result.PASS, show_default=True)
@click.option("--folder", type=_FOLDER, help="A result folder to drop it into; without it it is printed.")
def new(process: int, unit: str, result: str, folder: Path | None) -> None:
    """Make an example file, as of now."""
    completion = example.example(process, _unit(unit), Result(result), datetime.now().astimezone())
    if folder is None:
        click.echo(file.name_of(completion).text(), err=True)
        click.echo(example.encode(completion).decode(), nl=False)
    else:
        click.echo(drop.drop(folder, completion))


@main.command("simulate")
@_process
@click.option("--folder", type=_FOLDER, required=True, help="The result folder of a station.")
@click.option(
    "--units", required=True, help="A unit, a first unit with a count (WIP-..-001+20), or @file of units."
)
@click.option("--rate", default="100/min", show_default=True, help="Files per s, min or h.")
@click.option("--fail", default=0, type=click.IntRange(0, 100), help="Per cent that FAIL.", metavar="PERCENT")
@click.option(
    "--broken", default=0, type=click.IntRange(0, 100), help="Per cent cut in half.", metavar="PERCENT"
)
@click.option("--wait", default=15.0, show_default=True, help="Seconds to wait for the station's answers.")
def play(process: int, folder: Path, units: str, rate: str, fail: int, broken: int, wait: float) -> None:
    """Play a rig that finishes one unit after the other, and tell what became of its files."""
    try:
        codes, every_s = simulate.units(units), simulate.seconds_between(rate)
    except (ValueError, OSError) as error:
        raise click.BadParameter(str(error)) from None
    plan = simulate.Plan(process, folder, every_s, fail, broken)
    with click.progressbar(
        simulate.write(plan, codes), length=len(codes), label="files", file=sys.stderr
    ) as written:
        names = list(written)
    tally = simulate.await_answers(folder, names, wait)
    click.echo(
        f"written {len(names)}, completed {tally.completed}, error {tally.error}, waiting {tally.waiting}"
    )
    sys.exit(0 if tally.waiting == 0 else 1)


def _unit(text: str) -> str:
    try:
        return parse_unit(text).wip_id
    except InvalidBarcodeError:
        raise click.BadParameter(f"{text} is not a unit, e.g. {_UNIT}", param_hint="--unit") from None
