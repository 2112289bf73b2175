"""The seal of a bundle: the SHA-256 of every file, and a signature over that list (OpenSSH's, `ssh-keygen -Y`).

Not how files get there or away: `bundle.py` seals, `install.py` checks before it touches anything. Part of the
bundle, so: standard library only.
"""

import hashlib
import subprocess
from pathlib import Path

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
NAMESPACE = "neurohub-bundle"
SIGNER = "release"  # the name that stands before the key in `allowed_signers`


class SealError(Exception):
    """The bundle is not what was sealed; the text says what is wrong."""


def seal(folder: Path, key: Path | None) -> None:
    """Write the sums of `folder`, and sign them when there is a key."""
    (folder / SUMS).write_text(_listing(folder), encoding="utf-8")
    (folder / SIGNATURE).unlink(missing_ok=True)  # ssh-keygen would ask whether to overwrite it
    if key is not None:
        _ssh_keygen(["-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE, str(folder / SUMS)])


def check(folder: Path, signers: Path | None) -> None:
    """Refuse a bundle that is not whole, holds more than was listed, or is not signed by one of `signers`."""
    if signers is not None:
        _check_signature(folder, signers)
    try:
        listed = (folder / SUMS).read_text(encoding="utf-8")
    except OSError:
        raise SealError(f"{folder} has no {SUMS}: this is not a bundle, or not all of it") from None
    if (found := _listing(folder)) != listed:
        differing = sorted({line[66:] for line in {*found.splitlines()} ^ {*listed.splitlines()}})
        raise SealError(f"not as it was sealed: {', '.join(differing[:5])}; copy the bundle again")


def _listing(folder: Path) -> str:
    """Return a line for each file, as `sha256sum` writes it. A link is no file of a bundle."""
    files = sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    kept = [path for path in files if path.name not in {SUMS, SIGNATURE} and "__pycache__" not in path.parts]
    if links := [path for path in kept if path.is_symlink()]:
        raise SealError(f"{links[0]} is a link; a bundle holds plain files")
    return "".join(f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in kept)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_signature(folder: Path, signers: Path) -> None:
    signature = folder / SIGNATURE
    if not signature.is_file():
        raise SealError(f"{folder} is not signed, and {signers} says who signs our bundles")
    options = ["-f", str(signers), "-I", SIGNER, "-n", NAMESPACE, "-s", str(signature)]
    _ssh_keygen(["-Y", "verify", *options], (folder / SUMS).read_bytes())


def _ssh_keygen(words: list[str], given: bytes = b"") -> None:
    done = subprocess.run(["ssh-keygen", *words], input=given, capture_output=True, check=False)
    if done.returncode != 0:
        said = (done.stderr + done.stdout).decode(errors="replace").strip()
        raise SealError(f"ssh-keygen does not agree with the signature: {said}")
