"""Access tokens for a mailbox that wants OAuth2 (RFC 6749): by a refresh token, or by the application's own right."""

import json
import math
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from complaints.errors import Unavailable

_SECONDS = 30.0
_RENEW_BEFORE = 120.0
"""Seconds before its end from which on a token is fetched anew."""
_UNSAID = 300.0
"""Seconds that a token is good for whose end is not said."""
_LARGEST_ANSWER = 100_000


@dataclass(frozen=True, slots=True)
class Grant:
    """How tokens are fetched. Without a refresh token it is the application itself that may read the mailbox."""

    url: str
    client_id: str
    client_secret: str = ""
    refresh_token: str = ""
    scope: str = ""


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """What we say to a token server is said to no other."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class TokenSource:
    """Gives a token that is good for a while yet."""

    def __init__(self, grant: Grant, clock: Callable[[], float] = time.monotonic) -> None:
        self._grant = grant
        self._clock = clock
        self._token = ""
        self._ends = float("-inf")

    def __call__(self) -> str:
        """Raises Unavailable."""
        if self._clock() >= self._ends - _RENEW_BEFORE:
            told = _fetch(self._grant)
            if self._grant.refresh_token and isinstance(told.get("refresh_token"), str):
                self._grant = replace(self._grant, refresh_token=told["refresh_token"])  # the old one may end some day
            self._token, self._ends = str(told["access_token"]), self._clock() + _seconds(told)
        return self._token

    def forget(self) -> None:
        """The mailbox refuses the token: whatever was said of its end, the next one is fetched."""
        self._ends = float("-inf")


def _seconds(told: dict[str, Any]) -> float:
    """How long the token is good for. What makes no sense counts as a short time."""
    try:
        seconds = float(told.get("expires_in", _UNSAID))
    except (TypeError, ValueError, OverflowError):
        return _UNSAID
    return seconds if math.isfinite(seconds) and seconds > 0 else _UNSAID


def _fetch(grant: Grant) -> dict[str, Any]:
    asked = {"client_id": grant.client_id, "client_secret": grant.client_secret, "scope": grant.scope}
    if grant.refresh_token:
        asked |= {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
    else:
        asked |= {"grant_type": "client_credentials"}
    body = urllib.parse.urlencode({name: value for name, value in asked.items() if value}).encode()
    request = urllib.request.Request(grant.url, body, {"Accept": "application/json"})  # noqa: S310  a setting, checked
    try:
        with urllib.request.build_opener(_NoDetour).open(request, timeout=_SECONDS) as answer:
            told = json.loads(answer.read(_LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        error.close()
        raise Unavailable(f"no access token for the mailbox: the token server answered {error.code}") from None
    except (OSError, ValueError) as error:
        raise Unavailable(f"no access token for the mailbox ({type(error).__name__})") from None
    if not isinstance(told, dict) or not isinstance(told.get("access_token"), str):
        raise Unavailable("no access token for the mailbox: the token server's answer has none")
    return told
