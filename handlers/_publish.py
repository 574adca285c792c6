"""Publishing a group buy: the draft completed from the catalogue, its rows, and the post that opens it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from handlers._chat import Chat
from handlers._lines import FRESH
from handlers._turn import Turn
from nlp.opening import Opening, OpeningItem, Tier
from storage.ad_law import check
from storage.catalogue import Product, by_alias, by_name
from storage.flows import EVERYONE
from storage.goods import Prohibited, for_adults, perishable, prohibited
from storage.group_buys.find import MENTIONED, items_changed
from storage.group_buys.tables import HALF_UNIT, GroupBuy, Item, ListSeen, SignUp
from storage.money import plain, yuan
from storage.own_words import own_words
from storage.people import Room
from storage.privacy import guard
from storage.timers import Timer

BRIEF = "brief"
"""The timer of a leader's daily brief (C16)."""
BRIEF_HOUR = 8
NO_DEADLINE = "没写截止时间，会一直收单到您说「截单」"
HALF = Decimal("0.5")
"""The smallest part that is sold where the opening allows parts of a unit (可半箱)."""


def next_morning(turn: Turn) -> datetime:
    """The next time the shop's clock shows the hour of the brief."""
    local = turn.shop.settings.local(turn.now)
    morning = local.replace(hour=BRIEF_HOUR, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)


def completed(chat: Chat, opening: Opening) -> Opening:
    """What the catalogue knows of the items: the full name, price, unit, pack, limit."""
    items = []
    for item in opening.items:
        product = product_of(chat, item.name)
        if product is None:
            items.append(item)
            continue
        items.append(
            replace(
                item,
                name=product.name,
                price_fen=item.price_fen if item.price_fen is not None else product.price_fen,
                unit=item.unit or product.unit,
                pack=item.pack or product.pack,
                per_person=item.per_person if item.per_person is not None else product.per_person,
            )
        )
    missing = any(item.price_fen is None for item in items)
    kept = [problem for problem in opening.problems if problem != "missing_price" or missing]
    return replace(opening, items=tuple(items), problems=tuple(kept))


def product_of(chat: Chat, name: str) -> Product | None:
    """The catalogue's product of this name or alias."""
    exact = by_name(chat.shop, name)
    if exact is not None:
        return exact
    called = by_alias(chat.shop, name)
    return called[0] if len(called) == 1 else None


def in_full(chat: Chat, text: str, names: Iterable[str]) -> str:
    """A leader's words with the goods' full names where he wrote what else they are called."""
    for name in names:
        product = by_name(chat.shop, name)
        aliases = sorted(product.aliases, key=len, reverse=True) if product is not None else []
        called = [*aliases, f"{name[-1:]}子"]  # 牛肉丸 is 丸子
        said = next((alias for alias in called if len(alias) > 1 and alias in text), None)
        if said is not None and said not in name and name not in text:
            text = text.replace(said, name, 1)
    return text


def offer(item: OpeningItem) -> str:
    unit = item.unit or "份"
    price = "价格未写" if item.price_fen is None else f"{yuan(item.price_fen)}元/{unit}"
    pack = f" {item.pack}" if item.pack and item.pack not in item.name else ""
    extra = [tier_text(tier, unit) for tier in item.tiers]
    if item.limit is not None:
        extra.append(f"共{plain(item.limit)}{unit}")
    if item.per_person is not None:
        extra.append(f"每{'户' if item.per_household else '人'}限{plain(item.per_person)}")
    return f"{item.name}{pack} {price}" + (f"（{'，'.join(extra)}）" if extra else "")


def tier_text(tier: Any, unit: str) -> str:
    """A declared better price: 2包42, 满50份降到35.9."""
    kind, at, price = _tier_values(tier)
    return f"满{at}{unit}降到{yuan(price)}" if kind == "total" else f"{at}{unit}{yuan(price)}"


def _tier_values(tier: Any) -> tuple[str, int, int]:
    values = tier if isinstance(tier, dict) else asdict(tier)
    return values["kind"], values["quantity"], values["price_fen"]


def target_text(opening: Opening) -> str:
    if opening.target_kind == "people":
        return f"{opening.target}{opening.target_unit or '人'}"
    if opening.target_kind == "amount":
        return f"满{yuan(int(opening.target or 0))}元"
    return f"{opening.target}{opening.target_unit or '份'}"


