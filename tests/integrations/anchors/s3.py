"""A small S3 on a real socket: create-only puts, sorted listings by pages (Amazon S3 API, PutObject and ListObjectsV2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from aiohttp import web

PAGE = 3  # small, so that tests cross pages


@dataclass
class S3:
    """`refuse` is the status every request is answered with; `lose` answers after keeping what was put are lost."""

    objects: dict[str, bytes] = field(default_factory=dict)
    refuse: int | None = None
    lose: int = 0
    lists: int = 0
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.refuse is not None:
            return web.Response(status=self.refuse, text="<Error><Code>No</Code></Error>")
        key = request.path.removeprefix("/audit/")
        return await self._put(key, request) if request.method == "PUT" else self._list(request)

    async def _put(self, key: str, request: web.Request) -> web.StreamResponse:
        assert request.headers["If-None-Match"] == "*", "an object must never be replaced"
        if key in self.objects:
            return web.Response(status=412, text="<Error><Code>PreconditionFailed</Code></Error>")
        self.objects[key] = await request.read()
        if self.lose:
            self.lose -= 1
            return web.Response(status=503)
        return web.Response(headers={"ETag": '"1"'})

    def _list(self, request: web.Request) -> web.StreamResponse:
        self.lists += 1
        prefix = request.query.get("prefix", "")
        after = request.query.get("continuation-token") or request.query.get("start-after", "")
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        shown, rest = keys[:PAGE], keys[PAGE:]
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-03-24T07:30:00.000Z</LastModified><ETag>1</ETag>"
            f"<Size>{len(self.objects[key])}</Size></Contents>"
            for key in shown
        )
        more = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if rest else ""
        text = (
            f"<ListBucketResult><IsTruncated>{str(bool(rest)).lower()}</IsTruncated>{contents}{more}</ListBucketResult>"
        )
        return web.Response(text=text, content_type="application/xml")


@asynccontextmanager
async def s3_server() -> AsyncIterator[S3]:
    s3 = S3()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", s3.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        s3.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield s3
    finally:
        await runner.cleanup()
