"""Access tokens: only ours, only whole, only in time."""

import base64
import hashlib
import hmac
import json
import time
from uuid import uuid4

import jwt
import pytest

from neurohub.auth import tokens
from neurohub.auth.caller import Account
from neurohub.contract.enums import Locale, Role
from neurohub.contract.problems import Code, ProblemError

KEY = "a key of the tests that is long enough for HS512 too, 64 bytes and more"
FAMILY = uuid4()
KIM = Account("user:kim", Role.WORKER, "kim", None, "KR01", (), "Kim", Locale.KOREAN)


def issued():
    return tokens.issue_access(KEY, KIM, FAMILY)


def claims(**changes):
    found = jwt.decode(issued(), options={"verify_signature": False})
    return {k: v for k, v in (found | changes).items() if v is not None}


def forged(payload, key=KEY, algorithm="HS256", headers=None):
    return jwt.encode(payload, key, algorithm=algorithm, headers=headers)


def raw(header, payload, signature=b""):
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def signed(payload, key=KEY):
    """Return what PyJWT itself refuses to make: any payload, any key, a right signature."""
    text = raw({"alg": "HS256", "typ": "JWT"}, payload).rpartition(".")[0]
    signature = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def refusal(token):
    with pytest.raises(ProblemError) as caught:
        tokens.read_access(KEY, token)
    return caught.value.problem.code


def test_an_issued_token_names_its_account_and_family():
    read = tokens.read_access(KEY, issued())
    assert (read.credential, read.family) == ("user:kim", FAMILY)
    assert 595 < read.expires_at - time.time() <= 600


def test_a_token_past_its_time_is_expired():
    assert refusal(forged(claims(exp=int(time.time()) - 1))) is Code.TOKEN_EXPIRED


LATER = int(time.time()) + 3600
FORGED = {
    "another key": lambda: forged(claims(), key=KEY[::-1]),
    "no key": lambda: signed(claims(), key=""),
    "no algorithm": lambda: raw({"alg": "none", "typ": "JWT"}, claims()),
    "algorithm None": lambda: raw({"alg": "None"}, claims()),
    "no algorithm, old signature": lambda: raw({"alg": "none"}, claims(), b"x" * 32),
    "HS384": lambda: forged(claims(), algorithm="HS384"),
    "HS512": lambda: forged(claims(), algorithm="HS512"),
    "RS256 in name": lambda: raw({"alg": "RS256", "typ": "JWT"}, claims(), b"x" * 32),
    "header without algorithm": lambda: raw({"typ": "JWT"}, claims(), b"x" * 32),
    "critical extension": lambda: forged(claims(), headers={"crit": ["b64"], "b64": False}),
    "key in the header": lambda: forged(
        claims(), key="their own key, as long as ours has to be", headers={"jwk": {}}
    ),
    "another issuer": lambda: forged(claims(iss="somebody")),
    "another audience": lambda: forged(claims(aud="somebody")),
    "many issuers": lambda: signed(claims(iss=["neurohub"])),
    "not yet valid": lambda: forged(claims(nbf=LATER)),
    "issued later": lambda: forged(claims(iat=LATER, nbf=LATER)),
    "a refresh token by type": lambda: forged(claims(typ="refresh")),
    "family is no id": lambda: forged(claims(family="1")),
    "family is a number": lambda: forged(claims(family=1)),
    "exp is text": lambda: forged(claims(exp="never")),
    "empty": lambda: "",
    "one part": lambda: "abc",
    "four parts": lambda: issued() + ".x",
    "two tokens": lambda: issued() + issued(),
    "leading blank": lambda: " " + issued(),
    "trailing line": lambda: issued() + "\n",
    "padded signature": lambda: issued() + "=",
    "not ASCII": lambda: issued()[:-1] + "é",
    "no signature": lambda: issued().rpartition(".")[0] + ".",
    "payload of another": lambda: ".".join(
        (
            issued().split(".")[0],
            forged(claims(sub="user:admin"), key="x" * 32).split(".")[1],
            issued().split(".")[2],
        )
    ),
    "a payload of ours that is a list": lambda: signed([]),
    "a payload of ours that is a text": lambda: signed("user:kim"),
    "subject is a number": lambda: signed(claims(sub=7)),
    "times are no numbers": lambda: signed(claims(exp={}, nbf=[], iat="x")),
    "exp is infinite": lambda: signed(claims(exp=float("inf"))),
    "payload is a list": lambda: raw({"alg": "HS256"}, [], b"x" * 32),
    "payload is null": lambda: raw({"alg": "HS256"}, None, b"x" * 32),
    "header is a list": lambda: raw([], claims(), b"x" * 32),
    **{
        f"without {name}": (lambda name=name: forged(claims(**{name: None})))
        for name in ("iss", "aud", "exp", "nbf", "iat", "sub", "jti", "typ", "family")
    },
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_is_not_believed(kind):
    assert refusal(FORGED[kind]()) is Code.NOT_AUTHENTICATED


def test_no_mutation_of_a_token_is_believed():
    token = issued()
    letters = "AQgw09-_.=+/ \nzZk"
    changed = [
        token[:at] + x + token[at + 1 :] for at in range(len(token)) for x in letters if x != token[at]
    ]
    assert len(changed) > 5000
    for other in changed:
        assert refusal(other) is Code.NOT_AUTHENTICATED


def test_every_spelling_of_the_last_letter_but_ours_is_refused():
    token = issued()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    believed = []
    for letter in letters:
        try:
            tokens.read_access(KEY, token[:-1] + letter)
            believed.append(letter)
        except ProblemError:
            pass
    assert believed == [token[-1]]


def test_a_refresh_token_has_one_successor_and_only_with_our_key():
    first = tokens.first_refresh()
    assert tokens.successor(KEY, first) == tokens.successor(KEY, first)
    assert len({first, tokens.successor(KEY, first), tokens.successor("other" * 10, first)}) == 3
    assert len(base64.urlsafe_b64decode(tokens.successor(KEY, first) + "=")) == 32
