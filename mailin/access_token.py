"""Access tokens for a mailbox that wants OAuth2 (RFC 6749): by a refresh token, or by the application's own right."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from complaints.errors import Unavailable

_SECONDS = 30.0
_RENEW_BEFORE = 120.0
"""Seconds before its end from which on a token is fetched anew."""
_LARGEST_ANSWER = 100_000


@dataclass(frozen=True, slots=True)
class Grant:
    """How tokens are fetched. Without a refresh token it is the application itself that may read the mailbox."""

    url: str
    client_id: str
    client_secret: str = ""
    refresh_token: str = ""
    scope: str = ""


def token_source(grant: Grant, clock: Callable[[], float] = time.monotonic) -> Callable[[], str]:
    """A function that gives a token that is good for a while yet. It raises Unavailable."""
    kept: tuple[str, float] = ("", 0.0)

    def token() -> str:
        nonlocal kept
        if clock() >= kept[1] - _RENEW_BEFORE:
            value, seconds = _fetch(grant)
            kept = value, clock() + seconds
        return kept[0]

    return token


def _fetch(grant: Grant) -> tuple[str, float]:
    asked = {"client_id": grant.client_id, "client_secret": grant.client_secret, "scope": grant.scope}
    if grant.refresh_token:
        asked |= {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
    else:
        asked |= {"grant_type": "client_credentials"}
    body = urllib.parse.urlencode({name: value for name, value in asked.items() if value}).encode()
    request = urllib.request.Request(grant.url, body, {"Accept": "application/json"})  # noqa: S310  a setting, checked
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            told = json.loads(answer.read(_LARGEST_ANSWER))
        return str(told["access_token"]), float(told.get("expires_in", 300))
    except urllib.error.HTTPError as error:
        error.close()
        raise Unavailable(f"no access token for the mailbox: the token server answered {error.code}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"no access token for the mailbox ({type(error).__name__})") from None
