"""`GET /metrics` on the HTTP port: what the server counts, told to this machine only."""

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.metrics import Metrics
from complaints.errors import Unavailable
from mailin.receiving.crowd import is_on_this_machine
from storage.database import Database
from storage.queues import queues

_PASSED_ON = ("x-forwarded-for", "forwarded", "x-real-ip")
"""A web server in front says with these that it asks for somebody else."""


def metrics_route(metrics: Metrics, database: Database) -> Route:
    """The page. To anybody but this machine it does not exist."""

    async def answer(request: Request) -> Response:
        peer = request.client.host if request.client else ""
        if not is_on_this_machine(peer) or any(name in request.headers for name in _PASSED_ON):
            return PlainTextResponse("not found", 404)
        try:
            waiting = await database.run(queues)
        except Unavailable:
            return PlainTextResponse("the database is away", 503)
        return Response(metrics.text(waiting), media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", answer, methods=["GET"])
