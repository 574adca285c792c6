"""Arrivals: a channel's event becomes a turn of the shop: who, where, what it means, may the bot speak."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from bot.channels import BOT, Echo, Incoming, Joined, Left, Recalled, RoomChanged
from bot.gates import Gates
from bot.log import get_logger
from handlers import Arrival, Chat, Departure, Message, Recall, Turn
from handlers._dispatch import Dispatch
from nlp.meaning import Context, Meaning
from nlp.normalize import BOT_NAME, Normalized, normalize
from nlp.products import ProductEntry
from nlp.scams import claimed_role, scam
from nlp.understanding import Understander
from storage.catalogue import Product
from storage.flows import COMPLAINED, EVERYONE, LISTENING, Flow
from storage.group_buys import open_item_names
from storage.outbox import OutboxRow, Sending
from storage.people import AGENT, CO_LEADER, LEADER, Member, Person, Role, Room, display_name
from storage.privacy import reveals, without_numbers
from storage.roles import owner_leads
from storage.shop import Shop

RING = 40
"""Recent messages kept per room, for context and for tickets; never written as they are."""
ROOMS = 2_000
"""Rooms whose recent talk is kept in memory."""


KINDS = frozenset({"text", "image", "voice", "link", "mini_program", "file", "group_note", "sticker"})

log = get_logger("arrivals")


class Said(NamedTuple):
    """One line of recent talk. `person_id` "bot" is the bot itself."""

    id: str
    person_id: str
    name: str
    text: str
    at: datetime
    kind: str = "text"


class Quoted(NamedTuple):
    """The message that another one quotes, as far as it is known."""

    id: str | None = None
    person: str | None = None
    name: str | None = None
    text: str | None = None

    @property
    def by_bot(self) -> bool:
        """The bot said it."""
        return self.person == BOT or self.name == BOT_NAME


NOTHING_QUOTED = Quoted()


class Arrivals:
    """Turns events into turns; keeps the understander and the rings of recent talk."""

    def __init__(self, names: Iterable[str] = (BOT_NAME,)) -> None:
        self.names = tuple(names)
        self._entries: dict[str, ProductEntry] = {}
        self._understander: Understander | None = None
        self._rings: OrderedDict[str, deque[Said]] = OrderedDict()
        self.gates = Gates()

    # -- understanding ---------------------------------------------------------------------------

    def learn(self, shop: Shop) -> None:
        """Understand the shop's products (all at first, later only what changed)."""
        self.follow(shop.rows(Product))

    def follow(self, products: Iterable[Product]) -> None:
        """Take over the names of changed products at once."""
        entries = [_entry(product) for product in products]
        if self._understander is None:
            self._entries = {entry.id: entry for entry in entries}
            self._understander = Understander(entries)
            return
        for entry in entries:
            if self._entries.get(entry.id) != entry:
                self._entries[entry.id] = entry
                self._understander.put(entry)

    def understand(self, note: Normalized, context: Context) -> Meaning:
        """What a text means with this shop's products."""
        assert self._understander is not None
        text = note.source
        bare = without_numbers(text)
        if bare != text:
            heard = self._understander.understand(bare, context)
            if heard.intent in ("complaint", "ask_human"):
                return heard  # a number beside it changes nothing
        return self._understander.understand(text, context, note)

    # -- messages --------------------------------------------------------------------------------

    async def chat(self, shop: Shop, incoming: Incoming, now: datetime) -> Chat | None:
        """The turn of a message, understood; None for a kind that nobody knows (contract §9.17)."""
        if incoming.kind not in KINDS:
            log.info("unknown kind of message", kind=incoming.kind[:40], message=incoming.id[:80])
            return None
        room = await self._room(shop, incoming)
        raw = incoming.transcript if incoming.kind == "voice" else incoming.text
        text = raw or ""
        normal = normalize(text)
        quote = await self._quote(shop, incoming, normal.quote)
        roles = _roles(shop, incoming.sender, incoming.room)
        name = self._name(shop, incoming)
        body = normal.text.strip()
        called = body.startswith(BOT_NAME)
        addressed = (
            incoming.room is None
            or BOT in incoming.mentions
            or normal.mentioned_bot
            or called
            or quote.by_bot
        )
        message = Message(
            id=incoming.id,
            key=f"{incoming.account}:{incoming.id}",
            account=incoming.account,
            room_id=incoming.room,
            person_id=incoming.sender,
            name=name,
            raw_text=text,
            text=(body.removeprefix(BOT_NAME).lstrip(" ,，:：!！") if called else body).strip(),
            at=incoming.at,
            kind=incoming.kind,
            addressed=addressed,
            mentions=tuple([who for who in incoming.mentions if who != BOT]),
            quote_id=quote.id,
            quote_person=quote.person,
            quote_name=quote.name,
            quote_text=quote.text,
            quotes_bot=quote.by_bot,
            xml=incoming.raw,
        )
        context = self._context(shop, message, roles, now)
        meaning = self.understand(normal, context)
        chat = Chat(shop, now, message, meaning, roles)
        if room is not None and not room.name and incoming.room_name:
            room.name = incoming.room_name
        self._note(incoming, name, text)
        return chat

    async def handle(self, dispatch: Dispatch, chat: Chat) -> str | None:
        """Hand the message to its capability."""
        own, before = chat.message.id, self._ring(chat.room_id or f"@{chat.person_id}")
        chat.recent = tuple([said for said in before if said.id != own])
        handler = await dispatch.message(chat)
        if handler is not None and (chat.said or chat.changed):
            self._remember_member(chat)
        self.gates.after(chat)
        return handler

    def worth_asking(self, chat: Chat) -> bool:
        """Whether any capability may have a word to say; else silence is certain."""
        message = chat.message
        room = chat.room
        if room is not None and not room.served and not room.is_agent_room:
            return message.addressed or message.text.startswith("开团")
        if not chat.meaning.silent or message.addressed or message.kind != "text":
            return True
        if "接龙" in message.raw_text[:200]:  # a re-posted list speaks for itself
            return True
        if chat.roles or (room is not None and room.is_agent_room):
            return True
        text = message.raw_text  # a phone number or a scam in the group is never mere chatter
        if reveals(text) or scam(text) is not None or claimed_role(text) is not None:
            return True
        flows = chat.shop.rows(Flow)
        if flows.by("person_id", message.person_id):
            return True
        place = message.room_id or ""
        if (place, EVERYONE, COMPLAINED) in flows and "也" in message.text[:10]:
            return True
        return len(message.text) <= 6 and (place, EVERYONE, LISTENING) in flows

    def _context(self, shop: Shop, message: Message, roles: frozenset[str], now: datetime) -> Context:
        asked = self._flow(shop, "asked", message, now)
        last = self._flow(shop, "last_order", message, now)
        leads = LEADER in roles or CO_LEADER in roles
        role = "leader" if leads else "agent" if AGENT in roles else "buyer"
        return Context(
            open=open_item_names(shop, message.room_id, message.person_id, now),
            role=role,
            mentioned=message.addressed and message.room_id is not None,
            private=message.room_id is None,
            previous=last["text"] if last else None,
            pending=asked["question"] if asked else None,
            quoted=message.quote_text,
            now=shop.settings.local(now),
        )

    def _flow(self, shop: Shop, kind: str, message: Message, now: datetime) -> Any:
        flow = shop.rows(Flow).get((message.room_id or "", message.person_id, kind))
        return flow.data if flow is not None and flow.valid(now) else None

    async def _room(self, shop: Shop, incoming: Incoming) -> Room | None:
        if incoming.room is None:
            await self._whereabouts(shop, incoming.sender)
            return None
        room = shop.rows(Room).get(incoming.room)
        if room is None:
            # Not a new row yet: chatter in a room that nobody asked us to serve writes nothing.
            room = Room(
                tenant_id=shop.tenant,
                id=incoming.room,
                account=incoming.account,
                name=incoming.room_name or "",
            )
            shop.rows(Room).adopt([room])
        if not room.account:  # named by the configuration; now it is known which account is in it
            room.account = incoming.account
        if incoming.room_owner and room.owner != incoming.room_owner:
            set_owner(shop, room, incoming.room_owner)
        if not shop.is_loaded(Member, incoming.room):
            await shop.load(Member, incoming.room)
        return room

    async def _whereabouts(self, shop: Shop, person_id: str) -> None:
        """Somebody writes in private for the first time: in which rooms is he?"""
        person = shop.rows(Person).get(person_id)
        if person is not None and person.marks.get("room"):
            return
        for room in shop.rows(Room):
            if room.served and not shop.is_loaded(Member, room.id):
                await shop.load(Member, room.id)

    async def _quote(self, shop: Shop, incoming: Incoming, written: tuple[str, str] | None) -> Quoted:
        quote = incoming.quote
        if quote is None:
            return NOTHING_QUOTED if written is None else Quoted(name=written[0], text=written[1])
        line = self._find(incoming.room or f"@{incoming.sender}", quote.id)
        if line is not None:
            return Quoted(quote.id, line.person_id, line.name, line.text)
        if quote.id is not None and quote.text is None:
            own = await shop.query(OutboxRow, OutboxRow.table().c.sent_id == quote.id)
            if own:
                return Quoted(quote.id, BOT, BOT_NAME, own[0].text)
        return Quoted(quote.id, quote.sender, quote.name, quote.text)

    def _find(self, place: str, message_id: str | None) -> Said | None:
        ring = self._rings.get(place, ())
        return next((line for line in reversed(ring) if line.id == message_id), None)

    def _ring(self, place: str) -> deque[Said]:
        ring = self._rings.get(place)
        if ring is None:
            ring = self._rings[place] = deque(maxlen=RING)
            while len(self._rings) > ROOMS:
                self._rings.popitem(last=False)
        return ring

    def _note(self, incoming: Incoming, name: str, text: str) -> None:
        place = incoming.room or f"@{incoming.sender}"
        said = Said(incoming.id, incoming.sender, name, text[:500], incoming.at, incoming.kind)
        self._ring(place).append(said)

    def note_own(self, row: OutboxRow, sent_id: str | None, at: datetime) -> None:
        """The bot's own words belong to the recent talk, so that they can be quoted."""
        place = row.room_id or f"@{row.person_id}"
        self._ring(place).append(Said(sent_id or "", BOT, BOT_NAME, row.text, at))

    def _name(self, shop: Shop, incoming: Incoming) -> str:
        shown = display_name(incoming.name) if incoming.name else ""
        return shown or shop.name_of(incoming.sender, incoming.room)

    def _remember_member(self, chat: Chat) -> None:
        message = chat.message
        if message.room_id is not None:
            seen(chat.shop, message.room_id, message.person_id, message.name)
            person = chat.person(message.person_id)
            if person.marks.get("room") != message.room_id:
                person.mark("room", message.room_id)
        elif message.name and chat.person(message.person_id).name != message.name:
            chat.person(message.person_id).name = message.name
        if message.account != chat.shop.default_account:
            chat.person(message.person_id).mark("account", message.account)

    def explanation(self, chat: Chat, handler: str | None) -> dict[str, object]:
        """Why the bot answered or stayed silent, for people who look behind it."""
        meaning = chat.meaning
        product = meaning.product.product if meaning.product else None
        return {
            "intent": meaning.intent,
            "sub": meaning.sub,
            "fine": meaning.fine,
            "product": product or next((i.product for i in meaning.items if i.product), None),
            "confidence": round(meaning.confidence, 2),
            "rule": meaning.rule,
            "handler": handler,
            "said": [row.text for row in chat.said],
            "notes": list(chat.notes),
        }

    # -- everything else -------------------------------------------------------------------------

    async def happening(
        self, dispatch: Dispatch, turn: Turn, event: Recalled | Joined | Left | RoomChanged
    ) -> None:
        """People come and go, rooms change, messages are taken back."""
        shop = turn.shop
        if isinstance(event, Recalled):
            key = f"{event.account}:{event.message}"
            await dispatch.event(turn, Recall(room_id=event.room, message_key=key, person_id=event.sender))
            return
        room = shop.rows(Room).get(event.room)
        if room is None:
            room = shop.rows(Room).add(Room(tenant_id=shop.tenant, id=event.room, account=event.account))
        await shop.load(Member, room.id)
        if isinstance(event, RoomChanged | Joined):
            room.name = event.room_name or room.name
            if event.room_owner:
                set_owner(shop, room, event.room_owner)
        if isinstance(event, Joined):
            people = {who: name for who, name in event.members.items() if who != BOT}
            for who, name in people.items():
                seen(shop, room.id, who, name or "")
            arrival = Arrival(room_id=room.id, people=people, bot=BOT in event.members, inviter=event.inviter)
            await dispatch.event(turn, arrival)
        elif isinstance(event, Left):
            gone = tuple(who for who in event.members if who != BOT)
            for who in gone:
                member = shop.rows(Member).get((room.id, who))
                if member is not None:
                    member.present = False
            await dispatch.event(turn, Departure(room_id=room.id, people=gone, bot=BOT in event.members))

    async def echo(self, turn: Turn, echo: Echo) -> None:
        """The bot's own message came back: what was in doubt did go out."""
        for row in turn.rows(OutboxRow).by("account", echo.account):
            there = row.room_id == echo.room and (row.room_id is not None or row.person_id == echo.to)
            unsettled = row.state in (Sending.IN_DOUBT, Sending.SENDING)
            if unsettled and there and row.text.strip() in echo.text:
                row.sent(echo.id)
                return


