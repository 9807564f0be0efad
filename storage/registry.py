"""Who may speak for whom: providers and the mail addresses registered for them. Addresses are kept in lower case."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.model import Person, Provider, Role
from storage.statements import insert
from storage.tables import people, providers

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
        statement = sa.select(*_PERSON).where(people.c.provider_id == provider_id).order_by(people.c.id)
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
    return Person(**session.execute(statement.returning(*_PERSON)).mappings().one())


def list_providers(session: Session) -> Sequence[tuple[Provider, tuple[Person, ...]]]:
    """Every provider by name, with its people."""
    theirs: dict[int, list[Person]] = {}
    for row in session.execute(sa.select(*_PERSON).order_by(people.c.id)).mappings():
        theirs.setdefault(row["provider_id"], []).append(Person(**row))
    known = session.execute(sa.select(providers).order_by(providers.c.name, providers.c.id)).mappings()
    return [(provider, tuple(theirs.get(provider.id, ()))) for provider in (Provider(**row) for row in known)]


_PERSON = (people.c.provider_id, people.c.address, people.c.name, people.c.role, people.c.receives_notices)
