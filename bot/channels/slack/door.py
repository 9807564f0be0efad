"""The HTTP way in: Slack's signature is checked on the raw bytes before anything reads them."""

import hashlib
import hmac
import re
import time

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import Response

PATH = "/slack/events"
SIGNED_WITHIN = 300
"""Seconds that a signature is believed, as Slack recommends: an older request is somebody's repetition."""

BODY_LIMIT = 4 << 20


class Door:
    """The HTTP way in."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._secret = signing_secret.encode()

    async def take(self, request: Request) -> Response:
        """401 for what Slack did not sign just now, 400 for what it cannot have meant, 503 for what was not stored."""
        raw = bytearray()
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > BODY_LIMIT:
                return Response(status_code=413)
        signature = request.headers.get("X-Slack-Signature", "")
        if not self._is_signed(bytes(raw), request.headers.get("X-Slack-Request-Timestamp", ""), signature):
            return Response(status_code=401)
        try:
            bolt_request = to_async_bolt_request(request, bytes(raw))
        except (ValueError, AttributeError):  # no UTF-8, no JSON, or JSON that is no object
            return Response(status_code=400)
        if not bolt_request.body:
            return Response(status_code=400)
        return to_starlette_response(await self._app.async_dispatch(bolt_request))

    def _is_signed(self, raw: bytes, moment: str, signature: str) -> bool:
        if not re.fullmatch(r"[0-9]{1,12}", moment) or abs(time.time() - int(moment)) > SIGNED_WITHIN:
            return False
        ours = hmac.new(self._secret, b"v0:" + moment.encode() + b":" + raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={ours}".encode(), signature.encode())
