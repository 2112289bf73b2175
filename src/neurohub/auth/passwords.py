"""Passwords and station secrets: argon2id, the policy, and the slots that keep hashing off the event loop.

Not here: who may try and how often (`auth.sign_in`). Called by signing in, master data and the command line.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from neurohub.contract.problems import Code, ProblemError

_argon2id: Final = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # 26 ms on one core
_CLASSES: Final = tuple(re.compile(form) for form in ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]"))
_LONG_CHARS: Final = 15
_SHORT_CHARS: Final = 8
_AT_ONCE: Final = min(os.cpu_count() or 1, 2)  # workers are as many as cores, and memory is 120 MB each
_WAITING_MAX: Final = 200  # seconds of hashing on two cores; more would outlive the handler's deadline

# Words that passwords in breach lists are made of, once digits and signs at the end are taken off.
_COMMON_WORDS: Final = """
    abcd admin administrator changeme default dragon factory football guest hello iloveyou korea letmein
    login manager master monkey neurohub operator p@ssw0rd p@ssword passw0rd password pass princess qwer
    qwert qwerty qwertyuiop samsung secret seoul station summer sunshine superman test user welcome
    winter withforce worker asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm q1w2e3r4 1q2w3e4r 1qaz2wsx qazwsx
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())


def hash_password(text: str) -> str:
    """Return the argon2id hash of `text`."""
    return _argon2id.hash(text)


def is_outdated(password_hash: str) -> bool:
    """Tell whether `password_hash` was made with other parameters than today's."""
    return _argon2id.check_needs_rehash(password_hash)


def check_password(text: str, username: str = "") -> None:
    """Raise `ValueError`, saying what to do, where `text` is too easy to guess."""
    classes = sum(form.search(text) is not None for form in _CLASSES)
    if len(text) < _SHORT_CHARS or (len(text) < _LONG_CHARS and classes < len(_CLASSES) - 1):
        raise ValueError(
            "choose 15 characters or more, or 8 with three of: small letters, capitals, digits, signs"
        )
    plain = text.lower()
    word = re.sub(r"[^a-z]+$", "", plain)
    if plain in _COMMON or word in _COMMON or (username and word == username.lower()) or len(set(plain)) < 5:
        raise ValueError("this password is among the first an attacker tries; choose another one")


def _matches(password_hash: str, text: str) -> bool:
    try:
        return _argon2id.verify(password_hash, text)
    except (VerificationError, InvalidHashError):
        return False


class HashingSlots:
    """Two hashes at once in each worker (19 MB each), a bounded queue before them."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._nobody = hash_password(
            os.urandom(16).hex()
        )  # verified for unknown accounts: same time, no match

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one slot; refuses with `OVERLOADED` rather than queue past the deadline."""
        if self._waiting >= _WAITING_MAX:
            raise ProblemError(Code.OVERLOADED, "Too many people are signing in; try again", retry_after_s=2)
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._slots.release()

    async def verify(self, password_hash: str | None, text: str) -> bool:
        """Tell whether `text` is the password; takes the same time without an account. Call it in a slot."""
        return (
            await asyncio.to_thread(_matches, password_hash or self._nobody, text)
            and password_hash is not None
        )

    async def hash(self, text: str) -> str:
        """Return the hash of `text`, made in a thread and in a slot."""
        async with self.slot():
            return await asyncio.to_thread(hash_password, text)
