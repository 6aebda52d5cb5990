"""Opens files that we made for a passphrase, and makes others for us to open, with pyrage (rage).

Reads JSON from standard input, [{"passphrase", "plaintext", "sealed", "answer"}], plaintext and
sealed in hex; writes [{"plaintext", "sealed"}] by rage for those that want an answer. Each of those
takes seconds: rage makes guessing a passphrase as slow as the machine allows.
"""

import json
import sys

import pyrage

answers = []
for case in json.load(sys.stdin):
    plaintext = bytes.fromhex(case["plaintext"])
    assert pyrage.passphrase.decrypt(bytes.fromhex(case["sealed"]), case["passphrase"]) == plaintext
    if case["answer"]:
        sealed = pyrage.passphrase.encrypt(plaintext, case["passphrase"])
        answers.append({"plaintext": case["plaintext"], "sealed": sealed.hex()})
json.dump(answers, sys.stdout)
