"""An independent judge of Velum's consent format, version 1 (docs/formats/consent.md).

Written from the specification, not from the Rust code, on other libraries (pycose, cbor2,
cryptography), so that a mistake would have to be made twice.

    verify.py               checks the frozen vectors beside this file
    verify.py --judge       reads one JSON object a line: {"bundle": hex, "questions": [...]}
                            answers one a line: {"refused": reason} or {"answers": [...]}
"""

import hashlib
import io
import json
import pathlib
import sys

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message

DAY = 86_400
SKEW = 300
LATEST = 253_402_300_799
POLICY, GRANT, WITHDRAW, END = 1, 2, 3, 4
RECEIVE, VIEW, KEEP, SHOW = 1, 2, 3, 4
VERBS = {RECEIVE: "Receive", VIEW: "View", KEEP: "Keep", SHOW: "Show"}
CHAIN_MAX, KEPT = 5000, 500


class Refused(Exception):
    """The bytes are not accepted."""


class Waits(Exception):
    """Something that is cited has not been read yet."""


def need(condition, reason):
    if not condition:
        raise Refused(reason)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def decode(raw):
    """CBOR in its one allowed encoding."""
    stream = io.BytesIO(raw)
    try:
        value = cbor2.CBORDecoder(stream).decode()
        again = cbor2.dumps(value, canonical=True)
    except Exception as error:
        raise Refused("not CBOR") from error
    need(again == raw, "not canonical")
    return value


def is_uint(value, most=2**64 - 1):
    return type(value) is int and 0 <= value <= most


def is_bytes(value, length):
    return type(value) is bytes and len(value) == length


# --- statements ---------------------------------------------------------------------------------

COMMON = {1, 2, 3, 4, 7, 13, 14}
EXTRA = {  # type -> keys that must be there, keys that may be there
    POLICY: ({10, 11, 12, 15}, set()),
    GRANT: ({8, 10, 12}, {9, 11}),
    WITHDRAW: (set(), {8, 9}),
    END: (set(), set()),
}


def check_statement(s):
    need(type(s) is dict and is_uint(s.get(7)) and s[7] in EXTRA, "not a statement")
    must, may = EXTRA[s[7]]
    keys = set(s)
    need(COMMON | must <= keys <= COMMON | must | may | {5, 6}, "wrong fields")
    need(s[1] == 1, "version")
    need(is_bytes(s[2], 16) and is_bytes(s[3], 32) and is_bytes(s[14], 16), "field length")
    need(is_uint(s[4], 2**32 - 1) and (s[4] == 0) == (5 not in s), "number")
    need(all(is_bytes(s[key], 32) for key in (5, 6, 12) if key in s), "field length")
    need(8 not in s or (is_uint(s[8]) and s[8] in VERBS), "verb")
    need(9 not in s or is_bytes(s[9], 16), "subject")
    need(is_uint(s[13], LATEST), "time")
    need(11 not in s or (is_uint(s[11]) and 1 <= s[11] <= 1000), "views")
    if 10 in s:  # C2
        need(is_uint(s[10], LATEST) and s[13] < s[10] <= s[13] + 90 * DAY, "expiry")
    if 15 in s:
        p = s[15]
        need(type(p) is dict and set(p) == {1, 2, 3, 4, 5}, "policy fields")
        need(p[1] == 1 and is_uint(p[2], 90) and is_uint(p[3], 1) and is_uint(p[4], 1), "policy")
        need(is_uint(p[5], 2**32 - 1), "revision")


def read_statement(raw, keys, pair):
    """Checks signature and content; gives the payload's map and the statement's digest."""
    need(len(raw) <= 512, "too big")
    parts = decode(raw)
    need(type(parts) is list and len(parts) == 4, "not a COSE_Sign1")
    need(parts[0] == bytes.fromhex("a10127") and parts[1] == {}, "headers")
    need(type(parts[2]) is bytes and is_bytes(parts[3], 64), "not a COSE_Sign1")
    s = decode(parts[2])
    check_statement(s)
    need(s[3] in keys, "a stranger")
    message = Sign1Message.from_cose_obj(parts, True)
    message.key = OKPKey(crv=Ed25519, x=keys[s[3]])
    message.external_aad = b"velum/statement/v1"
    try:
        signed = message.verify_signature()
    except Exception:
        signed = False
    need(signed, "signature")
    need(s[2] == pair, "another pair")
    return s, sha256(raw)


# --- the ledger ---------------------------------------------------------------------------------


