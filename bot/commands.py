"""What the command line can have done in the database: each command a function of one unit of work, JSON in, JSON out.

They run here in the command's own process, or in the server's when one holds the SQLite file (`bot.control`); either
way the same function does the work.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from bot.answer_commands import ANSWER_COMMANDS
from bot.house import House
from bot.letter_commands import LETTER_COMMANDS, letter_counts
from bot.registration_commands import REGISTRATION_COMMANDS
from bot.replay_commands import REPLAY_COMMANDS
from bot.sender_commands import SENDER_COMMANDS
from bot.take_command import TAKE_COMMANDS
from bot.views import chat_view, provider_view, ticket_page, ticket_view
from complaints.errors import UsageError
from complaints.identifiers import check_hfs_id, check_npi, fold
from complaints.lifecycle import Disposition, State
from complaints.model import Role
from complaints.privacy import Tier
from mailin.addresses import one_address
from storage import chat_lines, chat_overview, details, ledger, outbox, registrations, registry, tiers
from storage.database import Session
from storage.passing_on import count_lost
from storage.states import NoticeState
from tickets import casework
from tickets.submission import Books

Json = Any
Command = Callable[[Session, dict[str, Any], Books], Json]


def perform(session: Session, name: str, args: dict[str, Any], books: Books) -> Json:
    """Run one command. Raises PersonError with one clear line."""
    return _COMMANDS[name](session, args, books)


def add_provider(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    """Add a provider, or one more person to a provider that is known by its HFS ID."""
    row = _checked(args)
    provider = registry.add_provider(session, row["name"], row["hfs_id"], row["npi"])
    registry.add_person(session, provider.id, row["email"], row["person"], Role(row["role"]))
    return {"provider": provider.name, "hfs_id": provider.hfs_id, "email": row["email"]}


def import_providers(session: Session, args: dict[str, Any], books: Books) -> Json:
    """All rows of a registration sheet, or none of them."""
    return [add_provider(session, row, books) for row in args["rows"]]


def list_providers(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    domains, anyway = registry.domains_of(session), registry.answered_anyway(session)
    return [
        provider_view(provider, people, domains.get(provider.id, ()), anyway)
        for provider, people in registry.list_providers(session)
    ]


def list_tickets(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    state = State(args["state"]) if args.get("state") else None
    return [ticket_view(ticket) for ticket in ledger.list_tickets(session, state)]


def show_ticket(session: Session, args: dict[str, Any], books: Books) -> Json:
    ticket = casework.ticket_named(args["number"], books.ledger)
    return ticket_page(
        ticket,
        ledger.timeline(session, ticket.number),
        ledger.claims_of(session, ticket.number),
        outbox.list_notices(session, ticket=ticket.number),
        details.of(session, ticket.number),
        chat_lines.lines_about(session, ticket.number),
    )


def close_ticket(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    disposition = Disposition(args["disposition"])
    ticket = casework.close(args["number"], disposition, args["note"], args["who"], datetime.now(UTC), books)
    told = casework.closure_routes(ticket, books)
    return ticket_view(ticket) | {"told": [route.address for route in told]}


def list_channels(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    """Every chat channel with its tier; what was decided last, or the default."""
    last = {decision.channel: decision for decision in tiers.decisions(session)}
    return [
        {
            "channel": channel,
            "tier": tiers.tier_of(session, channel).value,
            "since": last[channel].moment.isoformat() if channel in last else None,
            "who": last[channel].who if channel in last else None,
            "note": last[channel].note if channel in last else None,
        }
        for channel in args["channels"]
    ]


def decide_tier(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    tiers.decide(session, args["channel"], Tier(args["tier"]), args["who"], args["note"], datetime.now(UTC))
    return {"channel": args["channel"], "tier": args["tier"]}


def list_chats(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    return [chat_view(chat) for chat in chat_overview.overview(session, undeliverable=args["undeliverable"])]


def facts(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    """For `judge`: whom an address may speak for, and which claims of theirs are open."""
    address = _address(args["address"])
    providers = books.registry.providers_of(address)
    claims = [c for p in providers for c in books.ledger.open_claims(p.id, [fold(n) for n in args["tracking_numbers"]])]
    return {
        "providers": [{"id": p.id, "name": p.name, "hfs_id": p.hfs_id, "npi": p.npi} for p in providers],
        "open_claims": [
            {
                "ticket": c.ticket,
                "mco": c.mco,
                "tracking_number": c.tracking_number,
                "claim_number": c.claim_number,
                "rin": c.rin,
                "service_from": c.service_from.isoformat() if c.service_from else None,
            }
            for c in claims
        ],
    }


def counts(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    """For `doctor`: what waits for staff."""
    return {
        "undeliverable": len(outbox.list_notices(session, NoticeState.UNDELIVERABLE)),
        "undelivered": len(outbox.list_notices(session, NoticeState.UNDELIVERED)),
        "reached_nobody": count_lost(session),
        "undeliverable_lines": chat_overview.count_undeliverable(session),
        "queued": len(outbox.list_notices(session, NoticeState.QUEUED)),
        "providers": len(registry.list_providers(session)),
        "registrations": registrations.count_waiting(session),
    } | letter_counts(session)


def _checked(args: dict[str, Any]) -> dict[str, Any]:
    """A provider and a person as given, or UsageError that says what is wrong and shows an example."""
    name = " ".join(str(args["name"]).split())
    if not name:
        raise UsageError("the provider's name is empty.")
    hfs_id, npi, email = str(args["hfs_id"]).strip(), str(args.get("npi") or "").strip() or None, str(args["email"])
    if check_hfs_id(hfs_id):
        raise UsageError(f"the HFS provider ID reads {hfs_id!r}; it has 12 digits, for example 036112345001.")
    if npi and check_npi(npi):
        raise UsageError(f"the NPI reads {npi!r}; it has 10 digits of which the last is a check digit, as 1234567893.")
    return args | {"name": name, "hfs_id": hfs_id, "npi": npi, "email": _address(email)}


def _address(written: str) -> str:
    address = one_address(written)
    if address is None:
        raise UsageError(f"the e-mail address reads {written!r}; one looks like billing@clinic.example.")
    return address


_COMMANDS: dict[str, Command] = {
    "providers.add": add_provider,
    "providers.import": import_providers,
    "providers.list": list_providers,
    "tickets.list": list_tickets,
    "tickets.show": show_ticket,
    "tickets.close": close_ticket,
    "channels.list": list_channels,
    "channels.tier": decide_tier,
    "chats.list": list_chats,
    "judge.facts": facts,
    "doctor.counts": counts,
    **LETTER_COMMANDS,
    **REGISTRATION_COMMANDS,
    **ANSWER_COMMANDS,
    **SENDER_COMMANDS,
}

ASYNC_COMMANDS: dict[str, Callable[[House, dict[str, Any]], Awaitable[Json]]] = {**REPLAY_COMMANDS, **TAKE_COMMANDS}
"""Commands that need more than one unit of work, or what only an open house has: its readers, its sender check."""


async def perform_in(house: House, name: str, args: dict[str, Any]) -> Json:
    """Run one command of either kind. Raises PersonError with one clear line."""
    if name in ASYNC_COMMANDS:
        return await ASYNC_COMMANDS[name](house, args)
    return await house.database.run(lambda session: perform(session, name, args, house.books(session)))
