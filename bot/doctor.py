"""The doctor: whether the bot could run as configured, one finding a line."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.clock import RealClock
from bot.config import Config, ConfigError, SimulatorChannel, WechatyChannel, load_config
from storage.catalogue_files import read_catalogue
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import current, head

PATIENCE = 5.0
"""Seconds for a server to answer."""
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""A machine whose clock is before this has none."""
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
)
CHINESE = (
    *("notosanscjk", "notoserifcjk", "notosanssc", "sourcehan", "wqy", "arphic", "uming", "ukai"),
    *("droidsansfallback", "pingfang", "simhei", "simsun", "msyh"),
)
"""How the names of fonts begin that hold Chinese."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, whether it works, and what there is to say about it."""

    part: str
    ok: bool
    detail: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'FAIL'} {self.part}: {self.detail}"


async def examine(file: Path | None) -> list[Finding]:
    """Look at everything that can be looked at; a broken config ends it at once."""
    try:
        config = load_config(file)
    except ConfigError as error:
        return [Finding("config", False, str(error))]
    found = [Finding("config", True, str(file) if file else "the sample shop")]
    if config.catalogue is not None:
        found.append(await _tried("catalogue", partial(_catalogue, config.catalogue)))
    found.append(await _tried("database", partial(_database, config)))
    found.append(await _tried("broker", partial(_broker, config)))
    looks = [(f"channel {c.type}", partial(_channel, c)) for c in config.channels]
    found += [await _tried(part, look) for part, look in looks]
    if not config.channels:
        found.append(Finding("channels", False, "none is configured: nobody can be heard"))
    return [*found, _fonts(), _time_zone(config)]


async def _tried(part: str, look: Callable[[], Awaitable[str]]) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            return Finding(part, True, await look())
    except TimeoutError:
        return Finding(part, False, f"no answer within {PATIENCE:g} s")
    except Exception as error:  # whatever it is, this part does not work
        return Finding(part, False, " ".join(str(error).split()) or type(error).__name__)


async def _catalogue(file: Path) -> str:
    found = await asyncio.to_thread(read_catalogue, file)
    refused = f", {len(found.problems)} rows are refused" if found.problems else ""
    return f"{file}: {len(found.products)} products{refused}"


async def _database(config: Config) -> str:
    missing = Database.missing_file(config.database)
    if missing is not None:
        return f"{missing}: {_can_be_made(missing)}"
    database = Database(config.database)
    try:
        found = await current(database)
        if found is not None and found > head():
            raise StorageError(f"of a newer version ({found}): update 小团")
        state = "empty" if found is None else f"revision {found}"
        if found not in (None, head()):
            state += f", will be brought to {head()} at the next start"
        return f"{database.shown}: {state}"
    finally:
        await database.close()


def _can_be_made(file: Path) -> str:
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError(f"{folder} may not be written to")
    free = shutil.disk_usage(folder).free
    if free < 100 << 20:
        raise StorageError(f"only {free >> 20} MB are free in {folder}")
    return "will be made at the first start"


async def _broker(config: Config) -> str:
    if config.broker == "memory":
        return "memory (everything in one process)"
    from bot.broker.probe import look

    return await look(config.broker)


async def _channel(channel: SimulatorChannel | WechatyChannel) -> str:
    if isinstance(channel, SimulatorChannel):
        return "a page of the web server"
    host, _, port = channel.endpoint.rpartition(":")
    if channel.tls.enabled and channel.tls.ca is not None and not channel.tls.ca.is_file():
        raise StorageError(f"tls.ca: there is no file {channel.tls.ca}")
    await _reach(host, int(port))
    return f"the gateway at {channel.endpoint} answers"


async def _reach(host: str, port: int) -> None:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise ConnectionError(f"{host}:{port} does not answer: {error.strerror or error}") from None
    writer.close()


def _fonts() -> Finding:
    """Text needs no font here, and pages use the reader's; so a missing one stops nothing."""
    found = next(_chinese_fonts(), None)
    if found is not None:
        return Finding("fonts", True, f"Chinese: {found}")
    return Finding("fonts", True, "no Chinese font here (text does without; Debian: fonts-noto-cjk)")


def _chinese_fonts() -> Iterator[str]:
    for folder in FONT_FOLDERS:
        for file in sorted(Path(folder).expanduser().rglob("*.[to]t[fc]")):
            if file.stem.replace("-", "").replace("_", "").lower().startswith(CHINESE):
                yield file.name


def _time_zone(config: Config) -> Finding:
    now = RealClock().now()
    local = now.astimezone(config.shop.timezone)
    shown = f"{config.shop.timezone.key}, there it is {local:%Y-%m-%d %H:%M}"
    if now < EARLIEST:
        return Finding("time zone", False, f"{shown}: the machine's clock is wrong")
    return Finding("time zone", True, shown)
