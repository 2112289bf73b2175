"""Which files of a machine a release may write: those nobody changed."""

import pytest

from support import bundles  # noqa: F401 (puts the scripts of the bundle in reach)

import placing  # isort: skip


@pytest.fixture
def lay(tmp_path):
    def write(folder, **files):
        for name, text in files.items():
            path = tmp_path / folder / "etc" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / folder).mkdir(exist_ok=True)
        return tmp_path / folder

    return write


def shown(root):
    return {path.name: path.read_text() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("before", "there", "after", "expected"),
    [
        (None, {}, {"a": "1"}, {"a": "1"}),
        (None, {"a": "mine"}, {"a": "1"}, {"a": "mine", "a.new": "1"}),
        ({"a": "1"}, {"a": "1"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1"}, {"a": "mine"}, {"a": "2"}, {"a": "mine", "a.new": "2"}),
        ({"a": "1"}, {"a": "mine"}, {"a": "1"}, {"a": "mine"}),
        ({"a": "1"}, {"a": "2"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1"}, {}, {"a": "1"}, {"a": "1"}),
        ({"a": "1"}, {"a": "1"}, {}, {}),
        ({"a": "1"}, {"a": "mine"}, {}, {"a": "mine"}),
    ],
)
def test_what_a_person_changed_stays(lay, before, there, after, expected):
    root = lay("root", **there)
    shipped = lay("after", **after)
    said = list(placing.place(shipped, lay("before", **before) if before is not None else None, root))
    assert shown(root) == expected
    assert bool(said) is ("a.new" in expected or (after == {} and bool(expected)))
