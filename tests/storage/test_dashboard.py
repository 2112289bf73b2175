"""The board's numbers as the statement answers them."""

from datetime import UTC, datetime, timedelta

from neurohub.storage.statements import load
from support import sql_machine as machine


def _state(connection, process):
    (summary,) = connection.execute(load("dashboard")["summary"], {"line": "KR02"}).fetchone()
    return next(p["state"] for p in summary["processes"] if p["process"] == process)


def test_step_is_late_by_the_route_of_its_model(app):
    lot = machine.open_lot(app, 1, line="KR02", model="WFO")
    begun = datetime.now(UTC) - timedelta(seconds=100)  # the standard time of process 1 is 60 s
    (started,) = machine.record(
        app, machine.item("START", lot, process=1, station="ST-99", occurred_at=begun)
    )
    assert (started.code, _state(app, 1)) == (None, "DELAYED")
    app.execute("insert into route (model, process, standard_s, rework) values ('WFO', 1, 600, false)")
    assert _state(app, 1) == "RUNNING"
    app.execute("update route set standard_s = 10 where model = 'WFO'")
    app.execute("update process set standard_s = 600 where process = 1")
    assert _state(app, 1) == "DELAYED"
