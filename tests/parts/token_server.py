"""An OAuth2 server on loopback: gives access tokens, and tells a mail server whose they are."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@dataclass
class TokenServer:
    """`answers` are given in turn, (status, body), before it works as it should."""

    user: str
    port: int = 0
    lifetime: int = 3600
    new_refresh_token: str = ""
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    @property
    def introspection(self) -> str:
        return f"http://127.0.0.1:{self.port}/introspect"

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        if path == "/introspect":
            told = {"active": form.get("token") in self.given, "username": self.user}
            return 200, json.dumps(told).encode()
        self.asked.append(form)
        if self.answers:
            return self.answers.pop(0)
        self.given.append(f"token-{len(self.given) + 1}")
        made: dict[str, object] = {"access_token": self.given[-1], "expires_in": self.lifetime, "token_type": "Bearer"}
        if self.new_refresh_token:
            made["refresh_token"] = self.new_refresh_token
        return 200, json.dumps(made).encode()


@contextmanager
def token_server(user: str = "") -> Iterator[TokenServer]:
    server = TokenServer(user)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = server.answer(self.path.partition("?")[0], form)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", server.url)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
