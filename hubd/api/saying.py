"""Answers that take a while, and say line by line how it goes to those who want to hear it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus

from aiohttp import hdrs, web
from msgspec import Raw, Struct

from drivers.kit.driver import Said
from hubd.api.gate import encoded, refusal
from hubd.api.route import Call
from hubd.model.encoding import encode

LINES = "application/x-ndjson"
"""What a client accepts that wants to hear: one JSON document a line."""


class SaidLine(Struct, frozen=True):
    """How it goes, in words."""

    said: str


class LastLine(Struct, frozen=True):
    """How it ended: the status and the body that a client would get which does not listen."""

    status: int
    body: Raw


async def saying(call: Call, work: Callable[[Said], Awaitable[object]]) -> object:
    """Answer with what `work` comes to; in lines, with what it says, where the client wants them.

    It goes on when the client hangs up.
    """
    if LINES not in call.request.headers.get(hdrs.ACCEPT, ""):
        return await work(lambda _words: None)
    response = web.StreamResponse(
        headers={hdrs.CONTENT_TYPE: LINES, hdrs.CACHE_CONTROL: "no-store"}
    )
    await response.prepare(call.request)
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    working = asyncio.ensure_future(work(lines.put_nowait))
    working.add_done_callback(lambda _: lines.put_nowait(None))
    try:
        with suppress(ConnectionError):
            while (words := await lines.get()) is not None:
                await response.write(encode(SaidLine(words)) + b"\n")
        last = await _last(working, call)
        with suppress(ConnectionError):
            await response.write(encode(last) + b"\n")
            await response.write_eof()
    finally:
        working.cancel()
    return response


async def _last(working: Awaitable[object], call: Call) -> LastLine:
    try:
        answer = encoded(await working)
    except Exception as error:  # noqa: BLE001 - each is told, as the gate tells it
        answer = refusal(error, call.request)
    body = answer.body if isinstance(answer.body, bytes) else b"null"
    return LastLine(HTTPStatus(answer.status), Raw(body))
