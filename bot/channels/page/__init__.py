"""The simulator's web page: its files, and the socket through which it plays the people."""

import asyncio
import json
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.channels.cast import Impossible
from bot.channels.handover import Stopped
from bot.channels.simulator import SimulatorChannel
from bot.server import HOME

FOLDER = Path(__file__).parent
SERVED = {".html", ".css", ".js", ".svg"}
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp"}

LONGEST_FRAME = 1024 * 1024
"""Bytes; a text of 100,000 characters has to fit in, even as \\u escapes."""

WAITING_FRAMES = 500
"""A page that is further behind is cut off; it comes back and asks for what it missed."""

CHANNEL = web.AppKey("channel", SimulatorChannel)
SOCKETS: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("sockets")

log = structlog.get_logger()


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Say(_Frame):
    """Somebody says something; `id` is made by the page, so that sending again is harmless."""

    do: Literal["say"]
    id: str = Field(pattern=r"^[\w-]{8,64}$")
    person: str
    room: str | None
    text: str = Field(max_length=100_000)
    kind: Literal["text", "voice", "image", "group_note", "sticker", "link"] = "text"
    quote: str | None = None


class Recall(_Frame):
    """Somebody takes a message back."""

    do: Literal["recall"]
    person: str
    message: str


class Chat(_Frame):
    """The neighbours of a room chat about nothing."""

    do: Literal["chat"]
    room: str


class Clock(_Frame):
    """Time passes: some minutes, or until an hour of today or tomorrow."""

    do: Literal["clock"]
    minutes: int | None = Field(None, ge=1, le=7 * 24 * 60)
    to: time | None = None
    tomorrow: bool = False


Frame = Annotated[Say | Recall | Chat | Clock, Field(discriminator="do")]
_frames: TypeAdapter[Say | Recall | Chat | Clock] = TypeAdapter(Frame)


def simulator_page(channel: SimulatorChannel) -> web.Application:
    """The page of `channel`, to be mounted at `/simulator/`."""
    app = web.Application()
    app[CHANNEL] = channel
    app[SOCKETS] = set()
    app[HOME] = _index
    app.router.add_get("/", _index)
    app.router.add_get("/socket", _socket)
    app.router.add_get("/sent/{message}", _sent_file)
    app.router.add_get("/{file}", _file)
    app.on_shutdown.append(_close_sockets)
    return app


async def _index(_: web.Request) -> web.StreamResponse:
    return _fresh(FOLDER / "index.html")


async def _file(request: web.Request) -> web.StreamResponse:
    path = FOLDER / request.match_info["file"]
    if path.parent != FOLDER or path.suffix not in SERVED or not path.is_file():
        raise web.HTTPNotFound
    return _fresh(path)


def _fresh(path: Path) -> web.StreamResponse:
    # no-cache: ask each time (an ETag answers), so that an upgrade never mixes old and new modules
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


async def _sent_file(request: web.Request) -> web.StreamResponse:
    """A file that the bot has sent, and no other; FileResponse says 404 when it is gone."""
    line = request.app[CHANNEL].story.get(request.match_info["message"])
    if line is None or line.path is None:
        raise web.HTTPNotFound
    path = Path(line.path)
    shown = "inline" if path.suffix.lower() in PICTURES else "attachment"
    return web.FileResponse(path, headers={"Content-Disposition": shown})


async def _socket(request: web.Request) -> web.StreamResponse:
    if not _same_origin(request):
        raise web.HTTPForbidden(text="another site may not play here\n")
    socket = web.WebSocketResponse(heartbeat=20, max_msg_size=LONGEST_FRAME)
    await socket.prepare(request)
    channel = request.app[CHANNEL]
    news: asyncio.Queue[dict[str, Any]] = asyncio.Queue(WAITING_FRAMES)

    def tell(frame: dict[str, Any]) -> None:
        try:
            news.put_nowait(frame)
        except asyncio.QueueFull:
            writer.cancel()

    news.put_nowait(_greeting(channel, request.query))
    unwatch = channel.watch(tell)
    writer = asyncio.create_task(_write(socket, news))
    request.app[SOCKETS].add(socket)
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await _play(channel, message.data, tell)
    finally:
        unwatch()
        writer.cancel()
        request.app[SOCKETS].discard(socket)
    return socket


def _same_origin(request: web.Request) -> bool:
    """Whether a page of ours asks; programs that are no browser send no Origin."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _greeting(channel: SimulatorChannel, query: Any) -> dict[str, Any]:
    """The scene and what the page has not seen yet: everything, unless it knows this epoch."""
    known = query.get("epoch") == channel.epoch
    after = int(query.get("after", "0")) if known and query.get("after", "").isdecimal() else 0
    return {
        "now": channel.clock.now().isoformat(),
        "scene": channel.scene(),
        "lines": [line.view() for line in channel.story.after(after)],
    }


async def _write(socket: web.WebSocketResponse, news: asyncio.Queue[dict[str, Any]]) -> None:
    try:
        while True:
            await socket.send_str(json.dumps(await news.get(), ensure_ascii=False))
    except (ConnectionError, RuntimeError):
        return  # the page has gone
    finally:
        with suppress(Exception):
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)


async def _play(channel: SimulatorChannel, text: str, tell: Any) -> None:
    """Do what the page asks; what is impossible is said to that page alone."""
    try:
        frame = _frames.validate_json(text)
    except ValidationError:
        tell({"refused": {"why": "not_understood"}})
        return
    about = frame.id if isinstance(frame, Say) else None
    try:
        await _do(channel, frame)
    except Impossible as impossible:
        tell({"refused": {"why": impossible.why, "id": about}})
    except Stopped:
        tell({"refused": {"why": "stopped", "id": about}})
    except Exception:  # the handover has logged it
        tell({"refused": {"why": "not_taken", "id": about}})
    else:
        if about:
            tell({"taken": about})


async def _do(channel: SimulatorChannel, frame: Say | Recall | Chat | Clock) -> None:
    match frame:
        case Say():
            await channel.say(
                frame.person,
                frame.room,
                frame.text,
                id=frame.id,
                quote=frame.quote,
                kind=frame.kind,
            )
        case Recall():
            await channel.recall(frame.person, frame.message)
        case Chat():
            channel.chat(frame.room)
        case Clock(minutes=int(minutes)):
            channel.move(timedelta(minutes=minutes))
        case Clock(to=time() as hour):
            channel.move_to(hour, tomorrow=frame.tomorrow)


async def _close_sockets(app: web.Application) -> None:
    sockets = app[SOCKETS].copy()
    for socket in sockets:
        await socket.close(code=WSCloseCode.GOING_AWAY)
