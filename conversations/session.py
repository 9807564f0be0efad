"""One conversation as it stands: what was answered, what is asked, which buttons were shown. JSON in, JSON out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its value as text (a date in ISO form, a canonical name, an enum's value; "" for "there is none"),
    the words it was read from, and the external id of the event that gave it, so that an edit finds it."""

    value: str
    written: str
    event: str = ""
    is_rough: bool = False
    """A date counted back from "about three weeks ago"."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a shown button does: an act of the engine and its argument."""

    act: str
    value: str = ""
    label: str = ""
    """The words on the button, put in by the program when it has rendered them: typed, they press it."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A review that was submitted: the turn that showed it, the answers' hash, the ticket (None: not accepted)."""

    turn: int
    answers: str
    ticket: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """The state of one conversation. `answers` are by question key, in the order in which they were given."""

    turn: int = 0
    """Number of the last turn that spoke; buttons carry it."""
    asking: str = ""
    """Key of the question asked last, "" for none."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    before: Mapping[str, Answer] = field(default_factory=dict)
    """The answers of the complaint filed last, for "another like this one"."""
    offers: tuple[Offer, ...] = ()
    replaced: tuple[str, ...] = ()
    """External ids of the events whose answers were given anew by later ones: an edit of them corrects nothing."""
    revisit: str = ""
    """A question the person went back to; its answer stands until another is given."""
    misses: int = 0
    """Times in a row that an answer to `asking` could not be read."""
    files: tuple[str, ...] = ()
    """Digests of the files that go with the complaint."""
    language: str = "en"
    address: str = ""
    """The mail address that a sign-in code was sent to."""
    sheet_handed: bool = False
    """The claim sheet was handed over; what was said stays until it comes back."""
    waiting_sheet: str = ""
    """Digest of a claim sheet that came before the person was known."""
    filed: tuple[Filed, ...] = ()
    keeps_until: str = ""
    """ISO date until which the person asked us to keep the answers, when that is longer than usual."""
    wakes_on: str = ""
    """ISO date on which the person is to be reminded, when the complaint was too early."""
    last_heard: str = ""
    """ISO date on which the person said something last."""
    reminded: bool = False
    """They were reminded since then."""
    stopped: bool = False
    """The person said stop: nothing is asked until they speak again."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Session":
        values = dict(stored)
        for name in ("answers", "before"):
            values[name] = {key: Answer(**answer) for key, answer in values[name].items()}
        values["offers"] = tuple(Offer(**offer) for offer in values["offers"])
        values["filed"] = tuple(Filed(**filed) for filed in values["filed"])
        values["files"] = tuple(values["files"])
        values["replaced"] = tuple(values.get("replaced", ()))
        return cls(**values)

    @property
    def answers_hash(self) -> str:
        """What a review is bound to: the same answers and files have the same hash."""
        told = {key: answer.value for key, answer in sorted(self.answers.items())}
        text = json.dumps([told, sorted(self.files)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
