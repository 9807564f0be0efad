"""Access tokens of a mailbox: fetched when they are needed, and what a token server may answer."""

from collections.abc import Iterator

import pytest

from complaints.errors import Unavailable
from mailin.access_token import Grant, TokenSource
from tests.parts.token_server import TokenServer, token_server


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running


def test_a_token_is_kept_until_shortly_before_its_end(server: TokenServer) -> None:
    now = [0.0]
    token = TokenSource(Grant(server.url, "id", "secret", scope="mail"), lambda: now[0])
    assert [token(), token()] == ["token-1", "token-1"]
    now[0] = 3600 - 121
    assert token() == "token-1"
    now[0] = 3600 - 119
    assert token() == "token-2"
    asked = {"client_id": "id", "client_secret": "secret", "scope": "mail", "grant_type": "client_credentials"}
    assert server.asked == [asked, asked]


def test_a_new_refresh_token_takes_the_place_of_the_old_one(server: TokenServer) -> None:
    server.new_refresh_token, server.lifetime = "second", 60
    token = TokenSource(Grant(server.url, "id", refresh_token="first"))
    token()
    token()
    assert [asked["refresh_token"] for asked in server.asked] == ["first", "second"]
    assert {asked["grant_type"] for asked in server.asked} == {"refresh_token"}


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (400, b'{"error": "invalid_grant"}', "the token server answered 400"),
        (302, b"", "the token server answered 302"),
        (503, b"", "the token server answered 503"),
        (200, b"<html>", "JSONDecodeError"),
        (200, b"[]", "has none"),
        (200, b"{}", "has none"),
        (200, b'{"access_token": 5}', "has none"),
        (200, b'{"access_token"', "JSONDecodeError"),
    ],
)
def test_what_is_no_token_is_tried_again(server: TokenServer, status: int, body: bytes, told: str) -> None:
    """And what we say to a token server is said to no other place."""
    server.answers = [(status, body)]
    token = TokenSource(Grant(server.url, "id", "hidden"))
    with pytest.raises(Unavailable, match=told) as refused:
        token()
    assert "hidden" not in str(refused.value)
    assert len(server.asked) == 1
    assert token() == "token-1"


@pytest.mark.parametrize("end", ['"soon"', "null", "NaN", "Infinity", "-Infinity", '"inf"', "1" + "0" * 400, "0", "-5"])
def test_a_token_without_a_sensible_end_is_kept_for_a_short_time(server: TokenServer, end: str) -> None:
    server.answers = [(200, f'{{"access_token": "mine", "expires_in": {end}}}'.encode())]
    now = [0.0]
    token = TokenSource(Grant(server.url, "id"), lambda: now[0])
    assert token() == "mine"
    now[0] = 179.0
    assert token() == "mine"
    now[0] = 181.0
    assert token() == "token-1"


def test_a_token_that_is_refused_is_not_given_again(server: TokenServer) -> None:
    token = TokenSource(Grant(server.url, "id"))
    assert [token(), token()] == ["token-1", "token-1"]
    token.forget()
    assert [token(), token()] == ["token-2", "token-2"]


def test_nobody_there_is_away() -> None:
    with pytest.raises(Unavailable, match="no access token"):
        TokenSource(Grant("http://127.0.0.1:1/token", "id"))()
