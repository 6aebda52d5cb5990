"""Opens and verifies what our own code just made, with pyca/cryptography (>= 50).

Reads JSON from standard input: {"xwing": [...], "chunked": [...], "sign1": [...]}, all values hex.
Writes how many there were of each, and under "sealed" the same plaintexts sealed here, for us to open.
"""

import hashlib
import json
import sys

from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def bstr(value: bytes) -> bytes:
    length = len(value)
    if length < 24:
        return bytes([0x40 | length]) + value
    if length < 256:
        return bytes([0x58, length]) + value
    return bytes([0x59]) + length.to_bytes(2, "big") + value


def xwing(case: dict) -> str:
    expanded = hashlib.shake_256(case["seed"]).digest(96)
    key = hpke.MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )
    assert SUITE.decrypt(case["sealed"], key, case["info"]) == case["plaintext"]
    return SUITE.encrypt(case["plaintext"], key.public_key(), case["info"]).hex()


def chunked(case: dict) -> None:
    decryptor = Cobblestone256Decryptor(case["key"], case["context"])
    assert decryptor.update(case["sealed"]) + decryptor.finalize() == case["plaintext"]


def sign1(case: dict) -> None:
    protected = bytes([0xA1, 0x01, 0x27])
    message = bytes([0x84, 0x6A]) + b"Signature1" + bstr(protected) + bstr(case["purpose"]) + bstr(case["payload"])
    signature = case["sign1"][-64:]
    assert case["sign1"] == bytes([0x84]) + bstr(protected) + bytes([0xA0]) + bstr(case["payload"]) + bstr(signature)
    Ed25519PublicKey.from_public_bytes(case["public"]).verify(signature, message)


given = json.load(sys.stdin)
counts, sealed = {}, []
for name, judge in [("chunked", chunked), ("sign1", sign1), ("xwing", xwing)]:
    for case in given[name]:
        answer = judge({key: bytes.fromhex(value) for key, value in case.items()})
        if answer is not None:
            sealed.append(answer)
    counts[name] = len(given[name])
print(json.dumps(dict(counts, sealed=sealed)))
