"""The policy of a From domain and what counts as its own, by the tree walk of DMARC (RFC 9989)."""

import re
from dataclasses import dataclass

from mailin.genuine.resolving import Resolver
from mailin.genuine.tags import read_tags

_LONGEST_WALK = 8
"""Labels: of a longer name the walk goes on with its last seven."""
_POLICIES = ("none", "quarantine", "reject")
_OURS = re.compile(rb"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")


@dataclass(frozen=True, slots=True)
class Policy:
    """A DMARC record. `below` is the policy for domains below its own (sp=); no policy lets in what is not proved, so
    that of names that do not exist (np=) is not asked for. `strict_dkim` and `strict_spf`: only the very same domain is
    aligned."""

    domain: str
    policy: str
    below: str = "none"
    strict_dkim: bool = False
    strict_spf: bool = False
    public_suffix: str = "u"
    """psd=: y, n or u (not said)."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk up from a domain found: the records on its way, the longest name first."""

    start: str
    names: tuple[str, ...]
    found: tuple[Policy, ...]

    @property
    def organization(self) -> str:
        """The organizational domain (RFC 9989, 4.10.2)."""
        for policy in self.found:
            if policy.public_suffix == "n":
                return policy.domain
            if policy.public_suffix == "y" and policy.domain != self.start:
                return self.names[self.names.index(policy.domain) - 1]
        return self.found[-1].domain if self.found else self.start

    @property
    def policy(self) -> Policy | None:
        """The one that applies to mail from the start: its own record, that of its organization, or of its suffix."""
        wanted = (self.start, self.organization)
        known = {policy.domain: policy for policy in self.found}
        own = next((known[name] for name in wanted if name in known), None)
        return own or next((policy for policy in self.found if policy.public_suffix == "y"), None)


async def walk_up(domain: str, resolver: Resolver) -> Walk:
    """Ask for the records of a domain and those above it. Raises DnsTrouble."""
    found: list[Policy] = []
    names: list[str] = []
    name = domain
    while name:
        names.append(name)
        policy = read_policy(name, await resolver.txt(f"_dmarc.{name}"))
        if policy is not None:
            found.append(policy)
            if policy.public_suffix == "n" or (policy.public_suffix == "y" and name != domain):
                break
        labels = name.split(".")
        name = ".".join(labels[1:] if len(labels) <= _LONGEST_WALK else labels[1 - _LONGEST_WALK :])
    return Walk(domain, tuple(names), tuple(found))


def read_policy(domain: str, records: tuple[bytes, ...]) -> Policy | None:
    """The one DMARC record among these, or None: several are none."""
    meant = [record for record in records if _OURS.match(record)]
    if len(meant) != 1:
        return None
    try:
        tags = read_tags(meant[0].decode("ascii"))
    except UnicodeDecodeError:
        return None
    if tags is None:
        return None
    policy = tags.get("p", "none").lower()
    below = tags.get("sp", policy).lower()
    suffix = tags.get("psd", "u").lower()
    return Policy(
        domain,
        policy if policy in _POLICIES else "none",
        below if below in _POLICIES else "none",
        tags.get("adkim", "r").lower() == "s",
        tags.get("aspf", "r").lower() == "s",
        suffix if suffix in ("y", "n") else "u",
    )
