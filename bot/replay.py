"""Replay: a recorded chat through the very same pipeline, on a virtual clock, byte for byte the same.

What outlives the process in the real world (the store, the clock, what members have read) stands in
`World`; a `restart` line throws everything else away without any warning.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot import collector
from bot.channels import Event, Incoming, Joined, Left, Quote, Recalled
from bot.config import Config, config_from_mapping, override
from bot.core import build_worker, settings_of
from bot.hygiene import storable
from bot.replay_log import ACCOUNT, Log, LogError, LogEvent, read_log
from bot.state import shop_state
from bot.worker import BATCH, Command, Entry, Tick, Worker
from storage.catalogue_files import CatalogueError, ProductRecord, read_catalogue
from storage.database import Database
from storage.ids import Ids
from storage.outbox import OutboxRow
from storage.secrets import Vault
from storage.shop import ShopRow, all_models

if TYPE_CHECKING:
    from bot.replay_bus import Carrier


class ReplayOutlet:
    """Writes down what members read, in order; counts b1, b2, …"""

    explains = False

    def __init__(self, config: Config) -> None:
        self.lines: list[dict[str, Any]] = []
        self._pending: list[dict[str, Any]] = []
        self._zone = config.shop.timezone
        self.worker: Worker | None = None

    def said(self, rows: Sequence[OutboxRow]) -> None:
        """Number the messages of a turn; they count as sent with its transaction."""
        for row in rows:
            number = f"b{len(self.lines) + len(self._pending) + 1}"
            at = row.next_at.astimezone(self._zone)
            self._pending.append(
                {
                    "id": number,
                    "at": at.isoformat(),
                    "room": row.room_id,
                    "to": row.person_id,
                    "kind": row.kind,
                    "text": with_names(row),
                    "mentions": list(row.mentions),
                    "cause": row.cause,
                }
            )
            if self.worker is not None:
                self.worker.arrivals.note_own(row, number, row.next_at)
            row.sent(number)

    def undone(self) -> None:
        """The batch is decided again."""
        self._pending.clear()

    def committed(self, rows: Sequence[OutboxRow]) -> None:
        """Kept: it was said."""
        self.lines.extend(self._pending)
        self._pending.clear()

    def explained(self, account: str, message_id: str, facts: dict[str, object]) -> None:
        """Nobody looks behind a replay."""


def with_names(row: OutboxRow) -> str:
    """The text as members read it, with the @names that a chat client shows before it."""
    names = "".join(f"@{name} " for name in row.mentions.values() if name)
    return names + row.text


class World:
    """What a restart does not touch."""

    def __init__(self, log: Log, batch: int = BATCH) -> None:
        self.log, self.batch = log, batch
        self.config = _config(log)
        in_memory = "database" not in (log.setup.get("config") or {})
        self.database = Database("sqlite://" if in_memory else self.config.database)
        self.in_memory = in_memory
        self.ids = Ids(seed="replay")
        first = log.events[0].at if log.events else datetime(2026, 1, 1, tzinfo=UTC)
        self.now = first.astimezone(UTC)
        self.outlet = ReplayOutlet(self.config)
        self.worker: Worker | None = None
        self._carrier: Carrier | None = None

    async def start(self) -> Worker:
        """A new process over the old store."""
        self.worker = build_worker(
            settings_of(self.config),
            self.database,
            self.outlet,
            ids=self.ids,
            started=self.now,
            default_account=ACCOUNT,
            vault=Vault(hashlib.sha256(b"replay").digest()),  # a replay outlives no process
        )
        self.outlet.worker = self.worker
        await self.worker.open()
        return self.worker

    async def command(self, name: str, data: Any) -> None:
        """One command of the process itself."""
        assert self.worker is not None
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await self.worker.work([Entry(Command(name, data, done), self.now, self.now)])
        await done

    async def run(self) -> dict[str, Any]:
        """Play the whole log; the end state."""
        try:
            return await self._run()
        finally:
            await self.database.close()

    async def _run(self) -> dict[str, Any]:
        all_models()
        if self.in_memory:
            await self.database.create()
        else:
            from storage.migrate import upgrade

            await upgrade(self.database)
        await self.start()
        self._check_empty()
        await self.command("configure", {**_people(self.log), "log": self.log.digest})
        records = _catalogue(self.log, self.config)
        if records:
            await self.command("import_catalogue", records)
        collector.settle()
        if self.config.broker == "memory":
            await self._play()
        else:
            await self._play_over_broker()
        assert self.worker is not None
        return await shop_state(self.worker.shop, self.now)

    def _check_empty(self) -> None:
        """Another log's rows would be taken for this one's; its own, of a run that died, go on."""
        assert self.worker is not None
        row = self.worker.shop.rows(ShopRow).get(())
        if self.worker.shop.version and (row is None or row.marks.get("log") != self.log.digest):
            shown = self.database.shown
            raise LogError(str(self.log.path), 1, "config.database", f"{shown}: expected an empty database")

    async def _play_over_broker(self) -> None:
        from bot.replay_bus import Carrier

        self._carrier = Carrier(self.config.broker, self._work)
        try:
            await self._carrier.start()
            await self._play()
        finally:
            await self._carrier.stop()

    async def _work(self, entries: Sequence[Entry]) -> None:
        assert self.worker is not None
        await self.worker.work(entries)

    async def _play(self) -> None:
        entries: list[Entry] = []
        events = list(self.log.events)
        index = 0
        while index < len(events):
            event = events[index]
            index += 1
            if event.type == "restart":
                await self._flush(entries)
                index = await self._restart(event, events, index)
                continue
            self.now = max(self.now, event.at.astimezone(UTC))
            entries.append(Entry(self._what(event), self.now, self.now))
            if len(entries) >= self.batch:
                await self._flush(entries)
        await self._flush(entries)

    async def _flush(self, entries: list[Entry]) -> None:
        if entries:
            await (self._carrier.work if self._carrier else self._work)(entries)
            entries.clear()

    async def _restart(self, event: LogEvent, events: list[LogEvent], index: int) -> int:
        """Die; come back at `until`; then what was said meanwhile, before what fell due after it."""
        until = (event.until or event.at).astimezone(UTC)
        self.now = max(self.now, until)
        await self.start()
        entries: list[Entry] = []
        while event.until and index < len(events) and events[index].at <= event.until:
            missed = events[index]
            if missed.type == "restart":
                break
            entries.append(Entry(self._what(missed), self.now, missed.at.astimezone(UTC)))
            index += 1
        entries.append(Entry(Tick(), self.now, self.now))
        await self._flush(entries)
        await self.command("outage", event.at.astimezone(UTC))
        return index

    def _what(self, event: LogEvent) -> Event | Tick:
        found = self._happened(event)
        return found if isinstance(found, Tick) else storable(found)

    def _happened(self, event: LogEvent) -> Event | Tick:
        values, at = event.values, event.at
        if event.type == "message":
            return _incoming(event)
        if event.type == "recall":
            return Recalled(
                account=ACCOUNT,
                room=values.get("room"),
                message=values["message"],
                sender=values["sender"],
                at=at,
            )
        if event.type == "join":
            return _joined(event)
        if event.type == "leave":
            members = tuple(_names(values["members"]))
            return Left(
                account=ACCOUNT,
                room=values["room"],
                members=members,
                at=at,
                remover=values.get("remover"),
            )
        return Tick()


def _incoming(event: LogEvent) -> Incoming:
    values = event.values
    quote = values.get("quote")
    mentions = tuple(values.get("mentions") or ())
    return Incoming(
        account=ACCOUNT,
        id=values.get("id") or str(event.line),
        room=values.get("room"),
        sender=values["sender"],
        text=values.get("text") or "",
        at=event.at,
        name=values.get("name"),
        kind=values.get("kind") or "text",
        mentions=mentions,
        quote=Quote(id=quote) if quote else None,
        raw=values.get("raw"),
        transcript=values.get("transcript"),
    )


def _joined(event: LogEvent) -> Joined:
    values = event.values
    return Joined(
        account=ACCOUNT,
        room=values["room"],
        members=_names(values["members"]),
        at=event.at,
        inviter=values.get("inviter"),
        room_name=values.get("name"),
        room_owner=values.get("owner"),
    )


def _names(members: Any) -> Mapping[str, str | None]:
    if isinstance(members, dict):
        return {str(who): name for who, name in members.items()}
    found: dict[str, str | None] = {}
    for member in members:
        if isinstance(member, dict):
            found[str(member.get("id"))] = member.get("name")
        else:
            found[str(member)] = None
    return found


def _config(log: Log) -> Config:
    setup = log.setup
    shop = {"name": setup.get("shop"), "timezone": setup.get("timezone")}
    data: dict[str, Any] = {name: value for name, value in shop.items() if value}
    if setup.get("facts"):
        data["facts"] = setup["facts"]
    base = log.path.resolve().parent
    source = f"{log.path}:1"
    config = config_from_mapping({"shop": data} if data else {}, base, source)
    return override(config, setup.get("config") or {}, base, source)


def _people(log: Log) -> dict[str, Any]:
    rooms = {
        room["room"]: {
            "name": room.get("name"),
            "leaders": room.get("leaders") or [],
            "owner": room.get("owner"),
            "members": room.get("members") or {},
        }
        for room in log.setup.get("rooms") or []
    }
    agents = {agent["id"]: agent.get("name") or "" for agent in log.setup.get("agents") or []}
    return {"rooms": rooms, "agents": agents, "agent_room": log.setup.get("agent_room")}


def _catalogue(log: Log, config: Config) -> list[ProductRecord]:
    name = log.setup.get("catalogue")
    path = log.path.resolve().parent / name if name else config.catalogue
    if path is None:
        return []
    try:
        found = read_catalogue(Path(path))
    except CatalogueError as error:
        raise LogError(str(log.path), 1, "catalogue", str(error)) from None
    return list(found.products)


def write_lines(lines: Iterator[dict[str, Any]] | Sequence[dict[str, Any]], out: TextIO) -> None:
    """JSON Lines, one message a line."""
    for line in lines:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")


async def replay(path: Path, *, batch: int = BATCH) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Play a recorded chat: what the bot said, and the end state. Raises LogError, ConfigError."""
    world = World(read_log(path), batch)
    state = await world.run()
    return world.outlet.lines, state
