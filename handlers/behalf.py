"""The leader looks after other people's lines: on behalf, 移除, 同意, and what made a line."""

import re

from handlers import Chat, Filter, Router, from_leader, intent, says
from handlers._asking import said_whole
from handlers._group_buys import (
    REFUSALS,
    book_of,
    going_on_here,
    home_room,
    line_called,
    line_named,
    origin_of,
    wish_for,
)
from handlers._late import tell_granted
from handlers._lines import amounts, public_name, rest_of, tell_change, tell_moved_up, tell_paid_line
from nlp.meaning import CURRENT, ItemMention, Mode
from storage.group_buys.book import Book
from storage.group_buys.tables import LedgerEntry, SignUp, State
from storage.group_buys.wishes import Owner
from storage.people import Member

router = Router(
    "behalf",
    rank=38,
    refusals=REFUSALS,
    help_for={"leader": "代改：李姐改成1 · 移除3 · 王姐已付 · 谁没付 · 催一下 · 查王姐"},
)

ABOUT = re.compile(
    r"(?:把|给)?(?P<who>(?!我|自己|你|您|他|她|它|这|那|再|都|全|刚|上|前|之前|数量|订单|小团|团|帮|确认|确定|不|先|已|想|现在|马上|暂时|直接|一起|统一|可以|请|麻烦|\d{1,2}(?![\d-]))[^\s,，。]{2,8}?)"
    r"(?:那份|那单|那个|家的?|的)?(?:先|也)?(?:改成|改为|取消|不要了|退了|再?加)"
)
"""“婆婆那份取消”, “301加一盒”: whose line it is stands before the verb."""
REMOVE = re.compile(
    r"(?:移除|删除|去掉|删掉)\s*第?\s*(?P<place>\d{1,4}|[一二三四五六七八九十]{1,3})\s*(?:行|个|号|条)?\s*(?P<name>\S{0,20})"
)
FOR = re.compile(r"^(?:同意|好的?|行|可以)?[,，\s]*(?:帮忙?|替|代|给|把)?\s*")
FOR_SOMEBODY = re.compile(
    r"(?:帮忙?|替|代)(?P<who>(?!我|你|大家|忙)\S{2,8}?)(?:再?加|来|要|报|登?记|改|取消|减)"
)
GRANT = re.compile(
    r"(?:同意|准了?|好的?|行|可以)[,，\s]*(?P<name>\S{1,16}?)的?(?:取消|退出?|退单|不要)(?:了|吧|掉)?[。!！]*"
)
WHY = re.compile(
    r"(?:查|查一下|查查)\s*(?P<name>\S{1,20}?)(?:这单|的单|的)?|为(?:什么|啥)记我.{0,10}|查我哪句下的单.{0,4}"
)


def _member_named(chat: Chat, name: str) -> Member | None:
    room_id = home_room(chat)
    members = chat.rows(Member).by("room_id", room_id) if room_id else []
    found = [m for m in members if (m.name or "").lower() == name.lower() and m.present]
    return found[0] if len(found) == 1 else None


@router.message(from_leader & says(GRANT.pattern))
async def granted(chat: Chat) -> bool | None:
    """“同意王姐取消”: what she asked for after the lock."""
    found = GRANT.fullmatch(chat.text)
    assert found is not None
    for group_buy in reversed(going_on_here(chat)):
        book = await book_of(chat, group_buy)
        line = line_called(book, found["name"])
        if line is not None and group_buy.state in (State.OPEN, State.REACHED, State.LOCKED):
            _take_out(chat, book, line)
            return None
    return False


@router.message(
    from_leader
    & intent("join_group_buy", "change_sign_up", "cancel_sign_up")
    & Filter(lambda chat: REMOVE.fullmatch(chat.text) is None and _whose(chat) is not None)
)
@said_whole
async def on_behalf(chat: Chat) -> bool | None:
    """“帮李姐加两份”, “李姐改成1”, “李姐取消”: her own line, with the leader's message as proof."""
    name = _whose(chat) or ""
    open_here = [g for g in going_on_here(chat) if g.state in (State.OPEN, State.REACHED, State.LOCKED)]
    if not open_here:
        return False
    book = await book_of(chat, open_here[-1])
    line, member = line_called(book, name), _member_named(chat, name)
    cancels = chat.meaning.intent == "cancel_sign_up"
    if line is None and member is not None and cancels:
        others = [x for x in book.lines_of(member.person_id) if x.items or x.waiting]
        line = others[0] if len(others) == 1 else None
    if line is None and (member is None or cancels):
        if chat.meaning.intent == "join_group_buy" or (chat.meaning.on_behalf_of and not cancels):
            return False
        chat.reply(f"名单里没找到「{name}」", mention=True)
        return None
    if line is not None:
        owner = Owner(line.buyer_id, line.name, line.for_name)
    else:
        assert member is not None
        owner = Owner(member.person_id, member.name)
    if cancels:
        assert line is not None
        _take_out(chat, book, line)
        return None
    items = chat.meaning.items or (ItemMention(product=CURRENT, mode=Mode.PLUS),)
    wishes = [wish_for(chat, book, item) for item in items]
    done = book.sign_up(owner, wishes, origin_of(chat, "leader"), ahead=True)
    if rest := rest_of(book, done):
        chat.reply("；".join(rest), mention=True)
    changed = book.line(owner.line)
    assert changed is not None
    tell_change(chat, book, changed)
    tell_granted(chat, book, changed)
    tell_moved_up(chat, book)
    return None


