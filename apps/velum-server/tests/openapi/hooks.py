"""Lets generated requests meet each other: whatever is a valid id, token or digest becomes one of a few.

Without this, every generated mailbox would be one that nobody made, and every token a wrong one, and
nothing but refusals would be tried. The test makes the first mailbox, which the first token reads and
the second one posts into, and a consent for the third.
"""

import base64
import hashlib
import os
import re

import schemathesis

FEW = 3


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def of(kind: str, number: int, length: int) -> bytes:
    return hashlib.sha256(f"{kind} {number}".encode()).digest()[:length]


TOKENS = [of("token", number, 32) for number in range(FEW)]
IDS = [text(of("id", number, 16)) for number in range(FEW)]
DIGESTS = [text(hashlib.sha256(token).digest()) for token in TOKENS]
DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
ID = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")


def choice(value: str, among: list) -> str:
    return among[hashlib.sha256(value.encode()).digest()[0] % len(among)]


def known(value, name: str = ""):
    """A valid id or digest as one of ours; everything else, and all that is wrong on purpose, as it is."""
    if isinstance(value, dict):
        return {name: known(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [known(inner, name) for inner in value]
    if isinstance(value, str) and ID.fullmatch(value):
        return choice(value, IDS)
    if isinstance(value, str) and DIGEST.fullmatch(value):
        return choice(value, DIGESTS)
    return value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return known(path_parameters)


@schemathesis.hook
def map_query(context, query):
    """What names a day's key names today's."""
    key = (query or {}).get("key")
    if isinstance(key, str) and DIGEST.fullmatch(key):
        return dict(query, key=os.environ["VELUM_TEST_KEY"])
    return query


@schemathesis.hook
def map_body(context, body):
    return known(body)


@schemathesis.auth()
class FewTokens:
    """One of the few tokens, another one for each request."""

    requests = 0

    def get(self, case, context):
        FewTokens.requests += 1
        return text(choice(str(FewTokens.requests), TOKENS))

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.serializer("application/cose")
def cose(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
