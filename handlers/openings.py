"""Opening a group buy: a pasted paragraph becomes a draft, words correct it, 开团 publishes it."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from handlers import Chat, Filter, Router, fine, from_leader, pending
from handlers._group_buys import FRESH, home_room
from nlp.opening import Opening, OpeningItem, Tier, draft_lint, parse_correction, parse_opening
from storage.catalogue import Product, by_name
from storage.group_buys.find import MENTIONED, items_changed, mention
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.money import plain, yuan
from storage.people import Room
from storage.privacy import guard

router = Router("openings", rank=30, help_for={"leader": "开团：把团购文案发给我；改：截止改周六"})

DRAFT = "draft"
DRAFT_MINUTES = 24 * 60
GO = re.compile(r"(?:开团|发布|确认|可以|确认开团|发吧|开吧|没问题)[。!！~]*")
DROP = re.compile(r"(?:取消|不开了|算了|不发了|作废)[。!！~]*")
STARTS = re.compile(r"\s*#?(?:开团|開團|发团|新团)")
LONG_ENOUGH = 8
WARNINGS = {
    "price_far_off": "{item} {price_fen}元和平时的{usual_fen}元差很多，价格对吗？",
    "missing_unit": "{item} 没写单位",
    "missing_deadline": "没写截止时间，会一直收单到您说「截单」",
    "missing_pickup": "没写在哪拿",
    "missing_target": "没写几份成团",
    "missing_price": "{item} 没写价格",
    "limit_below_target": "总量{limit}少于成团数{target}",
    "forbidden_words": "「{words}」广告法不让说",
    "original_price": "「{words}」要有依据",
}

draft_waits = pending(DRAFT)


def _looks_like_opening(chat: Chat) -> bool:
    if GO.fullmatch(chat.text) or not chat.is_leader:
        return False
    text = chat.message.raw_text
    if STARTS.match(text):
        return len(text.strip()) > LONG_ENOUGH
    return chat.meaning.fine == "open" and ("\n" in text.strip() or len(text) > 20)


@router.message(Filter(lambda chat: _has_draft(chat) and bool(GO.fullmatch(chat.text))) & from_leader)
async def publish(chat: Chat) -> None:
    """“开团” after the draft was shown: it is open, and the room reads what is on offer."""
    data = chat.recall_flow(DRAFT, chat.room_id, chat.person_id)
    assert data is not None
    opening = opening_from(data["opening"])
    room_id = data["room"]
    group_buy = _open(chat, opening, room_id)
    chat.settle(DRAFT)
    chat.say_in(room_id, post(chat, group_buy), key=f"open:{group_buy.number}")
    mention(chat.shop, room_id, group_buy, chat.now)
    if chat.room_id != room_id:
        chat.reply(f"团{group_buy.number} 已在群里发布")


@router.message(Filter(lambda chat: _has_draft(chat) and bool(DROP.fullmatch(chat.text))) & from_leader)
async def discard(chat: Chat) -> None:
    """“不开了”: the draft is gone."""
    chat.settle(DRAFT)
    chat.reply("好，草稿作废")


@router.message(Filter(_looks_like_opening))
async def draft(chat: Chat) -> None:
    """A pasted paragraph: shown as it was understood; a new paste replaces the draft."""
    room_id = home_room(chat)
    if room_id is None:
        chat.reply("在哪个群开？请到群里发一次")
        return
    text = STARTS.sub("", chat.message.raw_text, count=1) or chat.message.raw_text
    opening = parse_opening(text.strip(), chat.shop.settings.local(chat.now))
    opening = _completed(chat, opening)
    if not opening.items:
        chat.reply("没看出卖什么。一行一样就行，比如：A 红颜草莓 2斤/盒 39.9元，周五20点截止，20份成团")
        return
    _show(chat, opening, room_id)


@router.message(Filter(lambda chat: _has_draft(chat)) & from_leader)
async def correct(chat: Chat) -> bool | None:
    """“截止改周六”, “A改成38”: the draft shown again."""
    data = chat.recall_flow(DRAFT, chat.room_id, chat.person_id)
    assert data is not None
    opening = opening_from(data["opening"])
    now = chat.shop.settings.local(chat.now)
    better = parse_correction(chat.message.raw_text, opening, now)
    if better is None or better == opening:
        return False
    _show(chat, _completed(chat, better), data["room"])
    return None


@router.message(from_leader & fine("open") & Filter(lambda chat: bool(GO.fullmatch(chat.text))))
async def nothing_drafted(chat: Chat) -> None:
    """“开团” alone: how to."""
    chat.reply("把团购内容发给我：名称、价格、规格、几点截止、几份成团、在哪拿")


def _has_draft(chat: Chat) -> bool:
    return chat.recall_flow(DRAFT, chat.room_id, chat.person_id) is not None


def _show(chat: Chat, opening: Opening, room_id: str) -> None:
    question = "我理解为：\n" + "\n".join(summary(chat, opening))
    warnings = lint(chat, opening)
    if warnings:
        question += "\n注意：" + "；".join(warnings)
    question += "\n回「开团」发布，或说要改哪"
    data = {"opening": opening_to(opening), "room": room_id, "question": question}
    chat.remember(DRAFT, chat.room_id, chat.person_id, DRAFT_MINUTES, **data)
    chat.reply(question)


def _completed(chat: Chat, opening: Opening) -> Opening:
    """What the catalogue knows of the items: the full name, price, unit, pack, limit."""
    items = []
    for item in opening.items:
        product = _product(chat, item.name)
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


def _product(chat: Chat, name: str) -> Product | None:
    exact = by_name(chat.shop, name)
    if exact is not None:
        return exact
    called = [p for p in chat.rows(Product) if name in p.aliases]
    return called[0] if len(called) == 1 else None


def lint(chat: Chat, opening: Opening) -> list[str]:
    """What a careful leader would look at again before posting (U12, C19)."""
    history = {p.name: p.price_fen for p in chat.rows(Product) if p.price_fen is not None}
    words = []
    for warning in draft_lint(opening, history):
        pattern = WARNINGS.get(warning.code)
        if pattern is not None:
            facts = {name: _shown(name, value) for name, value in warning.facts.items()}
            words.append(pattern.format_map({"item": warning.item or "", **facts}))
    return words[:3]


def _shown(name: str, value: object) -> str:
    if isinstance(value, int) and name.endswith("_fen"):
        return yuan(value)
    return "、".join(value) if isinstance(value, tuple) else str(value)


def summary(chat: Chat, opening: Opening) -> list[str]:
    """The draft in short lines."""
    lines = [opening.title] if opening.title else []
    lines += [f"{item.code} {_offer(item)}" for item in opening.items]
    terms = []
    if opening.deadline is not None:
        terms.append(f"{said_time(chat, opening.deadline)}截止")
    if opening.target is not None:
        terms.append(f"{_target(opening)}成团")
    if opening.pickup:
        terms.append(f"自提：{opening.pickup}")
    if opening.arrival:
        terms.append(f"到货：{opening.arrival}")
    if terms:
        lines.append("，".join(terms))
    return lines


def _offer(item: OpeningItem) -> str:
    unit = item.unit or "份"
    price = "价格未写" if item.price_fen is None else f"{yuan(item.price_fen)}元/{unit}"
    pack = f" {item.pack}" if item.pack and item.pack not in item.name else ""
    extra = [_tier(tier, unit) for tier in item.tiers]
    if item.limit is not None:
        extra.append(f"共{plain(item.limit)}{unit}")
    if item.per_person is not None:
        extra.append(f"每{'户' if item.per_household else '人'}限{plain(item.per_person)}")
    return f"{item.name}{pack} {price}" + (f"（{'，'.join(extra)}）" if extra else "")


def _tier(tier: Any, unit: str) -> str:
    kind, at, price, each = _tier_values(tier)
    if kind == "total":
        return f"满{at}{unit}降到{yuan(price)}"
    return f"{at}{unit}起{yuan(price)}" if each else f"{at}{unit}{yuan(price)}"


def _tier_values(tier: Any) -> tuple[str, int, int, bool]:
    values = tier if isinstance(tier, dict) else asdict(tier)
    return values["kind"], values["quantity"], values["price_fen"], values["each"]


def _target(opening: Opening) -> str:
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


# -- publishing ----------------------------------------------------------------------------------


def _open(chat: Chat, opening: Opening, room_id: str) -> GroupBuy:
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
        notes="；".join(opening.notes) or None,
        halves=opening.step is not None,
        fresh=bool(opening.non_returnable) or _any_fresh(chat, opening.items),
    )
    chat.rows(GroupBuy).add(group_buy)
    shop.mark_loaded(SignUp, group_buy.number)
    shop.mark_loaded(Item, group_buy.number)
    for item in opening.items:
        chat.rows(Item).add(_item(chat, group_buy, item))
    items_changed(shop, group_buy)
    if group_buy.deadline is not None:
        chat.timer("deadline", str(group_buy.number), group_buy.deadline)
    room = chat.rows(Room).get(room_id)
    if room is not None and not room.served:
        room.served = True
    chat.forget(MENTIONED, room_id, "")
    return group_buy


def _item(chat: Chat, group_buy: GroupBuy, item: OpeningItem) -> Item:
    product = _product(chat, item.name)
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


def _any_fresh(chat: Chat, items: Sequence[OpeningItem]) -> bool:
    """Fresh goods are not returnable without a reason; told in the opening post (L8)."""
    for item in items:
        product = _product(chat, item.name)
        facts = product.facts if product is not None else {}
        if any(word in facts.get("storage", "") for word in ("冷藏", "冷冻")):
            return True
    return False


def post(chat: Any, group_buy: GroupBuy) -> str:
    """The opening post: what, how much, until when, how to join."""
    items = sorted(chat.rows(Item).by("group_buy", group_buy.number), key=lambda item: item.code)
    lines = [f"🎉 团{group_buy.number} {group_buy.title}"]
    for item in items:
        offer = OpeningItem(
            item.code, item.name, item.price_fen, item.unit, item.pack, item.limit, item.per_person
        )
        tiers = [_tier(tier, item.unit) for tier in item.tiers]
        lines.append(f"{item.code} {_offer(offer)}" + (f"（{'，'.join(tiers)}）" if tiers else ""))
    terms = []
    if group_buy.deadline is not None:
        terms.append(f"{said_time(chat, group_buy.deadline)}截止")
    if group_buy.target is not None:
        target = int(group_buy.target)
        shape = Opening("", target=target, target_kind=group_buy.target_kind)
        terms.append(f"{_target(replace(shape, target_unit=group_buy.target_unit))}成团")
    if group_buy.pickup:
        terms.append(f"自提：{group_buy.pickup}")
    if group_buy.arrival:
        terms.append(f"到货：{group_buy.arrival}")
    lines.append("，".join(terms)) if terms else None
    if group_buy.notes:
        lines.append(guard(group_buy.notes, chat.shop.settings.facts.values()))
    if group_buy.fresh:
        lines.append(f"（{FRESH}）")
    example = (
        "+1" if len(items) == 1 else f"{items[0].code}2" + (f" {items[1].code}1" if len(items) > 1 else "")
    )
    lines.append(f"接龙回「{example}」就行")
    return "\n".join(lines)


# -- drafts in flows -----------------------------------------------------------------------------


def opening_to(opening: Opening) -> dict[str, Any]:
    """A draft as JSON."""
    data = asdict(opening)
    data["deadline"] = opening.deadline.isoformat() if opening.deadline else None
    data["step"] = None if opening.step is None else f"{opening.step:f}"
    for item in data["items"]:
        for name in ("limit", "per_person"):
            item[name] = None if item[name] is None else f"{item[name]:f}"
    return data


def opening_from(data: dict[str, Any]) -> Opening:
    """A draft as it was."""
    items = []
    for raw in data["items"]:
        values = dict(raw)
        for name in ("limit", "per_person"):
            values[name] = None if values[name] is None else Decimal(values[name])
        values["tiers"] = tuple(Tier(**tier) for tier in values["tiers"])
        items.append(OpeningItem(**values))
    rest = dict(data)
    rest["items"] = tuple(items)
    rest["deadline"] = datetime.fromisoformat(data["deadline"]) if data["deadline"] else None
    rest["step"] = None if data["step"] is None else Decimal(data["step"])
    rest["notes"], rest["problems"] = tuple(data["notes"]), tuple(data["problems"])
    return Opening(**rest)
