"""Brings folder, data source and boards to a running Grafana, and marks deploys and load runs in it.

Writes only what differs, so that publishing twice changes nothing. Where Grafana reads its boards from files
(`grafana/provisioning`), nobody needs this.
"""

import json
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from grafana_client import GrafanaApi
from grafana_client.client import GrafanaClientError

from observability.generate import GENERATED
from observability.panels import TAG

FOLDER: Final = "neurohub"
FOLDER_TITLE: Final = "NeuroHub"
SOURCE: Final = "neurohub-prometheus"
_GIVEN_BY_GRAFANA: Final = {"id", "version"}


class Mark(StrEnum):
    """What is marked on the boards."""

    DEPLOY = "deploy"
    LOAD = "load"


def connect(url: str, token: str) -> GrafanaApi:
    """Return a client of the Grafana at `url`. `token` is that of a service account with the role Editor or Admin."""
    return GrafanaApi.from_url(
        url.rstrip("/") + "/", credential=token
    )  # without the slash it joins path and `api`


def publish(grafana: GrafanaApi, prometheus_url: str, boards: Path = GENERATED / "boards") -> dict[str, str]:
    """Bring everything to Grafana; return what was done to each: `created`, `updated` or `unchanged`."""
    done = {f"folder {FOLDER}": _folder(grafana), f"source {SOURCE}": _source(grafana, prometheus_url)}
    for path in sorted(boards.glob("*.json")):
        done[f"board {path.stem}"] = _board(grafana, json.loads(path.read_text(encoding="utf-8")))
    return done


def mark(grafana: GrafanaApi, kind: Mark, text: str, begun: datetime, ended: datetime | None = None) -> None:
    """Mark a deploy, or a load run from its begin to its end, on every board."""
    grafana.annotations.add_annotation(
        time_from=_ms(begun), time_to=_ms(ended or begun), tags=[TAG, kind.value], text=text
    )


def _folder(grafana: GrafanaApi) -> str:
    found = _or_none(lambda: grafana.folder.get_folder(FOLDER))
    if found is None:
        grafana.folder.create_folder(FOLDER_TITLE, uid=FOLDER)
        return "created"
    if found["title"] == FOLDER_TITLE:
        return "unchanged"
    grafana.folder.update_folder(FOLDER, title=FOLDER_TITLE, overwrite=True)
    return "updated"


def _source(grafana: GrafanaApi, prometheus_url: str) -> str:
    wanted: dict[str, Any] = {
        "uid": SOURCE,
        "name": FOLDER_TITLE,
        "type": "prometheus",
        "access": "proxy",
        "url": prometheus_url,
        "isDefault": True,
        "jsonData": {"httpMethod": "POST", "timeInterval": "15s"},
    }
    found = _or_none(lambda: grafana.datasource.get_datasource_by_uid(SOURCE))
    if found is None:
        grafana.datasource.create_datasource(wanted)
        return "created"
    if all(found.get(key) == value for key, value in wanted.items()):
        return "unchanged"
    grafana.datasource.update_datasource_by_uid(SOURCE, wanted)
    return "updated"


def _board(grafana: GrafanaApi, wanted: dict[str, Any]) -> str:
    found = _or_none(lambda: grafana.dashboard.get_dashboard(wanted["uid"]))
    if found is not None:
        kept = {key: value for key, value in found["dashboard"].items() if key not in _GIVEN_BY_GRAFANA}
        if kept == wanted and found["meta"].get("folderUid") == FOLDER:
            return "unchanged"
    grafana.dashboard.update_dashboard(
        {"dashboard": wanted, "folderUid": FOLDER, "overwrite": True, "message": "neurohub-observe publish"}
    )
    return "created" if found is None else "updated"


def _or_none(get: Callable[[], Any]) -> dict[str, Any] | None:
    """Return what Grafana has, or None where it says 404."""
    try:
        found: dict[str, Any] = get()
    except GrafanaClientError as error:
        if error.status_code == 404:
            return None
        raise
    return found


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