class Ledger:
    def __init__(self, bundle):
        raw = decode(bundle)
        need(type(raw) is dict and set(raw) - {5} == {1, 2, 3, 4, 6}, "bundle fields")
        need(raw[1] == 1 and is_bytes(raw[2], 16) and is_bytes(raw[6], 16), "bundle fields")
        need(5 not in raw or is_uint(raw[5], LATEST), "bundle time")
        self.is_export = 5 in raw
        need(type(raw[3]) is list and len(raw[3]) == 2, "keys")
        self.people, self.keys = [], {}
        for key in raw[3]:
            need(is_bytes(key, 40) and key[:8] == bytes.fromhex("a301012006215820"), "key")
            self.people.append(sha256(key))
            self.keys[self.people[-1]] = key[8:]
        need(self.people[0] < self.people[1], "order of people")
        self.pair = sha256(b"velum/pair/v1", *self.people, raw[6])[:16]
        need(self.pair == raw[2], "pair id")
        self.chains = {person: [] for person in self.people}
        self.place = {}  # digest -> (author, seq)
        need(type(raw[4]) is list and len(raw[4]) == 2, "chains")
        self.read_chains(raw[4])

    def read_chains(self, chains):
        queues = []
        for person, chain in zip(self.people, chains):
            need(type(chain) is list and all(type(raw) is bytes for raw in chain), "chains")
            queue = [read_statement(raw, self.keys, self.pair) for raw in chain]
            need(all(s[3] == person for s, _ in queue), "in the other's chain")
            queues.append(queue)
        while any(queues):
            before = sum(map(len, queues))
            for queue in queues:
                while queue:
                    try:
                        self.take_in(*queue[0])
                    except Waits:
                        break
                    queue.pop(0)
            need(sum(map(len, queues)) < before, "cites what is not here")

    def take_in(self, s, digest):
        author, chain = s[3], self.chains[s[3]]
        other = self.people[1 - self.people.index(author)]
        need(s[4] == len(chain), "number")
        last = chain[-1] if chain else None
        need(s.get(5) == (last["digest"] if last else None), "prev")
        need(last is None or s[13] >= last[13], "time runs backwards")  # C9
        if 6 in s:
            if s[6] not in self.place:
                raise Waits
            who, seen = self.place[s[6]]
            need(who == other, "seen")
        else:
            seen = -1
        need(last is None or seen >= last["seen"], "seen less than before")
        if s[7] == POLICY:
            own = revisions(chain)
            known = own + revisions(self.chains[other][: seen + 1])
            need(s[15][5] > max(own, default=-1), "old revision")
            need(s[15][5] <= max(known, default=-1) + 1, "revision skipped")
        room = {WITHDRAW: CHAIN_MAX - 1, END: CHAIN_MAX}.get(s[7], CHAIN_MAX - KEPT)
        need(len(chain) < room, "full")
        s["digest"], s["seen"] = digest, seen
        self.place[digest] = (author, len(chain))
        chain.append(s)

    # --- the rules ------------------------------------------------------------------------------

    def answer(self, verb, share, shower, viewer, now):
        if {shower, viewer} != set(self.people) or shower == viewer:
            return "NotParties"
        if any(s[7] == END for chain in self.chains.values() for s in chain):  # C7
            return "Ended"
        agreed = self.agreed()  # C10
        if agreed is None:
            return "NoPolicy"
        terms, digest, since = agreed
        if since > now + SKEW:  # C11
            return "PolicyNotYet"
        if now >= terms["until"]:  # C8
            return "PolicyExpired"
        allowed = {KEEP: terms["keep"], SHOW: terms["show"]}.get(verb, 1)
        steps = [(viewer, RECEIVE)]  # C6
        if verb != RECEIVE:
            steps.append((shower, VIEW))
        if verb in (KEEP, SHOW):
            steps.append((shower, verb))
        ends, views = [terms["until"]], [terms["views"]]
        for author, step in steps:
            if step in (KEEP, SHOW) and not allowed:
                return f"NotAllowed({VERBS[step]})"
            grant = self.deciding(author, step, share)
            problem = self.problem(grant, step, now, digest)
            if problem:
                return f"{problem}({VERBS[step]})"
            ends.append(grant[10])
            views.append(grant.get(11, views[0]))
        return f"live {min(ends)} {min(views)}"

    def deciding(self, author, verb, share):
        """The author's newest statement about verb and share (C3, C4, C5)."""
        about = [
            s
            for s in self.chains[author]
            if s.get(9, share) == share
            and (s[7] == GRANT and s[8] == verb or s[7] == WITHDRAW and s.get(8, verb) == verb)
        ]
        return about[-1] if about else None

    @staticmethod
    def problem(newest, verb, now, digest):
        if newest is None:
            return "NotGranted"  # C1
        if newest[7] == WITHDRAW:
            return "Withdrawn"  # C4
        if newest[13] > now + SKEW:
            return "NotYet"  # C11
        if now >= newest[10]:
            return "Expired"  # C8
        if verb in (KEEP, SHOW) and newest[12] != digest:
            return "OtherTerms"  # C6
        return None

    def agreed(self):
        """Terms in force, digest of the agreed words, when the later one signed (C5, C6, C10)."""
        policies = [[s for s in self.chains[p] if s[7] == POLICY] for p in self.people]
        same = [
            (a, b)
            for a in policies[0]
            for b in policies[1]
            if all(a[key] == b[key] for key in (10, 11, 12, 15))
        ]
        if not same:
            return None
        a, b = max(same, key=lambda both: both[0][15][5])
        in_force = [a] + [s for s in policies[0] + policies[1] if s[15][5] > a[15][5]]
        terms = {
            "until": min(s[10] for s in in_force),
            "views": min(s[11] for s in in_force),
            "keep": min(s[15][3] for s in in_force),
            "show": min(s[15][4] for s in in_force),
        }
        return terms, a[12], max(a[13], b[13])