def seen(shop: Shop, room_id: str, person_id: str, name: str) -> None:
    """Keep the display name of somebody in a room."""
    name = display_name(name)
    members = shop.rows(Member)
    member = members.get((room_id, person_id))
    if member is None:
        members.add(Member(tenant_id=shop.tenant, room_id=room_id, person_id=person_id, name=name))
    elif name and member.name != name:
        member.name = name


def set_owner(shop: Shop, room: Room, owner: str) -> None:
    """A room's owner is its leader unless config says otherwise (contract §9.14)."""
    roles = shop.rows(Role)
    mine = roles.by("room_id", room.id)
    room.owner = owner
    if any(role.source == "config" and role.role == LEADER for role in mine) or not owner_leads(room):
        return
    for role in mine:
        if role.source == "owner" and role.person_id != owner:
            roles.drop(role)
    if not any(role.person_id == owner and role.role == LEADER for role in mine):
        roles.add(
            Role(
                tenant_id=shop.tenant,
                room_id=room.id,
                person_id=owner,
                role=LEADER,
                source="owner",
            )
        )


def _entry(product: Product) -> ProductEntry:
    return ProductEntry(product.id, product.name, tuple(product.aliases), product.unit, product.pack)


def _roles(shop: Shop, person_id: str, room_id: str | None) -> frozenset[str]:
    """What the person is here; in private, anywhere."""
    rows = shop.rows(Role).by("person_id", person_id)
    return frozenset([row.role for row in rows if room_id is None or row.room_id in ("", room_id)])
