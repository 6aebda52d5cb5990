"""Checks derivations.json with an independent implementation (pyca/cryptography >= 50)."""

import hashlib
import json
import pathlib

from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VECTORS = json.loads((pathlib.Path(__file__).parent / "derivations.json").read_text())


def hkdf(algorithm, salt, secret, info):
    return HKDF(algorithm=algorithm, length=32, salt=salt, info=info).derive(secret)


def expect(name, value):
    assert VECTORS[name] == value.hex(), name


share, sender, relay = b"\x11" * 16, b"\x22" * 32, b"\x33" * 32
invite, secret = b"\x44" * 16, b"\x55" * 32

# CBOR by hand: the maps are small and every byte is in docs/formats/sharing.md.
policy = bytes.fromhex("a40150") + share + bytes.fromhex("0203031a") + (1_800_000_000).to_bytes(4, "big") + bytes.fromhex("0401")
manifest = bytes.fromhex("a40102" + "02199c40" + "03190280" + "041901e0")
envelope = bytes.fromhex("a4015820") + sender + b"\x02" + manifest + bytes.fromhex("03581d") + policy + bytes.fromhex("045820") + b"\x88" * 32
expect("policy", policy)
expect("policy_digest", hashlib.sha256(policy).digest())
expect("manifest", manifest)
expect("envelope", envelope)

sha512, sha256 = hashes.SHA512(), hashes.SHA256()
expect("claim_key", hkdf(sha512, None, sender, b"velum/claim-key/v1" + share))
expect("fetch_token", hkdf(sha512, None, sender, b"velum/fetch/v1" + share))
for name in ["read", "accept"]:
    expect(f"invite_{name}_token", hkdf(sha256, invite, secret, f"velum/invite-{name}/v1".encode()))
expect("invite_first_root", hkdf(sha256, invite, secret, b"velum/invite-root/v1"))
expect("pair_root", hkdf(sha256, secret, b"\x66" * 32 + b"\x77" * 32, b"velum/pair-root/v1"))

# The photo: 40 000 bytes padded by Padmé to a multiple of 2^(15 - 4).
photo = bytes(n % 253 for n in range(40_000))
padded = photo + bytes(-len(photo) % 2048)
key = hkdf(sha512, None, sender + relay, b"velum/cek/v1" + share + hashlib.sha256(policy).digest())
salt = hkdf(sha512, None, sender, b"velum/salt/v1" + share)[:24]
first = bytes.fromhex(VECTORS["sealed_first_80"])
assert first[:24] == salt
chunks = len(padded) // 16384 + 1
assert VECTORS["sealed_bytes"] == 56 + len(padded) + 16 * chunks

# Seal again by the same specification and compare the whole.
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + salt + hashlib.sha256(manifest).digest()
okm = HKDFExpand(algorithm=sha512, length=76, info=info).derive(key)
cipher, base, commitment = AESGCM(okm[:32]), int.from_bytes(okm[32:44], "big"), okm[44:]
sealed = salt + commitment
for number in range(chunks):
    nonce = (base ^ number).to_bytes(12, "big")
    sealed += cipher.encrypt(nonce, padded[number * 16384 : (number + 1) * 16384], None)
expect("sealed_sha256", hashlib.sha256(sealed).digest())
decryptor = Cobblestone256Decryptor(key, hashlib.sha256(manifest).digest())
assert decryptor.update(sealed) + decryptor.finalize() == padded
print("envelope vectors: all agree")
