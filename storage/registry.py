"""Who may speak for whom: providers and the mail addresses registered for them. Addresses are kept in lower case."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.model import Person, Provider, Role
from storage.statements import changed, insert
from storage.tables import people, providers, signing_domains

_PROVIDERS_OF = (
    sa.select(providers).join(people).where(people.c.address == sa.bindparam("said")).order_by(providers.c.id)
)


class SqlRegistry:
    """`tickets.ports.Registry` in one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def providers_of(self, address: str) -> Sequence[Provider]:
        rows = self._session.execute(_PROVIDERS_OF, {"said": address.lower()})
        return [Provider(**row) for row in rows.mappings()]

    def people_of(self, provider_id: int) -> Sequence[Person]:
        statement = sa.select(*PERSON).where(people.c.provider_id == provider_id).order_by(people.c.id)
        return [Person(**row) for row in self._session.execute(statement).mappings()]


def add_provider(session: Session, name: str, hfs_id: str, npi: str | None = None) -> Provider:
    """Register a provider, or rename the one that has this HFS id; an NPI it had stays when none is given."""
    statement = insert(session, providers).values(name=name, hfs_id=hfs_id, npi=npi)
    new = {"name": name} if npi is None else {"name": name, "npi": npi}
    statement = statement.on_conflict_do_update(index_elements=["hfs_id"], set_=new)
    return Provider(**session.execute(statement.returning(providers)).mappings().one())


def find_provider(session: Session, hfs_id: str) -> Provider | None:
    found = session.execute(sa.select(providers).where(providers.c.hfs_id == hfs_id)).mappings().one_or_none()
    return None if found is None else Provider(**found)


def add_person(
    session: Session, provider_id: int, address: str, name: str = "", role: Role = Role.PROVIDER, *,
    receives_notices: bool = True,
) -> Person:  # fmt: skip
    """Register an address for a provider, or change what is kept of it there."""
    kept = {"name": name, "role": role, "receives_notices": receives_notices}
    statement = insert(session, people).values(provider_id=provider_id, address=address.lower(), **kept)
    statement = statement.on_conflict_do_update(index_elements=["provider_id", "address"], set_=kept)
    return Person(**session.execute(statement.returning(*PERSON)).mappings().one())


def registered(session: Session, addresses: Collection[str]) -> frozenset[str]:
    """Those of these addresses, in lower case, that somebody is registered with."""
    return frozenset(session.scalars(sa.select(people.c.address).where(people.c.address.in_(addresses))))


def listed_domains(session: Session, address: str) -> frozenset[str]:
    """Domains whose signature counts for this address: those that staff have listed for its providers."""
    statement = sa.select(signing_domains.c.domain).join(people, people.c.provider_id == signing_domains.c.provider_id)
    return frozenset(session.scalars(statement.where(people.c.address == address.lower())))


def list_domain(session: Session, provider_id: int, domain: str) -> None:
    """A signature of this domain counts from now on for the provider's people."""
    listed = insert(session, signing_domains).values(provider_id=provider_id, domain=domain.lower())
    session.execute(listed.on_conflict_do_nothing())


def unlist_domain(session: Session, provider_id: int, domain: str) -> bool:
    """It counts no more. False: it was not listed."""
    this = sa.and_(signing_domains.c.provider_id == provider_id, signing_domains.c.domain == domain.lower())
    return changed(session, sa.delete(signing_domains).where(this)) == 1


def domains_of(session: Session) -> dict[int, tuple[str, ...]]:
    """The listed domains of every provider that has some."""
    found: dict[int, tuple[str, ...]] = {}
    for provider, domain in session.execute(sa.select(signing_domains).order_by(signing_domains.c.domain)):
        found[provider] = (*found.get(provider, ()), domain)
    return found


def set_reply_anyway(session: Session, address: str, reply: bool) -> int:
    """Answer this address although its mails look like a machine's, or no more; for how many providers it is known."""
    theirs = sa.update(people).where(people.c.address == address.lower())
    return changed(session, theirs.values(reply_anyway=reply))


def is_answered_anyway(session: Session, address: str) -> bool:
    asked = sa.select(people.c.id).where(people.c.address == address.lower(), people.c.reply_anyway).limit(1)
    return session.scalar(asked) is not None


def answered_anyway(session: Session) -> frozenset[str]:
    """Every address that is."""
    return frozenset(session.scalars(sa.select(people.c.address).where(people.c.reply_anyway)))


def list_providers(session: Session) -> Sequence[tuple[Provider, tuple[Person, ...]]]:
    """Every provider by name, with its people."""
    theirs: dict[int, list[Person]] = {}
    for row in session.execute(sa.select(*PERSON).order_by(people.c.id)).mappings():
        theirs.setdefault(row["provider_id"], []).append(Person(**row))
    known = session.execute(sa.select(providers).order_by(providers.c.name, providers.c.id)).mappings()
    return [(provider, tuple(theirs.get(provider.id, ()))) for provider in (Provider(**row) for row in known)]


PERSON = (people.c.provider_id, people.c.address, people.c.name, people.c.role, people.c.receives_notices)
