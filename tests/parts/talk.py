"""One person talking to the engine, in memory: what they type and press, and what they hear, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from complaints.eligibility import OpenClaim
from complaints.mcos import load_roster
from complaints.model import Provider
from complaints.policy import load_policy
from complaints.privacy import Tier
from conversations.engine import step
from conversations.events import ChatEvent, Edited, Opened, Pressed, Said
from conversations.session import Session
from conversations.turn import Context, Effect, Submit, TicketStatus, Turn
from templates.chat_words import label, told

TODAY = date(2026, 11, 24)
CLINIC = Provider(1, "Lakeside Family Clinic", "036112345001", "1234567893")
SECOND = Provider(2, "Riverside Pediatrics", "036112345002")
PERSON = "billing@lakeside.example"


@dataclass(slots=True)
class Books:
    """What is looked up."""

    claims: tuple[OpenClaim, ...] = ()
    tickets: dict[str, TicketStatus] = field(default_factory=dict)

    def open_claims(self, numbers: Sequence[str]) -> Sequence[OpenClaim]:
        return [claim for claim in self.claims if claim.tracking_number in numbers]

    def ticket(self, number: str) -> TicketStatus | None:
        return self.tickets.get(number)


@dataclass(slots=True)
class Talk:
    """A conversation; each of its methods is one event. `heard` is what was said last, in words."""

    tier: Tier = Tier.OWN
    person: str = PERSON
    providers: tuple[Provider, ...] = (CLINIC,)
    today: date = TODAY
    books: Books = field(default_factory=Books)
    deletes: bool = False
    session: Session = field(default_factory=Session)
    heard: str = ""
    labels: tuple[str, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    kept: str | None = None
    number: int = 0

    def context(self, event: str) -> Context:
        known = bool(self.person)
        return Context(
            today=self.today,
            event=event,
            tier=self.tier,
            policy=load_policy(),
            roster=load_roster(),
            providers=self.providers if known else (),
            person=self.person,
            look_up=self.books,
            mail_address="portal@example.gov",
            deletes=self.deletes,
        )

    def take(self, event: ChatEvent, external_id: str = "") -> Turn:
        self.number += 1
        turn = step(self.session, event, self.context(external_id or f"e{self.number}"))
        self.heard = told(turn.says, turn.session.language)
        self.labels = tuple(label(choice, turn.session.language) for choice in turn.choices)
        offers = tuple(
            replace(choice.offer, label=words) for choice, words in zip(turn.choices, self.labels, strict=True)
        )
        self.session = replace(turn.session, offers=offers)
        self.kept = turn.kept
        if turn.effect is not None:
            self.effects.append(turn.effect)
        return turn

    def open(self) -> str:
        self.take(Opened())
        return self.heard

    def say(self, *texts: str) -> str:
        for text in texts:
            self.take(Said(text))
        return self.heard

    def edit(self, event: str, text: str) -> str:
        self.take(Edited(event, text))
        return self.heard

    def press(self, words: str) -> str:
        """The button with these words, as it is shown now."""
        self.take(Pressed(self.session.turn, self.labels.index(words)))
        return self.heard

    def press_by(self, turn: int, choice: int) -> str:
        self.take(Pressed(turn, choice))
        return self.heard

    @property
    def answers(self) -> dict[str, str]:
        return {key: answer.value for key, answer in self.session.answers.items()}

    @property
    def submitted(self) -> Submit:
        """What was handed in last."""
        return [effect for effect in self.effects if isinstance(effect, Submit)][-1]
