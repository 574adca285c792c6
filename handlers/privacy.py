"""Privacy: what a group must not read goes to private, what is kept is shown, and it can be deleted."""

import re
from datetime import timedelta
from typing import Any

from handlers import Chat, DueTimer, Filter, Router, Turn, fine, in_agent_room, in_private, pending
from storage.group_buys import GroupBuy, SignUp
from storage.group_buys.tables import ENDED
from storage.people import Person
from storage.privacy import addresses, mask_household, phones, reveals
from storage.secrets import (
    ADDRESS,
    HOUSEHOLD,
    PHONE,
    deleted_before_restore,
    forget_person,
    keep_secret,
    prove_key,
    secrets_of,
)
from storage.tickets import Ticket, TicketLine
from storage.tickets.photos import forget_photos

router = Router(
    "privacy",
    rank=6,
    help_for={"buyer": "隐私：私聊我「我的信息」「删除我的信息」"},
)

KEPT = {PHONE: "手机号", ADDRESS: "地址", HOUSEHOLD: "门牌"}
CONFIRMING = "forget_me"
TOLD_EVERY_MINUTES = 10
A_DAY = timedelta(days=1)
_SHOW = re.compile(
    r"(?:看看?|查|导出|给我)?我的(?:个人)?(?:信息|数据|资料|隐私)(?:导出|有哪些|是什么)?[?？。!！]?"
    r"|(?:你|小团)?(?:都)?(?:记|存|保存|知道|留)(?:了|着)?我(?:的)?(?:啥|什么|哪些)(?:信息|资料|数据)?(?:了|呢|啊)?[?？]?"
)
_FORGET = re.compile(
    r".{0,4}(?:删|清)(?:除|掉|了|一下|空)?我的?(?:全部|所有)?(?:个人)?(?:信息|资料|数据|电话|手机号?|地址|记录|隐私)(?:吧|了|掉)?[。!！]?"
    r"|把我的?(?:个人)?(?:信息|资料|数据|电话|手机号?|地址|记录)(?:都|全)?(?:删|清)(?:了|掉|除)?[。!！]?"
    r"|(?:把)?我的?(?:电话|手机号?|信息|地址|资料)(?:别|不要|不许|不准)(?:存|记|保存|留)(?:了)?[。!！]?|(?:忘(?:了|掉|记)我|忘掉)[。!！]?"
)
_OWN_NUMBER = re.compile(r"客服|热线|店里|团长电话|官方|打这个|拨打")

by_buyer = Filter(lambda chat: not chat.roles)
breach = Filter(lambda chat: not chat.private and reveals(chat.message.raw_text))
wants_to_see = fine("show_my_data") | Filter(lambda chat: _SHOW.fullmatch(chat.text) is not None)
wants_forgotten = fine("forget_me") | Filter(lambda chat: _FORGET.fullmatch(chat.text) is not None)


@router.message(breach & by_buyer & ~in_agent_room)
async def said_in_public(chat: Chat) -> bool:
    """A phone number or an address in the group: one neutral line, kept sealed, the rest in private.

    Whatever else the message means (an order, a complaint) is handled as if it were not there (L2).
    """
    if chat.room is None or not chat.room.served:
        return False
    kept = _keep(chat)
    if not kept:
        return False
    if chat.recall_flow("told_private", chat.room_id, chat.person_id) is None:
        minutes = TOLD_EVERY_MINUTES
        chat.remember("told_private", chat.room_id, chat.person_id, minutes)
        what = "、".join(KEPT[kind] for kind in kept)
        chat.reply(f"{what}请私发我，建议撤回上一条。", mention=True)
        shown = "、".join(f"{KEPT[kind]} {mask}" for kind, mask in kept.items() if mask)
        chat.whisper(
            f"{shown} 已替您记下，只给团长和客服送货、售后用，群里不会显示。不想留就回「删除我的信息」。"
            if shown
            else "这类信息发在这里就行，群里不会显示。"
        )
    return False


def _keep(chat: Chat) -> dict[str, str | None]:
    """Seal what the message tells of its sender; kind → mask. The shop's own numbers are none."""
    text = chat.message.raw_text
    own = {n for value in chat.shop.settings.facts.values() for n in phones(value)}
    numbers = [number for number in phones(text) if number not in own]
    kept: dict[str, str | None] = {}
    if numbers and not _OWN_NUMBER.search(text):
        kept[PHONE] = keep_secret(chat.shop, chat.person_id, PHONE, numbers[0], chat.now)
    streets = [place for place in addresses(text) if reveals(place)]
    if streets:
        kept[ADDRESS] = keep_secret(chat.shop, chat.person_id, ADDRESS, streets[0], chat.now)
    return kept


private_breach = Filter(lambda chat: chat.private and reveals(chat.message.raw_text))


@router.message(private_breach & by_buyer)
async def told_in_private(chat: Chat) -> bool:
    """A number or an address given to the bot alone is kept sealed; the message goes its way."""
    kept = _keep(chat)
    shown = "、".join(f"{KEPT[kind]} {mask}" for kind, mask in kept.items() if mask)
    bare = len(re.sub(r"[\d\s\-]", "", chat.message.raw_text)) <= 8
    if shown and bare and chat.meaning.silent and not chat.rows(Ticket).by("customer_id", chat.person_id):
        chat.reply(f"{shown} 记下了，只给团长和客服用。回「删除我的信息」可删。")
        return True
    return False