def _whose(chat: Chat) -> str | None:
    """Whom a leader's words are about: as understood, else a member's name that they begin with."""
    if chat.meaning.on_behalf_of:
        return str(chat.meaning.on_behalf_of)
    said = FOR.sub("", chat.text, count=1)
    room_id = home_room(chat)
    names = {m.name for m in chat.rows(Member).by("room_id", room_id) if m.name} if room_id else set()
    known = [n for n in names if len(n) > 1 and said.startswith(n.lower()) and len(said) > len(n)]
    if known:
        return max(known, key=len)
    bare = all(item.code is None and item.product in (None, CURRENT) for item in chat.meaning.items)
    found = FOR_SOMEBODY.match(chat.text) or (ABOUT.match(chat.text) if bare else None)
    return found["who"] if found else None


def _take_out(chat: Chat, book: Book, line: SignUp) -> None:
    cost = book.amount(line)
    book.cancel(line, origin_of(chat, "leader"))
    tell_paid_line(chat, book, line, cost)
    tell_change(chat, book, line)
    tell_granted(chat, book, line)
    tell_moved_up(chat, book)


@router.message(from_leader & Filter(lambda chat: REMOVE.fullmatch(chat.text) is not None))
async def remove(chat: Chat) -> bool | None:
    """“移除 3 小明”: the third line of the list, when the name fits (L9)."""
    found = REMOVE.fullmatch(chat.text)
    here = going_on_here(chat)
    assert found is not None
    if not here:
        return False
    book = await book_of(chat, here[-1])
    place = _place(found["place"])
    lines = book.active()
    if not 1 <= place <= len(lines):
        chat.reply(f"名单只有{len(lines)}行", mention=True)
        return None
    line = lines[place - 1]
    if found["name"] and found["name"] not in (line.name.lower(), (line.for_name or "").lower()):
        chat.reply(f"第{place}行是 {public_name(line)}，不是 {found['name']}，没动", mention=True)
        return None
    _take_out(chat, book, line)
    return None


def _place(text: str) -> int:
    if text.isdigit():
        return int(text)
    digits = {char: number for number, char in enumerate("一二三四五六七八九", 1)}
    tens, ten, ones = text.partition("十")
    if not ten:
        return digits.get(text, 0)
    return digits.get(tens, 1) * 10 + digits.get(ones, 0)


# -- proof ---------------------------------------------------------------------------------------


@router.message(says(WHY.pattern) & ~intent("logistics_question"))
async def why(chat: Chat) -> bool | None:
    """“查王姐这单” (leader), “为什么记我2份”: the words and the time that made the line (U11, U20)."""
    found = WHY.fullmatch(chat.text)
    assert found is not None
    name = found["name"]
    if name in ("我", "我的", "我家"):  # “查我的单” is no doubt about it
        return False
    for group_buy in reversed(going_on_here(chat)):
        book = await book_of(chat, group_buy)
        line = line_named(book, name) if name else book.line(chat.person_id)
        if line is None:
            continue
        if name and not chat.is_leader:
            chat.reply("别人的单只有团长能查，自己的回「我的单」", mention=True)
            return None
        entries = await chat.shop.find(LedgerEntry, line=line.line, group_buy=book.number)
        lines = [f"团{book.number} {public_name(line)}：{amounts(book, line)}"]
        for entry in entries[-5:]:
            at = chat.shop.settings.local(entry.at)
            mark = "（已撤销）" if entry.undone else ""
            lines.append(f"{at.month}/{at.day} {at:%H:%M}「{entry.said}」{mark}")
        chat.whisper("\n".join(lines))
        if not chat.private:
            chat.reply("记录已私发您", mention=True)
        return None
    if name and not (chat.is_leader and chat.text.endswith("单")):
        return False
    chat.reply(f"名单里没找到「{name}」" if name else "没有您的登记", mention=True)
    return None
