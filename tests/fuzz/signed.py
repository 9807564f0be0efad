"""Our verifier beside dkimpy's, on signed mails that were changed: `python -m tests.fuzz.signed 10000`.

Each mail is signed by dkimpy, or by hand with tags that dkimpy would not write, then changed somewhere or nowhere, and
both are asked. They may differ only where we are
stricter by design, each time by a rule that has a name here. Anything else ends with exit code 1 and the mail's seed.
"""

import asyncio
import random
import sys
from collections import Counter
from datetime import UTC, datetime

import dkim

from mailin.genuine.dkim import Result, SignedMail, verify_signatures
from mailin.headers import read_headers
from mailin.limits import BeyondLimit, ReadingLimits
from tests.parts.signing import SIGNED_FIELDS, ed25519_key, hand_signed, rsa_key, signed

STRICTER = {
    "only a part of the mail is signed (l=)": "l=",
    "the From field is not signed": "From not in h=",
    "the domain is only testing its key": "t=y",
    "it is signed by an algorithm that is not accepted": "sha1",
    "several keys are published under one name": "several keys",
    "the signature is malformed": "malformed",
    "the signature is of an unknown version": "version",
    "the signature names no domain": "domain",
    "the signature speaks for another domain": "i=",
    "the signature has expired": "expired",
    "the signature is of the future": "future",
    "the key is kept in an unknown way": "q=",
    "bare line ends": "bare line ends",
    "broken header block": "broken header block",
    "the published key is malformed": "malformed key",
    "the published key is for another algorithm": "algorithm of the key",
    "the published key is for other hashes": "h= of the key",
    "the published key is not for mail": "s= of the key",
}
"""Our reasons for a mail that dkimpy takes, and how each rule is called in the report."""

WORDS = ["claims", "sheet", "Lakeside", "attached", " two  blanks", "tab\t", "", ".", "..", "umlaut ä", "=", "--", " "]
RECORDS = ("v=DKIM1;", "v=DKIM1; t=y;", "v=DKIM1; t=s;", "", "v=DKIM1; h=sha1;")
TAGS = (b"; x=1; bh=", b"; t=99999999999; bh=", b"; q=dns/txt; bh=", b"; l=1; bh=")
ODD_TAGS: tuple[dict[str, str], ...] = (
    {},
    {"x": "1"},
    {"x": "99999999999"},
    {"t": "99999999999"},
    {"t": "1", "x": "99999999999"},
    {"t": "x"},
    {"i": "@clinic.example"},
    {"i": "ann@mail.clinic.example"},
    {"i": "@other.example"},
    {"i": "@evilclinic.example"},
    {"q": "dns/txt"},
    {"q": "dns/txt:http"},
    {"q": "http"},
    {"l": "2"},
    {"v": "2"},
    {"a": "rsa-sha1"},
    {"a": "ed25519-sha256"},
    {"c": "relaxed"},
    {"c": "nofws/relaxed"},
    {"d": "Clinic.Example"},
    {"z": "From:x|To:y", "new": "thing"},
)
"""In signatures that are right otherwise."""
DOMAINS = {"clinic.example": "s1", "mail.clinic.example": "s2"}


class Zone:
    """A `Resolver` over a dict, and dkimpy's own question to it."""

    def __init__(self) -> None:
        self.records: dict[str, tuple[bytes, ...]] = {}

    async def txt(self, name: str) -> tuple[bytes, ...]:
        return self.records.get(name, ())

    async def addresses(self, name: str, version: int) -> tuple[str, ...]:
        return ()

    async def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        return ()

    async def ptr(self, address: str) -> tuple[str, ...]:
        return ()

    def ask(self, name: bytes, timeout: int = 5) -> bytes | None:
        found = self.records.get(name.decode("ascii", "replace").rstrip(".").lower(), ())
        return found[0] if found else None


def a_mail(dice: random.Random) -> bytes:
    lines = [" ".join(dice.choices(WORDS, k=dice.randint(0, 8))) for _ in range(dice.randint(0, 12))]
    fields = [
        f"From: {dice.choice(['', 'Billing '])}<billing@clinic.example>",
        "To: portal@example.org",
        f"Subject: {dice.choice(WORDS)} {dice.choice(WORDS)}",
        "Date: Tue, 24 Nov 2026 16:55:00 -0600",
        f"Message-ID: <{dice.randint(1, 10**9)}@clinic.example>",
        *(["X-Folded: one\r\n two\r\n\tthree"] if dice.random() < 0.3 else []),
    ]
    dice.shuffle(fields)
    return "\r\n".join([*fields, "", *lines, "" if dice.random() < 0.8 else "no end"]).encode()


def a_signed_mail(dice: random.Random, zone: Zone) -> bytes:
    domain = dice.choice(list(DOMAINS))
    key = dice.choice([rsa_key(1024), rsa_key(2048), ed25519_key()])
    record = key.record.replace("v=DKIM1;", dice.choice(RECORDS))
    zone.records[f"{DOMAINS[domain]}._domainkey.{domain}"] = (record.encode(),)
    forms = (dice.choice([b"simple", b"relaxed"]), dice.choice([b"simple", b"relaxed"]))
    fields = [*SIGNED_FIELDS, *dice.choice([[], [b"x-folded"], [b"from"]])]
    return signed(a_mail(dice), domain, DOMAINS[domain], key, fields, forms, length=dice.random() < 0.1)


