"""The core: one shop's worker put together from its parts, the same for the real world and a replay."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from datetime import time as time_of_day
from secrets import token_bytes
from typing import Any

from bot.arrivals import Arrivals, seen, set_owner
from bot.config import Answers, Config
from bot.sending import sending
from bot.worker import Outlet, Worker
from handlers import Router, Turn, capabilities
from handlers._dispatch import Dispatch
from storage.catalogue import CatalogueChanged, take_in
from storage.database import Database
from storage.ids import Ids
from storage.people import AGENT, LEADER, Role, Room
from storage.roles import still_leading
from storage.secrets import KEY_BYTES, DeletionLedger, Vault, load_key
from storage.settings import Hours, Settings, Sla
from storage.shop import Shop

TENANT = "shop"
"""The one shop of a process; every key begins with it."""
NEVER = Hours(time_of_day(0), time_of_day(0))
ALWAYS = Hours(time_of_day(0), time_of_day.max)


def settings_of(config: Config) -> Settings:
    """The configuration as the floors below know it."""
    quiet, business = config.quiet_hours, config.business_hours
    return Settings(
        name=config.shop.name,
        timezone=config.shop.timezone,
        facts=dict(config.shop.facts),
        pace=timedelta(seconds=config.pace.seconds_between_sends),
        daily_messages_per_room=config.pace.daily_messages_per_room,
        quiet_hours=Hours(quiet.from_, quiet.to) if quiet else NEVER,
        business_hours=Hours(business.from_, business.to) if business else ALWAYS,
        lead=config.lead,
        sla=_sla(config.sla),
        next_sla=_sla(config.sla.next) if config.sla.next is not None else None,
        digest=timedelta(seconds=config.digest_seconds),
        skills={agent.id: frozenset(agent.skills) for agent in config.agents if agent.skills},
        propose_up_to_fen=int(config.propose_refunds_up_to * 100),
    )


def _sla(minutes: Answers) -> Sla:
    return Sla(
        safety=timedelta(minutes=minutes.safety),
        complaint=timedelta(minutes=minutes.complaint),
        refund=timedelta(minutes=minutes.refund),
        question=timedelta(minutes=minutes.question),
    )


def vault_of(config: Config) -> Vault:
    """What seals personal data: the key of the environment, else of the data folder (made once).

    A store in memory gets a key in memory. Raises StorageError.
    """
    if config.database == "sqlite://":
        return Vault(token_bytes(KEY_BYTES))
    given = config.personal_data_key.get_secret_value() if config.personal_data_key else None
    key = load_key(config.data_dir / "personal-data.key", given)
    return Vault(key, ledger=DeletionLedger(config.data_dir / "deletions.jsonl"))


def build_worker(
    settings: Settings,
    database: Database,
    outlet: Outlet,
    *,
    ids: Ids,
    started: datetime,
    default_account: str,
    vault: Vault | None = None,
) -> Worker:
    """A worker that is ready to be opened. Without a vault no personal data is kept."""

    def open_shop() -> Shop:
        shop = Shop(TENANT, settings, database, ids)
        shop.default_account, shop.vault = default_account, vault
        return shop

    dispatch = Dispatch([*capabilities(), administration, sending])
    return Worker(open_shop, dispatch, Arrivals(), outlet=outlet, started=started)


administration = Router("administration", rank=100)
"""Commands of the process itself: what the configuration and the catalogue say."""


@administration.command("configure")
async def configure(turn: Turn, data: Mapping[str, Any]) -> None:
    """Follow the configuration: who leads which room, who the agents are.

    `rooms` maps room ids to {name, owner, leaders, members, account}; `agents` ids to names;
    `agent_room` is an id or None; `whole`: this is all there is, rooms that are not named have lost
    their leaders; `bound` says which room a topic was bound to, `log` which recorded chat the store was
    made from.
    """
    agents: Mapping[str, str] = data.get("agents", {})
    _follow_roles(turn, "", AGENT, agents)
    rooms: Mapping[str, Mapping[str, Any]] = data.get("rooms", {})
    for room_id, about in rooms.items():
        _follow_room(turn, room_id, about)
    if data.get("whole"):
        for room_id in {row.room_id for row in turn.rows(Role) if row.source == "config"} - {"", *rooms}:
            _lead(turn, turn.rows(Room)[room_id], ())
    agent_room = data.get("agent_room")
    if agent_room is not None:
        _room(turn, agent_room, data)
    if agent_room is not None or data.get("whole"):
        for room in turn.rows(Room):
            if room.is_agent_room != (room.id == agent_room):
                room.is_agent_room = room.id == agent_room
                turn.shop.cache.pop("agent_room", None)
    marks = {name: data[name] for name in ("bound", "log") if data.get(name)}
    row = turn.shop.row
    if marks and any(row.marks.get(name) != value for name, value in marks.items()):
        row.marks = {**row.marks, **marks}


def _follow_room(turn: Turn, room_id: str, about: Mapping[str, Any]) -> None:
    room = _room(turn, room_id, about)
    if not room.served:
        room.served = True
    owner = about.get("owner")
    if owner and room.owner != owner:
        room.owner = owner
    _lead(turn, room, about.get("leaders") or ())
    for person, name in (about.get("members") or {}).items():
        seen(turn.shop, room_id, person, name or "")


def _lead(turn: Turn, room: Room, leaders: Sequence[str]) -> None:
    """Whom the file names; nobody: the owner (contract §9.14)."""
    if leaders:
        _follow_roles(turn, room.id, LEADER, dict.fromkeys(still_leading(room, leaders), ""))
        return
    still_leading(room, ())
    for row in turn.rows(Role).by("room_id", room.id):
        if row.role == LEADER and row.source == "config":
            turn.rows(Role).drop(row)
    if room.owner:
        set_owner(turn.shop, room, room.owner)


def _room(turn: Turn, room_id: str, about: Mapping[str, Any]) -> Room:
    rooms = turn.rows(Room)
    room = rooms.get(room_id)
    account = about.get("account", turn.shop.default_account)
    if room is None:
        room = rooms.add(Room(tenant_id=turn.shop.tenant, id=room_id, account=account))
    if about.get("name") and room.name != about["name"]:
        room.name = about["name"]
    return room


def _follow_roles(turn: Turn, room_id: str, role: str, people: Mapping[str, str]) -> None:
    """What the file no longer names is no role any more; roles given in the chat stay."""
    rows = turn.rows(Role)
    for row in rows.by("room_id", room_id):
        if row.role == role and row.source != "chat" and row.person_id not in people:
            rows.drop(row)
    for person, name in people.items():
        known = rows.get((room_id, person, role))
        if known is None:
            rows.add(
                Role(
                    tenant_id=turn.shop.tenant,
                    room_id=room_id,
                    person_id=person,
                    role=role,
                    name=name,
                    source="config",
                )
            )
        elif name and known.name != name:
            known.name = name


@administration.command("settled")
async def settled(turn: Turn, data: Any) -> None:
    """Changes nothing; answered when all before it is kept."""


@administration.command("import_catalogue")
async def import_catalogue(turn: Turn, records: Any) -> CatalogueChanged:
    """Take products over from a file that was read and checked."""
    changed = take_in(turn.shop, records)
    turn.shop.cache.clear()
    turn.emit(changed)
    return changed
