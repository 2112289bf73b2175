"""Passwords: the policy, the hash, the slots."""

import asyncio

import pytest
from argon2 import PasswordHasher

from neurohub.auth.passwords import HashingSlots, check_password, hash_password, is_outdated


@pytest.mark.parametrize(
    "text", ["Trolley7", "trolley-7", "TROLLEY-7", "세번째조립라인-7a", "three small words"]
)
def test_a_long_or_mixed_password_is_accepted(text):
    check_password(text)


@pytest.mark.parametrize(
    "text", ["", "Trol-7", "trolleys", "trolley7", "TROLLEY7", "12345678", "fourteen chars"]
)
def test_a_short_or_plain_password_is_refused(text):
    with pytest.raises(ValueError, match="15 characters or more"):
        check_password(text)


@pytest.mark.parametrize(
    "text", ["Password1!", "P@ssw0rd", "Qwerty123!", "Admin2026!", "Neurohub-1", "aaaaaaaaaaaaaaaa"]
)
def test_a_common_password_is_refused(text):
    with pytest.raises(ValueError, match="among the first"):
        check_password(text)


def test_the_own_name_with_a_number_is_refused():
    with pytest.raises(ValueError, match="among the first"):
        check_password("Minsu-2026", "minsu")


def test_the_hash_is_argon2id_with_our_parameters():
    kept = hash_password("Trolley7")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not is_outdated(kept)


def test_a_hash_of_other_parameters_is_outdated():
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("Trolley7"))


def test_only_the_right_password_of_an_account_is_verified():
    async def verified(kept, text):
        return await HashingSlots().verify(kept, text)

    kept = hash_password("Trolley7")
    assert asyncio.run(verified(kept, "Trolley7"))
    assert not asyncio.run(verified(kept, "Trolley8"))
    assert not asyncio.run(verified(None, "Trolley7"))
    assert not asyncio.run(verified("not a hash", "Trolley7"))
