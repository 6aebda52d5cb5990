"""Makes the vectors beside this file with an independent implementation (pyca/cryptography >= 50).

Run once per format version: the outputs are frozen, because old versions must open for ever.
"""

import hashlib
import json
import pathlib

from cryptography.cobblestone import Cobblestone256Encryptor
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

HERE = pathlib.Path(__file__).parent


def stream(label: str, length: int) -> bytes:
    """Bytes anyone can make again: SHAKE-256 of a label."""
    return hashlib.shake_256(label.encode()).digest(length)


def chunked() -> list:
    cases = []
    for length in [0, 1, 1000, 16383, 16384, 16385, 32768, 50000]:
        key = stream(f"key {length}", 32)
        context = stream(f"context {length}", length % 40)
        plaintext = stream(f"plaintext {length}", length)
        encryptor = Cobblestone256Encryptor(key, context)
        sealed = encryptor.update(plaintext) + encryptor.finalize()
        cases.append(
            {
                "key": key.hex(),
                "context": context.hex(),
                "plaintext": plaintext.hex(),
                "salt": sealed[:24].hex(),
                "commitment": sealed[24:56].hex(),
                "sealed_bytes": len(sealed),
                "sealed_sha256": hashlib.sha256(sealed).hexdigest(),
            }
        )
    return cases


def xwing_base() -> list:
    cases = []
    for number in range(4):
        seed = stream(f"x-wing seed {number}", 32)
        expanded = hashlib.shake_256(seed).digest(96)
        key = hpke.MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
            X25519PrivateKey.from_private_bytes(expanded[64:]),
        )
        suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
        info = f"velum/test/{number}".encode()
        plaintext = stream(f"message {number}", 32 * number)
        sealed = suite.encrypt(plaintext, key.public_key(), info)
        cases.append({"seed": seed.hex(), "info": info.decode(), "plaintext": plaintext.hex(), "sealed": sealed.hex()})
    return cases


def sign1() -> list:
    cases = []
    for number in range(3):
        seed = stream(f"identity seed {number}", 32)
        payload = stream(f"payload {number}", 10 + 200 * number)
        purpose = b"velum/test/v1"
        protected = bytes([0xA1, 0x01, 0x27])

        def bstr(value: bytes) -> bytes:
            if len(value) < 24:
                return bytes([0x40 | len(value)]) + value
            if len(value) < 256:
                return bytes([0x58, len(value)]) + value
            return bytes([0x59]) + len(value).to_bytes(2, "big") + value

        message = bytes([0x84, 0x6A]) + b"Signature1" + bstr(protected) + bstr(purpose) + bstr(payload)
        signature = Ed25519PrivateKey.from_private_bytes(seed).sign(message)
        signed = bytes([0x84]) + bstr(protected) + bytes([0xA0]) + bstr(payload) + bstr(signature)
        cases.append({"seed": seed.hex(), "purpose": purpose.decode(), "payload": payload.hex(), "sign1": signed.hex()})
    return cases


for name, make in [("chunked", chunked), ("xwing-base", xwing_base), ("sign1", sign1)]:
    (HERE / f"{name}.json").write_text(json.dumps(make(), indent=1) + "\n")
