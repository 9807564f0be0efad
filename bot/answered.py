"""What a letter answers: our notices by the signed tokens in our Message-IDs, or a ticket by its number.

Neither proves anything, whoever has seen the mail knows both. So whoever goes on from what is found here asks whether
the writer may speak for the provider it is about; a ticket is found by its number only for those who may.
"""

from dataclasses import dataclass

from bot.house import House
from complaints.identifiers import ticket_numbers_in
from mailin.letter import Letter
from mailin.return_address import ReturnAddresses, looks_signed
from storage import answered
from storage.database import Session
from tickets.asking import own_ticket
from tickets.submission import Books


@dataclass(frozen=True, slots=True)
class Answered:
    """Our notices that a letter answers, the nearest first. `ticket` is the one that it names, where no Message-ID told
    which it answers; the notices are then those about it, the newest first."""

    notices: tuple[int, ...] = ()
    ticket: str | None = None

    def __bool__(self) -> bool:
        return bool(self.notices or self.ticket)


NOTHING = Answered()


def answered_ids(letter: Letter) -> tuple[str, ...]:
    """The Message-IDs that a letter says it answers, the nearest first."""
    nearest = (letter.in_reply_to,) if letter.in_reply_to else ()
    return tuple(dict.fromkeys((*nearest, *reversed(letter.references))))


async def find_answered(house: House, letter: Letter) -> Answered:
    """What of ours this letter answers. Nothing, when it answers nothing and names no ticket of its writer's."""
    return await house.database.run(lambda session: _find(session, house, letter))


def _find(session: Session, house: House, letter: Letter) -> Answered:
    notices = notices_answered(session, house.addresses, answered_ids(letter))
    if notices:
        return Answered(notices)
    number = _ticket_named(letter, house.books(session))
    return Answered(tuple(answered.about_ticket(session, number)), number) if number else NOTHING


def notices_answered(session: Session, addresses: ReturnAddresses, message_ids: tuple[str, ...]) -> tuple[int, ...]:
    """Our notices with these Message-IDs, in their order.

    A token must be right, and of the very notice: a database restored from a backup gives numbers again. Ids of before
    there were tokens are those that the notice was sent under.
    """
    if not message_ids:
        return ()
    signed = {one: notice for one in message_ids if (notice := addresses.answered(one)) is not None}
    created = answered.created_when(session, set(signed.values())) if signed else {}
    found = {
        one: notice
        for one, notice in signed.items()
        if notice in created and addresses.message_id(notice, created[notice]).lower() == one.lower()
    }
    old = [one for one in message_ids if not looks_signed(one)]
    found |= answered.sent_under(session, old) if old else {}
    return tuple(dict.fromkeys(found[one] for one in message_ids if one in found))


def _ticket_named(letter: Letter, books: Books) -> str | None:
    """The first ticket of the writer's own that the subject names, else the text. Another's is not there for them."""
    if letter.sender is None:
        return None
    named = dict.fromkeys((*ticket_numbers_in(letter.subject), *ticket_numbers_in(letter.text)))
    return next((number for number in named if own_ticket(number, letter.sender, books)), None)