def said_time(chat: Any, moment: datetime) -> str:
    """A time as people say it: 今天20:00, 周五20:00, 5月28日20:00."""
    local = chat.shop.settings.local(moment)
    today = chat.shop.settings.local(chat.now).date()
    days = (local.date() - today).days
    if days in (0, 1):
        day = ("今天", "明天")[days]
    elif 0 < days < 7:
        day = "周" + "一二三四五六日"[local.weekday()]
    else:
        day = f"{local.month}月{local.day}日"
    clock = "24:00" if (local.hour, local.minute, local.second) == (23, 59, 59) else f"{local:%H:%M}"
    return f"{day}{clock}"


def _lawful(note: str) -> str:
    """A note of the opening without what the advertising law forbids."""
    found = check(note)
    return note if found is None else found.rewrite


def full_time(turn: Turn, moment: datetime) -> str:
    """A time that cannot be misread: 5月28日20:00, with the year when it is another one."""
    local, now = turn.shop.settings.local(moment), turn.shop.settings.local(turn.now)
    year = f"{local.year}年" if local.year != now.year else ""
    return f"{year}{local.month}月{local.day}日{local:%H:%M}"


def open_group_buy(chat: Chat, opening: Opening, room_id: str) -> GroupBuy:
    shop = chat.shop
    group_buy = GroupBuy(
        tenant_id=shop.tenant,
        number=shop.next_number("group_buy"),
        room_id=room_id,
        title=opening.title or "、".join(item.name for item in opening.items[:2]),
        leader_id=chat.person_id,
        opened_at=chat.now,
        deadline=opening.deadline,
        target=None if opening.target is None else Decimal(opening.target),
        target_kind=opening.target_kind,
        target_unit=opening.target_unit,
        pickup=opening.pickup,
        arrival=opening.arrival,
        notes="；".join(lawful for note in opening.notes if (lawful := _lawful(note))) or None,
        halves=opening.step is not None,
        fresh=bool(opening.non_returnable) or _any_fresh(chat, opening.items),
    )
    if opening.step_unit in {item.unit for item in opening.items}:
        group_buy.mark(HALF_UNIT, opening.step_unit)
    chat.rows(GroupBuy).add(group_buy)
    for model in (SignUp, ListSeen):
        shop.mark_loaded(model, group_buy.number)
    shop.mark_loaded(Item, group_buy.number)
    for item in opening.items:
        chat.rows(Item).add(item_of(chat, group_buy, item))
    items_changed(shop, group_buy)
    if shop.rows(Timer).get((BRIEF, chat.person_id)) is None:
        chat.timer(BRIEF, chat.person_id, next_morning(chat))
    if group_buy.deadline is not None:
        chat.timer("deadline", str(group_buy.number), group_buy.deadline)
        soon = group_buy.deadline - timedelta(hours=1)
        if group_buy.target is not None and soon > chat.now + timedelta(hours=1):
            chat.timer("nudge", str(group_buy.number), soon)
    room = chat.rows(Room).get(room_id)
    if room is not None and not room.served:
        room.served = True
    chat.forget(MENTIONED, room_id, EVERYONE)
    return group_buy


def opening_of(group_buy: GroupBuy, items: Sequence[Item]) -> Opening:
    """A group buy that was opened, in the shape that corrections work on."""
    return Opening(
        title=group_buy.title,
        items=tuple(
            OpeningItem(
                item.code,
                item.name,
                item.price_fen,
                item.unit,
                item.pack,
                item.limit,
                item.per_person,
                tiers=tuple(Tier(**tier) for tier in item.tiers),
            )
            for item in sorted(items, key=lambda item: item.code)
        ),
        deadline=group_buy.deadline,
        target=None if group_buy.target is None else int(group_buy.target),
        target_kind=group_buy.target_kind,
        target_unit=group_buy.target_unit,
        pickup=group_buy.pickup,
        arrival=group_buy.arrival,
        step=HALF if group_buy.halves else None,
        step_unit=group_buy.marks.get(HALF_UNIT),
    )


