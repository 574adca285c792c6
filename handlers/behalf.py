"""The leader looks after other people's lines: on behalf, 移除, who has paid, and what made a line."""

import re
from collections.abc import Sequence

from handlers import Chat, Filter, Router, from_leader, intent, says
from handlers._asking import said_whole
from handlers._group_buys import REFUSALS, book_of, home_room, line_named, origin_of, wish_for
from handlers._late import PAID, tell_granted
from handlers._lines import amounts, public_name, rest_of, tell_change, tell_moved_up, tell_paid_line
from handlers._results import NOTHING_CAME, state_of
from nlp.meaning import CURRENT, ItemMention, Mode
from storage.group_buys.book import Book
from storage.group_buys.find import in_room
from storage.group_buys.short import OWED_IN_PART
from storage.group_buys.tables import GroupBuy, LedgerEntry, SignUp, State
from storage.group_buys.wishes import Owner
from storage.money import yuan
from storage.outbox import Urgency
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
SAID_PAID = re.compile(r"(?:已经?|都)?(?:已付|付过?款?了|付好了|转过?了)$")
PAID_BUT = re.compile(
    r"(?:全部?|大家|都)都?(?:已付|付了|付款了|付清了|转了)?\s*[，,]?\s*除了\s*(?P<names>\S{1,60}?)(?:没付|没有)?[。!！]*"
)
PAID_ALL = re.compile(r"(?:大家|全部?)?都(?:已经?)?(?:付了|付款了|付清了|已付|转了|给了)[。!！]*")
UNPAID = re.compile(r"谁(?:还)?没(?:有)?(?:付|给|转|交)(?:钱|款)?[?？]*")
NUDGE = re.compile(r"催(?:一下|付款?|款|钱|一催)[。!！]*")
WHY = re.compile(
    r"(?:查|查一下|查查)\s*(?P<name>\S{1,20}?)(?:这单|的单|的)?|为(?:什么|啥)记我.{0,10}|查我哪句下的单.{0,4}"
)
NOT_DONE = (State.CANCELLED, State.FAILED, State.REFUNDED)


def _here(chat: Chat) -> list[GroupBuy]:
    room_id = home_room(chat)
    here = [g for g in (in_room(chat.shop, room_id) if room_id else []) if g.state not in NOT_DONE]
    number = chat.meaning.group_buy
    return [g for g in here if number is None or g.number == number]


def _member_named(chat: Chat, name: str) -> Member | None:
    room_id = home_room(chat)
    members = chat.rows(Member).by("room_id", room_id) if room_id else []
    found = [m for m in members if (m.name or "").lower() == name.lower() and m.present]
    return found[0] if len(found) == 1 else None


@router.message(
    from_leader
    & intent("join_group_buy", "change_sign_up", "cancel_sign_up")
    & Filter(lambda chat: REMOVE.fullmatch(chat.text) is None and _whose(chat) is not None)
)
@said_whole
async def on_behalf(chat: Chat) -> bool | None:
    """“帮李姐加两份”, “李姐改成1”, “李姐取消”: her own line, with the leader's message as proof."""
    name = _whose(chat) or ""
    open_here = [g for g in _here(chat) if g.state in (State.OPEN, State.REACHED, State.LOCKED)]
    if not open_here:
        return False
    book = await book_of(chat, open_here[-1])
    line, member = _called(book, name), _member_named(chat, name)
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
    here = _here(chat)
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


# -- payment -------------------------------------------------------------------------------------


@router.message(from_leader & (says(PAID_ALL.pattern) | says(PAID_BUT.pattern) | says(PAID.pattern)))
async def paid(chat: Chat) -> bool | None:
    """“王姐已付”, “都付了除了302”, “王姐已退”: confirmed by the leader, nobody else (B22)."""
    books = [await book_of(chat, group_buy) for group_buy in _here(chat)]
    if not books:
        return False
    but, some, state = PAID_BUT.fullmatch(chat.text), PAID.fullmatch(chat.text), "paid"
    if PAID_ALL.fullmatch(chat.text):
        found = [(books[-1], line) for line in books[-1].active()]
    elif but is not None:
        left_out = [_called(books[-1], name) for name in _names(but["names"])]
        if None in left_out:
            chat.reply(f"名单里没找到「{but['names']}」，没动", mention=True)
            return None
        found = [(books[-1], line) for line in books[-1].active() if line not in left_out]
    else:
        assert some is not None
        state = "refunded" if "退" in some["what"] else "paid"
        meant = {name: _lines_meant(books, name, state) for name in _names(some["names"])}
        if not any(meant.values()):
            return False
        if missing := [name for name, lines in meant.items() if not lines]:
            chat.reply(f"名单里没找到「{'、'.join(missing)}」，没动", mention=True)
            return None
        found = [one for lines in meant.values() for one in lines]
    if not found:
        chat.reply("没有要记的", mention=True)
        return None
    for book, line in found:
        line.payment = "paid" if state == "refunded" and _only_in_part(book, line) else state
    touched = {book.number: book for book, _ in found}
    for book in touched.values():
        if state == "refunded" and not _owed_back(book):
            _refunds_done(book)
    names = list(dict.fromkeys(public_name(line) for _, line in found))
    shown = "、".join(names[:10]) + ("等" if len(names) > 10 else "")
    chat.reply(f"记好了：{shown} {_now_paid(list(touched.values()), state)}", mention=True)
    return None


