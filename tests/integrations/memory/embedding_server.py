"""A small server of `/v1/embeddings` on this machine, told beforehand what to answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIMENSIONS = 4


class EmbeddingServer:
    """Each answer in `troubles` is used once, first to last: a status, or a body; afterwards it gives vectors."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.troubles: list[int | dict[str, Any]] = []
        self.url = ""

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests.append(request)
        trouble = self.troubles.pop(0) if self.troubles else 200
        if isinstance(trouble, dict):
            return 200, trouble
        data = [
            {"object": "embedding", "index": at, "embedding": [float(len(text)), 1.0, 0.0, 0.0]}
            for at, text in enumerate(request["input"])
        ]
        return trouble, {"data": list(reversed(data))} if trouble == 200 else {"error": {"message": "no"}}


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    told = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.keys.append(self.headers.get("Authorization"))
            status, body = told.answer(content) if self.path == "/v1/embeddings" else (404, {})
            answer = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
