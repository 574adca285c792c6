"""The core: one shop's worker put together from its parts, the same for the real world and a replay."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from datetime import time as time_of_day
from secrets import token_bytes
from typing import Any

from bot.arrivals import Arrivals, seen, set_owner
from bot.config import Config
from bot.sending import sending
from bot.worker import Outlet, Worker
from handlers import Router, Turn, capabilities
from handlers._dispatch import Dispatch
from storage.catalogue import CatalogueChanged, take_in
from storage.database import Database
from storage.ids import Ids
from storage.people import AGENT, LEADER, Role, Room
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
        sla=Sla(
            safety=timedelta(minutes=config.sla.safety),
            complaint=timedelta(minutes=config.sla.complaint),
            refund=timedelta(minutes=config.sla.refund),
            question=timedelta(minutes=config.sla.question),
        ),
        digest=timedelta(seconds=config.digest_seconds),
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
    `agent_room` is an id or None; `bound` says which room a topic was bound to, `log` which recorded
    chat the store was made from.
    """
    agents: Mapping[str, str] = data.get("agents", {})
    _follow_roles(turn, "", AGENT, agents)
    for room_id, about in data.get("rooms", {}).items():
        room = _room(turn, room_id, about)
        room.served = True
        if about.get("leaders"):
            _follow_roles(turn, room_id, LEADER, dict.fromkeys(about["leaders"], ""))
        elif about.get("owner"):
            set_owner(turn.shop, room, about["owner"])
        for person, name in (about.get("members") or {}).items():
            seen(turn.shop, room_id, person, name or "")
    agent_room = data.get("agent_room")
    if agent_room is not None:
        _room(turn, agent_room, data).is_agent_room = True
    marks = {name: data[name] for name in ("bound", "log") if data.get(name)}
    row = turn.shop.row
    if marks and any(row.marks.get(name) != value for name, value in marks.items()):
        row.marks = {**row.marks, **marks}


def _room(turn: Turn, room_id: str, about: Mapping[str, Any]) -> Room:
    rooms = turn.rows(Room)
    room = rooms.get(room_id)
    account = about.get("account") or turn.shop.default_account
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


@administration.command("import_catalogue")
async def import_catalogue(turn: Turn, records: Any) -> CatalogueChanged:
    """Take products over from a file that was read and checked."""
    changed = take_in(turn.shop, records)
    turn.shop.cache.clear()
    turn.emit(changed)
    return changed