def revisions(chain):
    return [s[15][5] for s in chain if s[7] == POLICY]


def ask(ledger, question):
    verb, share, shower, viewer, now = question
    number = {name.lower(): number for number, name in VERBS.items()}[verb]
    return ledger.answer(number, *map(bytes.fromhex, (share, shower, viewer)), now)


# --- vectors ------------------------------------------------------------------------------------


def check_ledgers(vectors):
    for vector in vectors:
        name = vector["name"]
        keys = [Ed25519PrivateKey.from_private_bytes(bytes.fromhex(s)) for s in vector["seeds"]]
        publics = [key.public_key().public_bytes_raw() for key in keys]
        ledger = Ledger(bytes.fromhex(vector["bundle"]))
        stored = Ledger(bytes.fromhex(vector["stored"]))
        assert ledger.is_export and not stored.is_export, name
        assert stored.chains == ledger.chains, name
        assert ledger.pair.hex() == vector["pair"], name
        assert sorted(ledger.keys.values()) == sorted(publics), name
        for s in vector["statements"]:
            signed = bytes.fromhex(s["signed"])
            payload = decode(signed)[2]
            assert payload.hex() == s["payload"], name
            assert sha256(signed).hex() == s["digest"], name
            key = keys[s["author"]]
            context = ["Signature1", bytes.fromhex("a10127"), b"velum/statement/v1", payload]
            assert key.sign(cbor2.dumps(context)) == decode(signed)[3], name
            author = sha256(bytes.fromhex("a301012006215820"), publics[s["author"]])
            assert ledger.place[sha256(signed)] == (author, s["seq"]), name
        assert len(vector["statements"]) == len(ledger.place), name
        for question in vector["questions"]:
            assert ask(ledger, question["ask"]) == question["answer"], (name, question)


def check_refused(vectors):
    for vector in vectors:
        try:
            ledger = Ledger(bytes.fromhex(vector["bundle"]))
        except Refused:
            continue
        assert not ledger.is_export, f"accepted: {vector['name']}"


def check_terms(vectors):
    for vector in vectors:
        assert sha256(vector["words"].encode()).hex() == vector["digest"], vector["terms"]
        assert "I am an adult." in vector["words"]


def judge(lines, out):
    for line in lines:
        case = json.loads(line)
        try:
            ledger = Ledger(bytes.fromhex(case["bundle"]))
            verdict = {"answers": [ask(ledger, question) for question in case["questions"]]}
        except Refused as refused:
            verdict = {"refused": str(refused)}
        print(json.dumps(verdict), file=out)


def main():
    if sys.argv[1:] == ["--judge"]:
        judge(sys.stdin, sys.stdout)
        return
    folder = pathlib.Path(__file__).parent
    checks = {"ledgers": check_ledgers, "refused": check_refused, "terms": check_terms}
    for name, check in checks.items():
        vectors = json.loads((folder / f"{name}.json").read_text())
        assert vectors, name
        check(vectors)
        print(f"{name}: {len(vectors)} good")


if __name__ == "__main__":
    main()
