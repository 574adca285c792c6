"""The web desk beside the bot: what it may look at and whom it asks, handed over as arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.clock import RealClock
from bot.config import SimulatorChannel
from console.api.app import build_api
from console.app import build_desk, prepare
from console.live import Hub
from console.parts import Desk, Simulated
from handlers import capabilities
from storage.errors import Refused
from storage.secrets import KEY_BYTES, load_key

if TYPE_CHECKING:
    from bot.app import App


async def open_desk(app: "App") -> tuple[Mapping[str, web.Application], str | None]:
    """The desk's pages and its API; the path of the first sign-in while nobody can sign in as admin."""
    hub = Hub()
    real = RealClock()

    async def health() -> Mapping[str, Any]:
        return asdict(await app.readiness())

    desk = Desk(
        shop=lambda: app.worker.shop,
        command=app.command,
        now=app.clock.now,
        wall=real.now,
        words=_words,
        secret=_secret(app),
        health=health,
        simulated=_simulated(app),
        proxies=app.config.http.trusted_proxies,
        pictures=app.pictures.folder,
    )
    pages = {"desk": build_desk(desk, hub), "api": build_api(desk)}
    app.worker.watchers.append(hub.kept)
    return pages, await prepare(desk)


def _secret(app: "App") -> bytes:
    if app.database.in_memory:
        return token_bytes(KEY_BYTES)
    return load_key(app.config.data_dir / "desk.key")


def _words(refused: Refused) -> str:
    """What the chat says when this rule refuses; the desk says the same."""
    for router in capabilities():
        if type(refused) in router.refusals:
            return router.words_for(refused)
    return "这样不行，请刷新后再看一眼。"


def _simulated(app: "App") -> Sequence[Simulated]:
    """The simulator's people, unless real customers are here as well: anybody at this machine is they."""
    if not all(isinstance(channel, SimulatorChannel) for channel in app.config.channels):
        return ()
    found: list[Simulated] = []
    for channel in app.channels:
        world = getattr(channel, "world", None)
        if world is None:
            continue
        names = {person.id: person.name for person in world.people}
        staff = [(who, "lead" if index == 0 else "agent") for index, who in enumerate(world.agents)]
        found += [Simulated(person=who, name=names[who], role=role) for who, role in staff]
        found += [Simulated(person=who, name=names[who], role="leader") for who in world.leaders]
    return found
