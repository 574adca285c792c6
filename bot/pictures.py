"""The pictures of cases: fetched from the channel, kept as clean copies, thrown away with their case."""

import asyncio
import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, select

from bot.channels import Channel, ShowsPictures
from bot.clock import Clock
from bot.images import NoPicture, cleaned
from bot.inbox import Inbox
from bot.log import get_logger
from storage.tickets.photos import Photo

SECONDS_TO_FETCH = 30.0
SWEEP_EVERY = 3600.0
AT_ONCE = 4

log = get_logger("pictures")


class Pictures:
    """Fetches the pictures that cases want, and throws away those that no case has any more."""

    def __init__(self, channels: Sequence[Channel], inbox: Inbox, clock: Clock, folder: Path) -> None:
        self._channels: Mapping[str, Channel] = {channel.account: channel for channel in channels}
        self._inbox, self._clock, self.folder = inbox, clock, folder
        self._busy = asyncio.Lock()

    async def look(self) -> None:
        """Fetch what is wanted now; one that cannot be had hinders no other."""
        if self._busy.locked():
            return
        async with self._busy:
            now = self._clock.now()
            wanted = [p for p in self._inbox.worker.shop.rows(Photo) if not p.over and p.next_at <= now]
            await asyncio.gather(*(self._take(photo) for photo in wanted[:AT_ONCE]))

    async def _take(self, photo: Photo) -> None:
        which = {"ticket": photo.ticket, "message": photo.message}
        try:
            content = await self._content(photo)
            file = await asyncio.to_thread(self._store, content)
        except NoPicture as none:
            log.info("no picture", ticket=photo.ticket, why=str(none))
            await self._inbox.command("photo.failed", which)
        except Exception:
            log.exception("a picture could not be taken", ticket=photo.ticket)
            await self._inbox.command("photo.failed", which)
        else:
            await self._inbox.command("photo.kept", {**which, "file": file.name, "path": str(file)})

    async def _content(self, photo: Photo) -> bytes:
        channel = self._channels.get(photo.account)
        if not isinstance(channel, ShowsPictures):
            raise NoPicture("the channel shows none")
        async with asyncio.timeout(SECONDS_TO_FETCH):
            content = await channel.picture(photo.message)
        if content is None:
            raise NoPicture("the channel has none for this message")
        return content

    def _store(self, content: bytes) -> Path:
        """Under a name that tells nothing; the same picture twice is one file."""
        clean = cleaned(content)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{hashlib.sha256(clean).hexdigest()[:32]}.jpg"
        if not path.exists():
            part = path.with_suffix(".part")
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(clean)
            part.replace(path)
        return path.resolve()

    async def sweep(self) -> None:
        """Remove the files that no case has any more."""
        async with self._busy:
            kept = await self._inbox.worker.shop.database.run(_kept)
            await asyncio.to_thread(self._remove_all_but, kept)

    def _remove_all_but(self, kept: frozenset[str]) -> None:
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.suffix in (".jpg", ".part") and path.name not in kept:
                with suppress(OSError):
                    path.unlink()


def _kept(connection: Connection) -> frozenset[str]:
    table = Photo.table()
    return frozenset(connection.execute(select(table.c.file).where(table.c.file != "")).scalars())
