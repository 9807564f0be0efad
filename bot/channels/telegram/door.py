"""The webhook: Telegram posts each update, and posts it again until we answer 200."""

import hmac
import json
import logging

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.telegram.ears import Ears
from complaints.errors import Unavailable

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
BODY_LIMIT = 1 << 20


class Door:
    """Takes updates from whoever knows the secret that Telegram was told."""

    def __init__(self, ears: Ears, secret: str) -> None:
        self._ears = ears
        self._secret = secret.encode()

    async def take(self, request: Request) -> Response:
        """401 for a stranger, 400 and 413 for what Telegram cannot have meant, 500 for what was not stored."""
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(secret.encode(), self._secret):
            return Response(status_code=401)
        raw = bytearray()
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > BODY_LIMIT:
                return Response(status_code=413)
        try:
            update = json.loads(raw)
        except ValueError:
            return Response(status_code=400)
        if not isinstance(update, dict):
            return Response(status_code=400)
        try:
            await self._ears.hear(update)
        except Unavailable as away:
            log.warning("an update from Telegram was not stored: %s", away)
            return Response(status_code=500)
        except Exception as error:  # noqa: BLE001  a surprise must not cost the person their words
            log.error("an update from Telegram was not stored: %s", type(error).__name__)  # noqa: TRY400
            return Response(status_code=500)
        return Response(status_code=200)
