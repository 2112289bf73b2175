"""Labels over HTTP: ZPL and previews, who sees whose, what is refused, a plant's own templates."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from support import service
from support.floor import Floor
from support.problems import refused


def label(floor, kind, code, form="zpl", who="worker", **params):
    return floor.get(f"/labels/{kind}/{code}.{form}", who, **params)


def scanned(answer):
    assert answer.status_code == 200, answer.text
    return {found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(answer.content)))}


def test_a_lot_and_a_unit_have_their_labels(floor):
    unit = floor.unit()
    lot = unit[4:18]
    assert f"^FD{lot}^FS" in label(floor, "lot", lot).text
    answer = label(floor, "wip", unit)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("^XA")
    assert answer.text.count(f"^FD{unit}^FS") == 2


@pytest.mark.parametrize(("dpi", "size"), [(203, (480, 160)), (300, (708, 236))])
def test_a_preview_is_the_label_dot_for_dot_and_scans(floor, dpi, size):
    unit = floor.unit(passed=6)
    floor.start(unit, 7)
    serial = floor.get(f"/units/{unit}").json()["serial_number"]
    answer = label(floor, "serial", unit, "png", dpi=dpi)
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(answer.content)).size == size
    assert scanned(answer) == {serial}
    assert label(floor, "serial", serial, "png", dpi=dpi).content == answer.content


def test_a_label_has_a_tag(floor):
    code = floor.unit()
    first = label(floor, "wip", code, "png")
    headers = floor.headers("worker") | {"If-None-Match": first.headers["etag"]}
    again = floor.client.get(f"/labels/wip/{code}.png", headers=headers)
    assert (again.status_code, again.content) == (304, b"")


def test_a_worker_sees_the_labels_of_its_line_and_a_viewer_none(floor):
    code = floor.unit(line="KR02")
    assert refused(label(floor, "wip", code)) == (403, "FORBIDDEN")
    assert label(floor, "wip", code, who="manager").status_code == 200
    for who in ("viewer", "ST-01"):
        assert refused(label(floor, "wip", code, who=who)) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("kind", "file", "expected"),
    [
        ("lot", "KR01PSA2511999.zpl", (404, "LOT_NOT_FOUND")),
        ("wip", "WIP-KR01PSA2511999-001.png", (404, "UNIT_NOT_FOUND")),
        ("serial", "KR01PSA25119990001.png", (404, "UNIT_NOT_FOUND")),
        ("lot", "WIP-KR01PSA2511999-001.png", (400, "INVALID_BARCODE")),
        ("wip", "KR01PSA2511999.zpl", (400, "INVALID_BARCODE")),
        ("wip", "%5EXA.zpl", (400, "INVALID_BARCODE")),
        ("wip", "KR01PSA2511999.pdf", (404, "NOT_FOUND")),
        ("wip", "KR01PSA2511999", (404, "NOT_FOUND")),
        ("lot", "KR01PSA2511999.zpl?dpi=600", (400, "INVALID_REQUEST")),
        ("box", "KR01PSA2511999.zpl", (400, "INVALID_REQUEST")),
    ],
)
def test_what_is_no_label_is_refused(floor, kind, file, expected):
    answer = floor.client.get(f"/labels/{kind}/{file}", headers=floor.headers("manager"))
    assert refused(answer) == expected


def test_a_unit_without_a_serial_number_has_no_serial_label(floor):
    assert refused(label(floor, "serial", floor.unit())) == (404, "UNIT_NOT_FOUND")


def test_a_plant_has_its_own_templates_and_sees_a_change_at_once(database_url, tmp_path):
    own = tmp_path / "wip.toml"
    own.write_text(
        'width = 50\nheight = 30\n[[item]]\nkind = "qr"\nvalue = "{code}"\nx = 2\ny = 2\nwidth = 26\nheight = 26\n'
    )
    with service.running(database_url, None, workers=1, NEUROHUB_LABEL_DIR=str(tmp_path)) as base:
        floor = Floor(base)
        code = floor.unit()
        picture = label(floor, "wip", code, "png")
        assert Image.open(BytesIO(picture.content)).size == (400, 240)
        assert scanned(picture) == {code}
        assert label(floor, "lot", code[4:18]).status_code == 200
        own.write_text(
            'width = 50\nheight = 30\n[[item]]\nkind = "text"\nvalue = "{kode}"\nx=1\ny=1\nwidth=9\nheight=9\n'
        )
        answer = label(floor, "wip", code)
        assert refused(answer) == (422, "INVALID_LABEL_DATA")
        assert "wip.toml: item 1: there is no fact {kode}" in answer.json()["detail"]
        floor.close()
