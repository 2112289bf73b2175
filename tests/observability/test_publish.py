"""Publishing to a running Grafana: everything arrives, nothing is written twice, and a changed board is put right."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from grafana_client.client import GrafanaUnauthorizedError

from observability import boards
from observability.cli import main
from observability.publish import FOLDER, SOURCE, Mark, connect, mark, publish
from support import grafana

PROMETHEUS = "http://prometheus.plant:9090"


@pytest.fixture
def there():
    with grafana.running() as (url, kept):
        client = connect(url, grafana.TOKEN)
        yield client, kept, url
        client.client.s.close()


def test_a_first_time_creates_everything(there) -> None:
    client, kept, _ = there
    done = publish(client, PROMETHEUS)
    assert set(done.values()) == {"created"}
    assert set(kept.boards) == {*(board.uid for board in boards.ALL), "neurohub-runbook"}
    assert kept.sources[SOURCE]["url"] == PROMETHEUS
    assert {board["meta"]["folderUid"] for board in kept.boards.values()} == {FOLDER}
    assert kept.refused == []


def test_a_second_time_changes_nothing(there) -> None:
    client, kept, _ = there
    publish(client, PROMETHEUS)
    kept.writes.clear()
    assert set(publish(client, PROMETHEUS).values()) == {"unchanged"}
    assert kept.writes == []


def test_what_somebody_changed_by_hand_is_put_right_and_nothing_else(there) -> None:
    client, kept, _ = there
    publish(client, PROMETHEUS)
    kept.boards["neurohub-floor"]["dashboard"]["title"] = "Mine"
    kept.boards["neurohub-api"]["meta"]["folderUid"] = "elsewhere"
    kept.folders[FOLDER]["title"] = "Other"
    kept.sources[SOURCE]["url"] = "http://old:9090"
    done = publish(client, PROMETHEUS)
    assert [what for what, how in done.items() if how != "unchanged"] == [
        "folder neurohub",
        "source neurohub-prometheus",
        "board neurohub-api",
        "board neurohub-floor",
    ]
    assert set(publish(client, PROMETHEUS).values()) == {"unchanged"}


def test_a_wrong_token_is_said_and_not_taken_for_an_empty_grafana(there) -> None:
    _, kept, url = there
    stranger = connect(url, "wrong")
    with pytest.raises(GrafanaUnauthorizedError):
        publish(stranger, PROMETHEUS)
    stranger.client.s.close()
    assert kept.writes == []


def test_a_load_run_is_marked_from_its_begin_to_its_end(there) -> None:
    client, kept, _ = there
    mark(client, Mark.LOAD, "shift start", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    (told,) = kept.annotations
    assert (told["time"], told["timeEnd"]) == (1767225600000, 1767312000000)
    assert told["tags"] == ["neurohub", "load"]


def test_the_command_publishes_and_marks_a_deploy(there) -> None:
    _, kept, url = there
    access = ["--url", url, "--token", grafana.TOKEN]
    done = CliRunner().invoke(main, ["publish", *access])
    assert done.exit_code == 0, done.output
    assert done.output.count("created") == len(boards.ALL) + 3
    done = CliRunner().invoke(main, ["mark", "deploy", "0.2.0", *access])
    assert done.exit_code == 0, done.output
    assert kept.annotations[0]["text"] == "0.2.0"