def _only_in_part(book: Book, line: SignUp) -> bool:
    """Whether what was given back was for goods that came short, and the rest stays paid for."""
    owed = list(book.group_buy.marks.get(OWED_IN_PART, []))
    if line.line not in owed or not line.items:
        return False
    book.group_buy.mark(OWED_IN_PART, [other for other in owed if other != line.line])
    return True


def _called(book: Book, name: str) -> SignUp | None:
    return line_named(book, name) or _home(book, name)


def _lines_meant(books: Sequence[Book], name: str, state: str) -> list[tuple[Book, SignUp]]:
    """Whose money it is: all that were said to be paid (or are to be paid back), else the latest."""
    if state == "refunded" and (gone := _taken_back(books, name)):
        return gone
    lines = [(book, line) for book in books if (line := _called(book, name)) is not None]
    open_ones = ("claimed",) if state == "paid" else ("paid", "claimed")
    return [one for one in lines if one[1].payment in open_ones] or lines[-1:]


def _taken_back(books: Sequence[Book], name: str) -> list[tuple[Book, SignUp]]:
    """Lines of this name that were paid for and have nothing on them any more."""
    return [
        (book, line)
        for book in books
        for line in book.lines()
        if line.name.lower() == name and not line.items and line.payment in ("paid", "claimed")
    ]


def _owed_back(book: Book) -> int:
    return sum(line.payment in ("paid", "claimed") for line in book.lines())


def _now_paid(books: Sequence[Book], state: str) -> str:
    if state == "refunded":
        owed = sum(_owed_back(book) for book in books)
        ending = all(book.group_buy.state in (State.REFUNDING, State.REFUNDED) for book in books)
        left = f"还有{owed}笔没退" if owed else "都退完了"
        return f"已退款。{left}" if ending else "已退款"
    if all(book.group_buy.state in NOTHING_CAME for book in books):
        return f"已付。没成团，还有{sum(_owed_back(book) for book in books)}笔要退"
    unpaid = sum(line.payment in ("unpaid", "claimed") for book in books for line in book.active())
    return f"已付。还有{unpaid}户未付" if unpaid else "已付。都付了"


def _refunds_done(book: Book) -> None:
    if book.group_buy.state == State.REFUNDING:
        book.group_buy.state = State.REFUNDED


def _names(text: str) -> list[str]:
    said = (SAID_PAID.sub("", name) for name in re.split(r"[、，,和 ]+", text))
    return [name for name in said if name]


def _home(book: Book, name: str) -> SignUp | None:
    fits = [x for x in book.active() if x.household and x.household.endswith(name)]
    return fits[0] if len(fits) == 1 else None


@router.message(from_leader & says(UNPAID.pattern))
async def unpaid(chat: Chat) -> bool | None:
    """“谁没付”: to the leader in private only (C5)."""
    here = _here(chat)
    if not here:
        return False
    book = await book_of(chat, here[-1])
    if book.group_buy.state in NOTHING_CAME:
        chat.reply(
            f"团{book.number} {state_of(book.group_buy)}，不用收款。还有{_owed_back(book)}笔要退",
            mention=True,
        )
        return None
    owing = [line for line in book.active() if line.payment in ("unpaid", "claimed")]
    names = "\n".join(
        f"{public_name(line)} ¥{yuan(book.amount(line))}{' 说已付' if line.payment == 'claimed' else ''}"
        for line in owing
    )
    if not owing:
        chat.reply(f"团{book.number} 都付了", mention=True)
        return None
    chat.whisper(f"团{book.number} 未付{len(owing)}户\n{names}")
    if not chat.private:
        chat.reply("未付名单已私发您", mention=True)
    return None


@router.message(from_leader & says(NUDGE.pattern))
async def nudge(chat: Chat) -> bool | None:
    """“催一下”: each unpaid buyer in private, never in the group (C5)."""
    here = _here(chat)
    if not here:
        return False
    book = await book_of(chat, here[-1])
    owing: Sequence[SignUp] = [x for x in book.active() if x.payment == "unpaid" and x.buyer_id]
    if book.group_buy.state in NOTHING_CAME:
        owing = []
    totals: dict[str, int] = {}
    for line in owing:
        assert line.buyer_id is not None
        totals[line.buyer_id] = totals.get(line.buyer_id, 0) + book.amount(line)
    asked = [person for person in totals if chat.may_call(person, Urgency.NUDGE)]
    for person in asked:
        chat.say_to(
            person,
            f"团{book.number} {book.group_buy.title} 您还有¥{yuan(totals[person])}未付，付好回「已付」就行",
            urgency=Urgency.NUDGE,
        )
    silent = f"，{len(totals) - len(asked)}位退订了提醒" if len(asked) < len(totals) else ""
    chat.reply(f"已私下提醒{len(asked)}位{silent}" if totals else "没有要提醒的", mention=True)
    return None


# -- proof ---------------------------------------------------------------------------------------


@router.message(says(WHY.pattern) & ~intent("logistics_question"))
async def why(chat: Chat) -> bool | None:
    """“查王姐这单” (leader), “为什么记我2份”: the words and the time that made the line (U11, U20)."""
    found = WHY.fullmatch(chat.text)
    assert found is not None
    name = found["name"]
    if name in ("我", "我的", "我家"):  # “查我的单” is no doubt about it
        return False
    for group_buy in reversed(_here(chat)):
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