def an_oddly_signed_mail(dice: random.Random, zone: Zone) -> bytes:
    zone.records["s1._domainkey.clinic.example"] = (rsa_key().record.encode(),)
    fields = dice.choice([SIGNED_FIELDS, SIGNED_FIELDS, SIGNED_FIELDS[1:], (b"From", b"from", b"x-none")])
    return hand_signed(a_mail(dice), dice.choice(ODD_TAGS), fields)


def changed(dice: random.Random, raw: bytes) -> bytes:
    """Somewhere, in a way that mail suffers or an attacker tries; a third stays as it is."""
    kind = dice.randrange(18)
    at = dice.randrange(len(raw))
    match kind:
        case 0:
            return raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]
        case 1:
            return raw[:at] + dice.choice([b" ", b"\t", b"\r\n", b"\n", b"\r", b";", b"=", b"\r\n "]) + raw[at:]
        case 2:
            return raw[:at] + raw[at + 1 :]
        case 3:
            return raw + dice.choice([b"\r\n", b"more\r\n", b" ", b"\t\r\n"])
        case 4:
            return raw.replace(b"Subject: ", b"subject:  ", 1)
        case 5:
            return dice.choice([b"X-New: 1\r\n", b"From: x@evil.example\r\n", b"Received: from a by b\r\n"]) + raw
        case 6:
            return raw.replace(b"d=", dice.choice([b"d=evil.", b"d =", b"D=", b"dd="]), 1)
        case 7:
            return raw.replace(b"\r\n ", b"\r\n\t", 1)
        case 8:
            return raw.replace(b"billing@", b"Billing@", 1)
        case 9:
            return raw.replace(b"; bh=", dice.choice(TAGS), 1)
        case 10:
            lines = raw.split(b"\r\n")
            here = dice.randrange(len(lines))
            return b"\r\n".join([*lines[:here], *lines[here + 1 :]])
        case 11:
            return raw.replace(b" ", b"  ", 1)
        case _:
            return raw


RAISED = (ValueError, KeyError, TypeError, IndexError, AttributeError)
"""By dkimpy, over mails that its author did not think of."""


def dkimpy_says(raw: bytes, zone: Zone) -> bool:
    """Any of its signatures. What it raises is no yes."""
    try:
        checker = dkim.DKIM(raw)
        found = [name for name, _ in checker.headers if name.lower() == b"dkim-signature"]
        return any(_one(checker, number, zone) for number in range(len(found)))
    except (dkim.DKIMException, *RAISED):
        return False


def _one(checker: dkim.DKIM, number: int, zone: Zone) -> bool:
    try:
        return bool(checker.verify(number, dnsfunc=zone.ask))
    except (dkim.DKIMException, *RAISED):
        return False


async def we_say(raw: bytes, zone: Zone) -> tuple[bool, str]:
    """Whether any signature is right, and else why not."""
    try:
        headers, body = read_headers(raw, 0, len(raw), ReadingLimits())
    except BeyondLimit:
        return False, "broken header block"
    block = raw[:body].replace(b"\r\n", b"")
    if b"\r" in block or b"\n" in block:
        return False, "bare line ends"
    if not headers.whole:
        return False, "broken header block"
    mail = SignedMail(headers.fields, raw[body:])
    found = await verify_signatures(mail, zone, datetime.now(UTC))
    right = [one for one in found if one.result is Result.PASS]
    bare = raw[body:].replace(b"\r\n", b"")
    if not right and (b"\r" in bare or b"\n" in bare):
        return False, "bare line ends"  # dkimpy takes them for CR LF, and what was sent was something else
    return bool(right), "" if right or not found else found[0].why


async def compare(times: int, first_seed: int = 0) -> tuple[Counter[str], list[str]]:
    """How often they agreed or we were stricter, by rule; and every other difference."""
    told: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in range(first_seed, first_seed + times):
        await asyncio.sleep(0)  # the loop has others to look after
        dice, zone = random.Random(seed), Zone()
        sign = an_oddly_signed_mail if dice.random() < 0.25 else a_signed_mail
        raw = changed(dice, sign(dice, zone))
        theirs = dkimpy_says(raw, zone)
        ours, why = await we_say(raw, zone)
        if ours == theirs:
            told["both take it" if ours else "both refuse it"] += 1
        elif theirs and why in STRICTER:
            told[f"stricter: {STRICTER[why]}"] += 1
        else:
            wrong.append(f"seed {seed}: dkimpy {theirs}, we {ours} ({why})")
    return told, wrong


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    told, wrong = asyncio.run(compare(times))
    for what, count in told.most_common():
        print(f"{count:7} {what}")
    print("\n".join(wrong) or f"{times} mails, no other difference")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