@router.message(wants_to_see)
async def show(chat: Chat) -> None:
    """“我的信息”: what is kept, masked, in private (L5, H10)."""
    if not chat.private:
        chat.reply("私聊发您了。", mention=True)
    chat.whisper(await _what_is_kept(chat))


async def _what_is_kept(chat: Chat) -> str:
    person = chat.rows(Person).get(chat.person_id)
    marks = person.marks if person is not None else {}
    lines = [
        f"{KEPT.get(row.kind, row.kind)}：{row.masked}（加密保存）"
        for row in secrets_of(chat.shop, chat.person_id)
    ]
    orders = await chat.shop.find(SignUp, buyer_id=chat.person_id)
    homes = dict.fromkeys(mask_household(line.household) for line in orders if line.household)
    if homes:
        lines.append(f"门牌：{'、'.join(homes)}")
    if orders:
        lines.append(f"接龙：{len(orders)}条（对账用，回「我的单」看）")
    cases = await chat.shop.find(Ticket, customer_id=chat.person_id)
    if cases:
        lines.append(f"售后：{len(cases)}单（对话30天后清除）")
    if marks.get("opted_out"):
        lines.append("推广：已退订")
    if not lines:
        return "我没有存您的个人信息。"
    return "我记了您这些：\n" + "\n".join(lines) + "\n回「删除我的信息」可删除。"


@router.message(wants_forgotten)
async def ask_before_forgetting(chat: Chat) -> None:
    """“删除我的信息”: it cannot be undone, so it is asked once (L5)."""
    question = (
        "会删除您的电话、地址、门牌、偏好和售后对话，删了找不回来；"
        "没取完的接龙保留到取货。\n确定就回「确认删除」。"
    )
    chat.remember(CONFIRMING, None, chat.person_id, 30, question=question)
    chat.remember("asked", None, chat.person_id, 30, kind=CONFIRMING, question=question)
    if not chat.private:
        chat.reply("私聊您确认一下。", mention=True)
    chat.whisper(question)


@router.message(in_private & pending(CONFIRMING))
async def forget(chat: Chat) -> bool | None:
    """“确认删除”: gone, and noted where a restored backup cannot bring it back."""
    text = chat.text.strip(" 。!！~")
    if re.fullmatch(r"不(?:用|要|删)?(?:了|删了)?|算了|取消|先不", text):
        chat.settle(CONFIRMING)
        chat.reply("好，没有删。")
        return None
    if not re.fullmatch(r"确认删除|确认|确定|确定删除|删|删除|是的?|对|好的?", text):
        return False
    chat.settle(CONFIRMING)
    left = await delete_person(chat, chat.person_id)
    chat.reply("已删除。" + (f"还有{left}单没取完，取完后一并清掉。" if left else "群里的昵称归微信管。"))
    return None


async def delete_person(turn: Turn, person_id: str) -> int:
    """Delete what is kept of a person; how many orders must keep their door until they are done."""
    forget_person(turn.shop, person_id, turn.new_id(), turn.now)
    person = turn.rows(Person).get(person_id)
    if person is not None:
        kept = ("account", "room", "opted_out")
        person.marks = {name: value for name, value in person.marks.items() if name in kept}
    for ticket in await turn.shop.find(Ticket, customer_id=person_id):
        for line in await turn.load(TicketLine, ticket.number):
            if line.kind in ("before", "customer", "agent", "bot"):
                line.text = "（已按客户要求删除）"
        ticket.fact(words=None, household=None, pictures=None)
        await forget_photos(turn.shop, ticket.number)
    left = await _clear_doors(turn, person_id)
    if left:
        turn.timer("forget_rest", person_id, turn.now + A_DAY)
    return left


async def _clear_doors(turn: Turn, person_id: str) -> int:
    """Take the door off every order that is done; how many are not."""
    left = 0
    for line in await turn.shop.find(SignUp, buyer_id=person_id):
        group_buy = turn.rows(GroupBuy).get(line.group_buy)
        if group_buy is not None and group_buy.state not in ENDED and line.items:
            left += 1
            continue
        if line.household or line.remark:
            if line.key not in turn.rows(SignUp):
                turn.rows(SignUp).adopt([line])
            line.household = line.remark = None
    return left


@router.timer("forget_rest", rank=95)
async def forget_rest(turn: Turn, timer: DueTimer) -> None:
    """An order that was running when its buyer asked to be forgotten may be done by now."""
    if await _clear_doors(turn, timer.ref):
        turn.timer("forget_rest", timer.ref, turn.now + A_DAY)


@router.command("privacy.wake")
async def wake(turn: Turn, data: Any) -> list[str]:
    """At every start: refuse a foreign key, and forget again whom a restore brought back."""
    prove_key(turn.shop, turn.now)
    back = deleted_before_restore(turn.shop)
    for person_id in back:
        await delete_person(turn, person_id)
    return back


@router.command("privacy.forget")
async def forget_by_desk(turn: Turn, data: Any) -> int:
    """{person}: somebody asked at the desk to be forgotten; how many orders keep their door."""
    return await delete_person(turn, str(data["person"]))