def item_of(chat: Chat, group_buy: GroupBuy, item: OpeningItem) -> Item:
    """The item as it is sold. Raises Prohibited for what nobody may sell so (L12)."""
    why = prohibited(item.name)
    if why is not None:
        raise Prohibited(item=item.name, why=why)
    product = product_of(chat, item.name)
    return Item(
        tenant_id=chat.shop.tenant,
        group_buy=group_buy.number,
        code=item.code,
        name=item.name,
        product_id=product.id if product is not None else None,
        price_fen=item.price_fen or 0,
        unit=item.unit or "份",
        pack=item.pack,
        limit=item.limit,
        per_person=item.per_person,
        tiers=[asdict(tier) for tier in item.tiers],
    )


ADULTS = "酒不卖给未成年人"
"""The mark of alcohol in an opening post (L13)."""


def _any_fresh(chat: Chat, items: Sequence[OpeningItem]) -> bool:
    """Whether something may not be sent back; told in the opening post (L8)."""
    products = [(item.name, product_of(chat, item.name)) for item in items]
    return any(perishable(name, p.facts.get("storage", "") if p else "") for name, p in products)


def post(chat: Any, group_buy: GroupBuy) -> str:
    """The opening post: what, how much, until when, how to join."""
    items = sorted(chat.rows(Item).by("group_buy", group_buy.number), key=lambda item: item.code)
    offers = []
    for item in items:
        shown = OpeningItem(
            item.code, item.name, item.price_fen, item.unit, item.pack, item.limit, item.per_person
        )
        tiers = [tier_text(tier, item.unit) for tier in item.tiers]
        offers.append(f"{item.code} {offer(shown)}" + (f"（{'，'.join(tiers)}）" if tiers else ""))
    terms = []
    if group_buy.deadline is not None:
        terms.append(f"{said_time(chat, group_buy.deadline)}截止")
    if group_buy.target is not None:
        target = int(group_buy.target)
        shape = Opening("", target=target, target_kind=group_buy.target_kind)
        terms.append(f"{target_text(replace(shape, target_unit=group_buy.target_unit))}成团")
    if group_buy.halves:
        terms.append(f"可半{group_buy.marks.get(HALF_UNIT, items[0].unit)}")
    if group_buy.pickup:
        terms.append(f"自提：{group_buy.pickup}")
    if group_buy.arrival:
        terms.append(f"到货：{group_buy.arrival.removesuffix('到货')}")
    tails = ["，".join(terms)] if terms else []
    if group_buy.notes:
        tails.append(guard(group_buy.notes, own_words(chat.shop)))
    example = (
        "+1" if len(items) == 1 else f"{items[0].code}2" + (f" {items[1].code}1" if len(items) > 1 else "")
    )
    marks = [FRESH] if group_buy.fresh else []
    if any(for_adults(item.name) for item in items):
        marks.append(ADULTS)
    tails.append(f"接龙回「{example}」就行" + (f"（{'，'.join(marks)}）" if marks else ""))
    return in_few_lines(f"🎉 团{group_buy.number} {group_buy.title}", offers, tails)


LINES = 4
"""Lines of a message in a group (law 1); with more items than fit in pairs it is a list."""


def in_few_lines(head: str, offers: Sequence[str], tails: Sequence[str]) -> str:
    """An offer in four lines: items in pairs from three on, what follows run together."""
    few, rest = list(offers), list(tails)
    if 2 < len(few) <= 4:
        few = ["；".join(few[at : at + 2]) for at in range(0, len(few), 2)]
    while len(rest) > max(LINES - 1 - len(few), 1):
        rest[:2] = [f"{rest[0]}。{rest[1]}"]
    return "\n".join([head, *few, *rest])


def summary(chat: Chat, opening: Opening, head: str, *asks: str) -> str:
    """The draft as it was understood, in short lines; `asks`: what the leader is asked."""
    terms = []
    if opening.deadline is not None:
        terms.append(f"{said_time(chat, opening.deadline)}截止")
    if opening.target is not None:
        terms.append(f"{target_text(opening)}成团")
    if opening.step is not None:
        terms.append(f"可半{opening.step_unit or opening.items[0].unit or '份'}")
    if opening.pickup:
        terms.append(f"自提：{opening.pickup}")
    if opening.arrival:
        terms.append(f"到货：{opening.arrival.removesuffix('到货')}")
    tails = ["，".join(terms), *asks]
    offers = [f"{item.code} {offer(item)}" for item in opening.items]
    return in_few_lines(head + opening.title, offers, [tail for tail in tails if tail])
