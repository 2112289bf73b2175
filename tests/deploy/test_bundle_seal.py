"""A bundle is believed when it is whole and signed, and only then."""

import pytest

from support import bundles

sealing = bundles.sealing


@pytest.fixture
def sealed(tmp_path):
    folder = tmp_path / "bundle"
    (folder / "wheels").mkdir(parents=True)
    (folder / "install.py").write_text("print('hello')\n")
    (folder / "wheels" / "one.whl").write_bytes(b"one")
    key, signers = bundles.signing_key(tmp_path)
    sealing.seal(folder, key)
    return folder, signers


def flip(folder):
    (folder / "wheels/one.whl").write_bytes(b"onf")


def lose(folder):
    (folder / "wheels/one.whl").unlink()


def add(folder):
    (folder / "wheels/two.whl").write_bytes(b"two")


def link(folder):
    (folder / "wheels/two.whl").symlink_to("/etc/passwd")


def seal_anew(folder):
    flip(folder)
    sealing.seal(folder, None)


def unsign(folder):
    (folder / sealing.SIGNATURE).unlink()


def test_a_bundle_as_it_was_sealed_is_believed(sealed):
    sealing.check(*sealed)


@pytest.mark.parametrize("spoil", [flip, lose, add, link, seal_anew, unsign])
def test_a_bundle_that_was_touched_is_refused(sealed, spoil):
    folder, signers = sealed
    spoil(folder)
    with pytest.raises(sealing.SealError):
        sealing.check(folder, signers)


def test_a_signature_of_a_stranger_is_refused(sealed, tmp_path):
    (tmp_path / "stranger").mkdir()
    _, strangers = bundles.signing_key(tmp_path / "stranger")
    with pytest.raises(sealing.SealError):
        sealing.check(sealed[0], strangers)
