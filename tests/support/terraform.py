"""deploy/aws as its tests see it: the text as Terraform would read it, and Terraform itself where it is installed.

Terraform's AWS provider comes from no package index; it is looked for where Terraform itself looks on a machine without
internet, below /opt, and where NEUROHUB_TERRAFORM_PLUGINS says.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

FOLDER = Path(__file__).parents[2] / "deploy" / "aws"
FILES = sorted(FOLDER.glob("*.tf"))
RUNS = sorted(FOLDER.glob("*.tftest.hcl"))


@cache
def read(name: str) -> dict[str, Any]:
    """Return a file of the folder; resources by type and name, locals merged, strings without quotes."""
    with (FOLDER / name).open(encoding="utf-8") as file:
        bare = _bare(hcl2.load(file))
    found: dict[str, Any] = {}
    for kind in ("resource", "data", "variable", "output", "run"):
        for block in bare.get(kind, []):
            _merge(found.setdefault(kind, {}), block)
    for block in bare.get("locals", []):
        found.setdefault("local", {}).update(block)
    return found


def at(name: str, place: str) -> Any:
    """Return what stands at `aws_type.name.argument.0` or `local.name.key` of a file; raises KeyError naming it."""
    here: Any = read(name)
    here = here if place.startswith(("local.", "variable.")) else here.get("resource", {})
    for step in place.split("."):
        try:
            here = here[int(step)] if isinstance(here, list) else here[step]
        except (KeyError, IndexError, ValueError):
            raise KeyError(f"{name} has no {place} (at {step})") from None
    return here


def claims(name: str) -> list[str]:
    """Return what the assertions of a test file say."""
    return [each["error_message"] for run in read(name)["run"].values() for each in run.get("assert", [])]


def plugins() -> Path | None:
    """Return a folder that holds the AWS provider."""
    told = os.environ.get("NEUROHUB_TERRAFORM_PLUGINS")
    usual = (
        Path.home() / ".terraform.d/plugins",
        Path("/usr/local/share/terraform/plugins"),
        *Path("/opt").glob("*"),
    )
    places = [Path(told)] if told else usual
    return next((each for each in places if (each / "registry.terraform.io/hashicorp/aws").is_dir()), None)


def is_installed() -> bool:
    return shutil.which("terraform") is not None and plugins() is not None


def run(
    *words: str, folder: Path = FOLDER, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Terraform without a configuration of its user and without asking anybody for a newer one."""
    environment = {key: text for key, text in os.environ.items() if not key.startswith(("TF_", "AWS_"))}
    environment |= {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", **(more or {})}
    command = ["terraform", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _merge(into: dict[str, Any], block: dict[str, Any]) -> None:
    for name, inside in block.items():
        if isinstance(into.get(name), dict):
            _merge(into[name], inside)
        else:
            into[name] = inside


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        marks = ("__comments__", "__inline_comments__", "__is_block__")
        return {_bare(key): _bare(inside) for key, inside in value.items() if key not in marks}
    if isinstance(value, list):
        return [_bare(inside) for inside in value]
    return value[1:-1] if isinstance(value, str) and value[:1] == value[-1:] == '"' else value
