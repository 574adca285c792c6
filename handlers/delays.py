"""The delivery is late: those who ordered wait, swap, or want their money back (C12)."""

import re

from handlers import Chat, Filter, Router, fine, from_leader
from handlers._group_buys import REFUSALS, book_of, home_room, item_called
from handlers._late import after_lock
from handlers._lines import CALLED_AT_MOST, tell_rooms
from storage.group_buys.tables import GroupBuy, State

router = Router(
    "delays",
    rank=8,  # before the tickets: 退 after a delay notice is a choice, not a complaint
    refusals=REFUSALS,
    help_for={"leader": "晚到：牛奶晚一天到"},
)

LONG = r"(?:[\d一二两三四五六七八九十半几]{1,3}\s*个?(?:小时|钟头|天|日|周|星期)|点儿?|些)"
DELAYED = re.compile(
    rf"(?P<item>.{{0,10}}?)(?:要?晚(?P<how>{LONG})(?:才?能?到)?|今天送不了|今天到不了"
    rf"|(?:延迟|推迟|延误)(?P<how2>{LONG})(?:到货?|送货?)?)[。!！]*"
)
CHOICE = re.compile(
    r"(?:那|就|我|可以|选|要)*(?P<do>等|换|退)(?:等|款|货|钱|一下|着|了|吧|啊|呀|哦)*[,，]?(?:没事|谢谢)?[。!！~]*"
)


@router.message(from_leader & (fine("delayed") | Filter(lambda c: DELAYED.fullmatch(c.text) is not None)))
async def delayed(chat: Chat) -> bool | None:
    """“牛奶晚一天到”: those who ordered choose: wait, swap, refund; silence means wait (C12)."""
    group_buy = after_lock(chat, State.LOCKED, State.REACHED, State.ORDERED)
    found = DELAYED.fullmatch(chat.text)
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    item = item_called(book, found["item"].strip()) if found and found["item"] else None
    lines = [x for x in book.active() if item is None or item.code in x.items]
    buyers = list(dict.fromkeys(line.buyer_id for line in lines if line.buyer_id))
    how = next((h for h in ((found["how"], found["how2"]) if found else ()) if h), "")
    late = "今天到不了" if not how and "今天" in chat.text else f"要晚{how or '一些'}到"
    for person in buyers:
        chat.remember("delay", group_buy.room_id, person, 48 * 60, number=book.number)
    what = item.name if item else group_buy.title
    tell_rooms(
        chat,
        group_buy,
        f"团{book.number} {what} {late}，对不住。回「等」「换」或「退」，不回就是等",
        mention=buyers if len(buyers) <= CALLED_AT_MOST else (),
    )
    return None


@router.message(Filter(lambda c: CHOICE.fullmatch(c.text) is not None and _delay_of(c) is not None))
async def chosen(chat: Chat) -> None:
    """“等”, “换”, “退” after a delay notice: noted, and the leader has it in private."""
    data = _delay_of(chat)
    found = CHOICE.fullmatch(chat.text)
    assert data is not None
    assert found is not None
    chat.forget("delay", chat.room_id or home_room(chat), chat.person_id)
    group_buy = chat.rows(GroupBuy)[data["number"]]
    if found["do"] == "等":
        chat.reply("好，谢谢您等", mention=True)
        return
    chat.reply("好，已转团长办理", mention=True)
    how = f"。同意请回「{chat.sender}取消」" if found["do"] == "退" else ""
    chat.say_to_leaders(group_buy.room_id, f"团{group_buy.number} 晚到：{chat.sender} 要{found['do']}{how}")


def _delay_of(chat: Chat) -> dict[str, int] | None:
    return chat.recall_flow("delay", chat.room_id or home_room(chat), chat.person_id)
