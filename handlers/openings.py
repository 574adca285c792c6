"""Opening a group buy: a pasted paragraph becomes a draft, words correct it, 开团 publishes it."""

import re
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from handlers import Chat, Filter, Router, fine, from_leader, pending
from handlers._group_buys import PROHIBITED, home_room
from handlers._publish import NO_DEADLINE, completed, in_full, open_group_buy, post, summary
from nlp.opening import Opening, OpeningItem, Tier, draft_lint, parse_correction, parse_opening
from storage.ad_law import check
from storage.catalogue import Product
from storage.goods import Prohibited, prohibited
from storage.group_buys.find import mention
from storage.money import yuan

router = Router(
    "openings",
    rank=30,
    refusals={Prohibited: PROHIBITED},
    help_for={"leader": "开团：把团购文案发给我；改：截止改周六"},
)

DRAFT = "draft"
DRAFT_MINUTES = 24 * 60
GO = re.compile(r"(?:开团|发布|确认|可以|确认开团|发吧|开吧|没问题)[。!！~]*")
DROP = re.compile(r"(?:取消|不开了|算了|不发了|作废)[。!！~]*")
TERMS = re.compile(r"截止|成团|自提|到货|限购|每[人户]限|总共|价|\d\s*[元块]|可半|标题")
"""Words of terms: with a draft waiting they mean it, understood or not."""
STARTS = re.compile(r"\s*#?(?:开团|開團|发团|新团)")
LONG_ENOUGH = 8
WARNINGS = {
    "price_far_off": "{item} {price_fen}元和平时的{usual_fen}元差很多，价格对吗？",
    "missing_unit": "{item} 没写单位",
    "missing_deadline": NO_DEADLINE,
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
    unpriced = [f"{item.code} {item.name}" for item in opening.items if item.price_fen is None]
    if unpriced:
        chat.reply(f"{'、'.join(unpriced)} 还没写价格，比如回「{opening.items[0].code}改成39.9元」")
        return
    room_id = data["room"]
    group_buy = open_group_buy(chat, opening, room_id)
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
    opening = completed(chat, opening)
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
    said = in_full(chat, chat.message.raw_text, (item.name for item in opening.items))
    better = parse_correction(said, opening, now)
    if better is None and TERMS.search(chat.text):
        chat.reply("没看懂要改哪，比如：截止改周六20点；A改成38元；20份成团")
        return None
    if better is None or better == opening:
        return False
    _show(chat, completed(chat, better), data["room"])
    return None


@router.message(from_leader & fine("open") & Filter(lambda chat: bool(GO.fullmatch(chat.text))))
async def nothing_drafted(chat: Chat) -> None:
    """“开团” alone: how to."""
    chat.reply("把团购内容发给我：名称、价格、规格、几点截止、几份成团、在哪拿")


def _has_draft(chat: Chat) -> bool:
    return chat.recall_flow(DRAFT, chat.room_id, chat.person_id) is not None


def _show(chat: Chat, opening: Opening, room_id: str) -> None:
    warnings = lint(chat, opening)
    warned = "注意：" + "；".join(warnings) if warnings else ""
    question = summary(chat, opening, "我理解为：", warned, "回「开团」发布，或说要改哪")
    data = {"opening": opening_to(opening), "room": room_id, "question": question}
    chat.remember(DRAFT, chat.room_id, chat.person_id, DRAFT_MINUTES, **data)
    chat.reply(question)


def lint(chat: Chat, opening: Opening) -> list[str]:
    """What a careful leader would look at again before posting (U12, C19)."""
    history = {p.name: p.price_fen for p in chat.rows(Product) if p.price_fen is not None}
    words = [
        f"{item.name}是{why}，不能团购，请去掉"
        for item in opening.items
        if (why := prohibited(item.name)) is not None
    ]
    forbidden = check("\n".join([opening.title, *(i.name for i in opening.items), *opening.notes]))
    if forbidden is not None:
        words.append(WARNINGS["forbidden_words"].format(words="、".join(forbidden.words)))
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
