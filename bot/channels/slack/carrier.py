"""Slack's Web API: who our token is, saying lines, handing files over, fetching the ones that came.

Imported only where Slack is configured. A token is sent to the API's own hosts and to nobody else, and nothing that
Slack or a person wrote is in an error's text: only Slack's error codes and our own numbers.
"""

import json
from collections.abc import Awaitable
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channels.slack.text import blocks, escaped
from bot.chat_ports import Gone, OutgoingLine
from complaints.errors import Broken, RecourseError, SettingsError, Unavailable
from storage.work import TryLater

REDIRECTS = 3
RETRY_AFTER = 30.0
"""Seconds after a 429 that does not say how many."""

CDN_HOSTS = (".slack-files.com", ".slack-edge.com")
"""Where Slack redirects a download to. These hosts get no token: what they serve is signed in the address."""

REMOVED = {"account_inactive", "token_revoked"}
"""Our app was taken out of the workspace."""

CHAT_GONE = {
    "cannot_dm_bot",
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "messages_tab_disabled",
    "not_in_channel",
    "user_disabled",
    "user_not_found",
}

MENDABLE = {
    "ekm_access_denied",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "token_expired",
}
"""An administrator can mend these, so lines wait for it."""

AWAY = {
    "fatal_error",
    "internal_error",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
}


async def who_are_we(web: AsyncWebClient) -> AuthorizeResult:
    """What bolt wants to know for each request. Raises SettingsError (the token is no good) or Unavailable."""
    try:
        answer = await web.auth_test()
    except SlackApiError as error:
        if (code := _code(error)) in REMOVED | MENDABLE:
            raise SettingsError(f"RECOURSE_SLACK_BOT_TOKEN is not accepted by Slack ({code}).") from None
        raise Unavailable(f"Slack does not say who we are ({code})") from None
    except (ClientError, OSError) as error:
        raise _unreachable(error) from None
    if not answer.get("bot_id"):
        raise SettingsError("RECOURSE_SLACK_BOT_TOKEN is not the token of a bot. Example: xoxb-...")
    return AuthorizeResult.from_auth_test_response(bot_token=web.token, auth_test_response=answer)


class SlackCarrier:
    """A `ChatCarrier`. An address is `workspace:channel`."""

    def __init__(self, web: AsyncWebClient, session: ClientSession) -> None:
        self._web = web
        self._session = session
        self._api = urlsplit(web.base_url)

    async def send(self, address: str, line: OutgoingLine) -> str:
        """The line with its buttons; a file goes before it, or carries it as its comment when there are no buttons.

        A line sent twice after a time-out is recognised by its number in the metadata.
        """
        channel = address.rpartition(":")[2]
        if line.file is not None:
            comment = "" if line.choices else line.text
            file = await self._hand_over(channel, line.file_name, line.file, comment)
            if not line.choices:
                return file
        answer = await _asked(
            self._web.chat_postMessage(
                channel=channel,
                text=escaped(line.text),
                blocks=blocks(line),
                metadata={"event_type": "recourse_line", "event_payload": {"line": line.id}},
                unfurl_links=False,  # or Slack itself opens each link
                unfurl_media=False,
            )
        )
        return str(answer["ts"])

    async def delete(self, address: str, external_id: str) -> bool:  # noqa: ARG002  # the port's
        """Slack lets a bot delete its own messages only."""
        return False

    async def fetch(self, reference: str, limit: int) -> bytes:
        """A file by its id. Its address is asked for now and kept nowhere, since it holds the file's name."""
        try:
            answer = await _asked(self._web.files_info(file=reference))
        except Gone as gone:
            raise Broken(str(gone)) from None
        file: dict[str, Any] = answer["file"]
        if int(file.get("size") or 0) > limit:
            raise Broken(f"a file in Slack is larger than {limit} bytes")
        # `url_private` is a redirect for some kinds of files
        address = file.get("url_private_download") or file.get("url_private")
        if not address or file.get("is_external"):
            raise Broken("a file is not kept in Slack")
        try:
            return await self._download(address, limit)
        except (ClientError, OSError) as error:
            raise _unreachable(error) from None

    async def _download(self, url: str, limit: int) -> bytes:
        for _ in range(1 + REDIRECTS):
            headers = self._headers(url)
            async with self._session.get(
                url, headers=headers, allow_redirects=False, proxy=self._web.proxy
            ) as response:
                if response.status // 100 != 3:
                    return await _content(response, limit)
                url = urljoin(url, response.headers.get("Location", ""))
        raise Broken("a file in Slack is redirected again and again")

    def _headers(self, url: str) -> dict[str, str]:
        """The token, for the API's own hosts only. Raises Broken for a host that is not Slack's at all."""
        there = urlsplit(url)
        host = there.hostname or ""
        if there.scheme == self._api.scheme:
            if there.netloc == self._api.netloc or host.endswith(f".{self._api.hostname}"):
                return {"Authorization": f"Bearer {self._web.token}"}
            if f".{host}".endswith(CDN_HOSTS):
                return {}
        raise Broken("a file is kept elsewhere than in Slack")

    async def _hand_over(self, channel: str, name: str, content: bytes, comment: str) -> str:
        """Slack's three steps. Only the last can be seen, so that repeating the others shows nothing twice."""
        place = await _asked(self._web.files_getUploadURLExternal(filename=name, length=len(content)))
        try:
            async with self._session.post(
                place["upload_url"], data=BytesIO(content), proxy=self._web.proxy
            ) as response:
                status = response.status
        except (ClientError, OSError) as error:
            raise _unreachable(error) from None
        if status != 200:
            raise _told(status, "upload")
        # as a form, since the library would write the comment into the address
        form = {"files": json.dumps([{"id": place["file_id"], "title": name}]), "channel_id": channel}
        if comment:
            form["initial_comment"] = escaped(comment)
        await _asked(self._web.api_call("files.completeUploadExternal", data=form))
        return str(place["file_id"])


async def _content(response: ClientResponse, limit: int) -> bytes:
    if response.status != 200:
        raise _told(response.status, "download", response.headers.get("Retry-After"))
    if response.content_type == "text/html":  # to a token that may not read it, Slack answers 200 and a sign-in page
        raise Broken("Slack answers a page in place of a file: our token may not read it")
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > limit:
            raise Broken(f"a file in Slack is larger than {limit} bytes")
    return bytes(content)


async def _asked(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    try:
        return await call
    except SlackApiError as error:
        response = error.response
        # where the answer was no JSON, the library hands over the bare response
        status: int = response.status_code if isinstance(response, AsyncSlackResponse) else response.status
        raise _told(status, _code(error), response.headers.get("Retry-After")) from None
    except (ClientError, OSError) as error:
        raise _unreachable(error) from None


def _told(status: int, code: str, retry_after: str | None = None) -> RecourseError:
    """What Slack's answer means for us."""
    if status == 429:
        return TryLater(float(retry_after) if retry_after and retry_after.isdecimal() else RETRY_AFTER)
    if code in REMOVED | CHAT_GONE:
        return Gone(f"Slack takes nothing from us for this chat ({code})")
    if status >= 500 or code in AWAY | MENDABLE:
        return Unavailable(f"Slack cannot do it now ({status} {code})")
    return Broken(f"Slack refuses it ({status} {code})")


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error", "no code")) if isinstance(data, dict) else "no code"


def _unreachable(error: Exception) -> Unavailable:
    return Unavailable(f"Slack cannot be reached ({type(error).__name__})")
