"""What the command line can have changed about senders: which domains sign for them, who is answered anyway."""

from typing import Any

from complaints.errors import UsageError
from complaints.identifiers import check_hfs_id
from complaints.model import Provider
from mailin.addresses import one_address
from storage import registry
from storage.database import Session
from tickets.submission import Books


def answer(session: Session, args: dict[str, Any], books: Books) -> Any:  # noqa: ARG001
    """Answer an address although its mails look like a machine's, or no more."""
    address = one_address(args["address"])
    if address is None or not registry.set_reply_anyway(session, address, args["anyway"]):
        raise UsageError(f"nobody is registered as {args['address']!r}. `recourse providers list` shows who is.")
    return {"email": address, "answered_anyway": args["anyway"]}


def add_domain(session: Session, args: dict[str, Any], books: Books) -> Any:  # noqa: ARG001
    provider, domain = _provider(session, args["hfs_id"]), _domain(args["domain"])
    registry.list_domain(session, provider.id, domain)
    return {"provider": provider.name, "hfs_id": provider.hfs_id, "domain": domain}


def remove_domain(session: Session, args: dict[str, Any], books: Books) -> Any:  # noqa: ARG001
    provider, domain = _provider(session, args["hfs_id"]), _domain(args["domain"])
    if not registry.unlist_domain(session, provider.id, domain):
        raise UsageError(
            f"{domain} is not listed for {provider.name}. `recourse providers signing list` shows which are."
        )
    return {"provider": provider.name, "hfs_id": provider.hfs_id, "domain": domain}


def list_domains(session: Session, args: dict[str, Any], books: Books) -> Any:  # noqa: ARG001
    listed = registry.domains_of(session)
    return [
        {"provider": provider.name, "hfs_id": provider.hfs_id, "domains": list(listed[provider.id])}
        for provider, _ in registry.list_providers(session)
        if provider.id in listed
    ]


def _provider(session: Session, hfs_id: str) -> Provider:
    found = None if check_hfs_id(hfs_id) else registry.find_provider(session, hfs_id)
    if found is None:
        raise UsageError(f"no provider has the HFS ID {hfs_id!r}. `recourse providers list` shows them.")
    return found


def _domain(written: str) -> str:
    """In lower case. An address's domain, so with a dot: a signature of a whole top-level domain proves nothing."""
    address = one_address(f"somebody@{written}") if "@" not in written else None
    if address is None or "." not in written:
        raise UsageError(f"the domain reads {written!r}; one looks like mailer.example.")
    return address.partition("@")[2]


SENDER_COMMANDS = {
    "providers.answer": answer,
    "signing.add": add_domain,
    "signing.remove": remove_domain,
    "signing.list": list_domains,
}
