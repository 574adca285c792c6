"""What comes back or comes in from elsewhere: 再来一次, a pasted old list, a poll, the daily brief."""

import re
from dataclasses import replace
from datetime import timedelta

from handlers import Ask, Chat, DueTimer, Filter, Router, Turn, from_leader, pending, says
from handlers._group_buys import REFUSALS, book_of, home_room, origin_of
from handlers._lines import progress_text, tell_low
from handlers._lists import listed_lines
from handlers._publish import (
    BRIEF,
    NO_DEADLINE,
    completed,
    next_morning,
    open_group_buy,
    opening_of,
    post,
    summary,
)
from handlers._results import NOTHING_CAME
from nlp.jielong import parse_list
from nlp.opening import Opening, parse_correction
from storage.errors import Refused
from storage.flows import EVERYONE, LISTENING
from storage.group_buys.book import Book
from storage.group_buys.find import collecting_in, in_room
from storage.group_buys.lists import Listed
from storage.group_buys.tables import GroupBuy, Item
from storage.group_buys.wishes import Wish
from storage.outbox import Urgency
from storage.people import LEADER, Role
from storage.questions import Question
from storage.tickets import Ticket

router = Router(
    "again",
    rank=28,
    refusals=REFUSALS,
    help_for={"leader": "再来：草莓团再来一次 周六截止 · 导入（贴旧名单）· 想团榴莲的扣1"},
)

AGAIN = re.compile(
    r"(?:(?P<what>.{0,12}?)(?:那个?|的)?团?)?\s*再(?:来|开|团)一次\s*[，,]?\s*(?P<terms>.{0,60})"
)
YES = r"好的?|开团|确认|可以|行|发布"
NO = r"算了|不用了?|不要了?|不开了?|取消|先不开"
DECIDED = re.compile(rf"(?:{YES}|{NO})[。!！]*")
IMPORT = re.compile(r"(?:导入|补录)(?:名单|接龙)?[：:]?\s*\n")
POLL = re.compile(r"想?团(?P<what>\S{1,10}?)的?(?:朋友|邻居)?(?:请|都)?(?:扣|打|回|发)\s*1.{0,8}")
ONE = re.compile(r"1+|扣1|➕?1️⃣|\+1")
POLL_MINUTES = 24 * 60


# -- once more -----------------------------------------------------------------------------------


@router.message(from_leader & says(AGAIN.pattern))
async def once_more(chat: Chat) -> bool | None:
    """“草莓团再来一次 周六截止”: the old one as a draft, with the new terms (B24)."""
    room_id = home_room(chat)
    found = AGAIN.fullmatch(chat.text)
    assert found is not None
    if room_id is None:
        return False
    old = await _the_old_one(chat, room_id, (found["what"] or "").strip())
    if old is None:
        if not (chat.message.addressed or "团" in chat.text):
            return False
        chat.reply("没找到这个团，把文案发我就能开", mention=True)
        return None
    raise await _asked_once_more(chat, old, found["terms"] or "", room_id)


async def _asked_once_more(chat: Chat, old: GroupBuy, terms: str, room_id: str) -> Ask:
    opening = await _opening_of(chat, old, terms)
    warned = f"注意：{NO_DEADLINE}" if opening.deadline is None else ""
    question = summary(chat, opening, "照上次：", warned, "回「好」开团，或说要改哪")
    return Ask(question, "once_more", number=old.number, terms=terms, room=room_id)


@router.message(from_leader & pending("once_more") & Filter(lambda chat: not DECIDED.fullmatch(chat.text)))
async def corrected(chat: Chat) -> bool | None:
    """“截止周日20点” before 好: the draft is shown once more, with all that was said."""
    data = chat.pending("once_more")
    assert data is not None
    old = (await chat.shop.find(GroupBuy, number=data["number"]))[0]
    before = await _opening_of(chat, old, data["terms"])
    terms = f"{data['terms']}\n{chat.message.raw_text}".strip()
    if await _opening_of(chat, old, terms) == before:
        return False
    raise await _asked_once_more(chat, old, terms, data["room"])


@router.message(from_leader & pending("once_more") & says(YES))
async def opened_again(chat: Chat) -> None:
    """“好”: it is open."""
    data = chat.pending("once_more")
    assert data is not None
    chat.settle("once_more")
    old = (await chat.shop.find(GroupBuy, number=data["number"]))[0]
    opening = await _opening_of(chat, old, data["terms"])
    group_buy = open_group_buy(chat, opening, data["room"])
    chat.say_in(data["room"], post(chat, group_buy), key=f"open:{group_buy.number}")


@router.message(from_leader & pending("once_more") & says(NO))
async def not_again(chat: Chat) -> None:
    """“算了”: nothing is opened."""
    chat.settle("once_more")
    chat.reply("好，不开")


async def _the_old_one(chat: Chat, room_id: str, what: str) -> GroupBuy | None:
    known = {g.number: g for g in await chat.shop.find(GroupBuy, room_id=room_id)}
    fits = []
    for group_buy in sorted(known.values(), key=lambda g: -g.number):
        items = await chat.load(Item, group_buy.number)
        words = re.sub(r"^(?:上次|上周|上回|刚才|昨天)的?", "", what)
        if not words or words in group_buy.title or any(words in item.name for item in items):
            fits.append(group_buy)
    return fits[0] if fits else None


async def _opening_of(chat: Chat, group_buy: GroupBuy, terms: str) -> Opening:
    """The old one without its times, with what the leader said of the new one."""
    items = await chat.load(Item, group_buy.number)
    opening = replace(opening_of(group_buy, items), deadline=None, arrival=None)
    if terms:
        opening = parse_correction(terms, opening, chat.shop.settings.local(chat.now)) or opening
    return completed(chat, opening)


# -- an old list pasted --------------------------------------------------------------------------


@router.message(from_leader & Filter(lambda chat: IMPORT.match(chat.message.raw_text) is not None))
async def import_list(chat: Chat) -> bool | None:
    """“导入” and an old list: taken into the open group buy; what is not understood is told (C8)."""
    room_id = home_room(chat)
    open_here = collecting_in(chat.shop, room_id) if room_id else []
    if not open_here:
        chat.reply("先开团，再导入名单", mention=True)
        return None
    book = await book_of(chat, open_here[-1])
    pasted = _numbered(IMPORT.sub("", chat.message.raw_text, count=1))
    lines, bad = listed_lines(chat, book, parse_list(f"#接龙\n\n{pasted}"))
    done = 0
    for line in lines:
        if not line.items or not _booked(chat, book, line):
            bad.append(line.index)
        else:
            done += 1
    bad = sorted(set(bad))
    text = f"识别{done + len(bad)}行，记了{done}行"
    if bad:
        more = "等" if len(bad) > SHOWN_BAD else ""
        text += f"，{len(bad)}行看不懂：{' '.join(f'#{index}' for index in bad[:SHOWN_BAD])}{more}"
    chat.reply(f"{text}。{progress_text(book)}", mention=True)
    tell_low(chat, book)
    return None


SHOWN_BAD = 10


def _numbered(text: str) -> str:
    """A pasted table or plain lines as a list: rows that bear no number are counted."""
    rows = [re.sub(r"[\t|｜]+", " ", row).strip() for row in text.strip().splitlines()]
    rows = [row for row in rows if row]
    if any(re.match(r"\d{1,4}\s*[.、．)）]", row) for row in rows):
        return "\n".join(rows)
    return "\n".join(f"{index}. {row}" for index, row in enumerate(rows, 1))


def _booked(chat: Chat, book: Book, line: Listed) -> bool:
    """Take a line in as the old list had it; a leader's “已付” in it is his word."""
    wishes = [Wish(code, "set", quantity) for code, quantity in sorted(line.items.items())]
    origin = replace(origin_of(chat), source="import")
    try:
        book.sign_up(line.owner, wishes, origin, household=line.household, remark=line.remark)
    except Refused:  # more than anybody means
        return False
    row = book.line(line.owner.line)
    if row is not None and line.paid:
        row.payment = "paid"
    return True


# -- a poll --------------------------------------------------------------------------------------


@router.message(from_leader & says(POLL.pattern))
async def poll(chat: Chat) -> bool | None:
    """“想团榴莲的扣1”: counts who wants it; nothing is booked (B26)."""
    found = POLL.fullmatch(chat.text)
    assert found is not None
    if chat.room_id is None:
        return False
    chat.remember(LISTENING, chat.room_id, EVERYONE, POLL_MINUTES, what=found["what"], people=[])
    chat.timer("poll", chat.room_id, chat.now + timedelta(hours=2))
    return None


def _polled(chat: Chat) -> bool:
    return chat.room_id is not None and chat.recall_flow(LISTENING, chat.room_id, EVERYONE) is not None


@router.message(Filter(_polled) & says(ONE.pattern))
async def counted(chat: Chat) -> bool | None:
    """“1” while a poll runs: one household more, in silence."""
    data = chat.recall_flow(LISTENING, chat.room_id, EVERYONE)
    assert data is not None
    if "+" in chat.text and collecting_in(chat.shop, chat.room_id or ""):
        return False
    if chat.person_id not in data["people"]:
        people = [*data["people"], chat.person_id]
        chat.remember(LISTENING, chat.room_id, EVERYONE, POLL_MINUTES, what=data["what"], people=people)
    return None


@router.timer("poll", rank=60)
async def poll_result(turn: Turn, timer: DueTimer) -> None:
    """Two hours on: how many want it, to the leader."""
    data = turn.recall_flow(LISTENING, timer.ref, EVERYONE)
    if data is None:
        return
    count = len(data["people"])
    told = f"{count}户有意向，要开团就把文案发我" if count else "暂时没人回1"
    turn.say_to_leaders(timer.ref, f"{data['what']}：{told}")


# -- the daily brief -----------------------------------------------------------------------------


STALE_BRIEF = timedelta(hours=2)
"""Later than this after an outage it is no morning any more: dropped, the next one comes tomorrow."""


@router.timer(BRIEF, rank=70)
async def brief(turn: Turn, timer: DueTimer) -> None:
    """08:00: deadlines, arrivals, who has not paid, tickets, open questions; one message (C16)."""
    turn.timer(BRIEF, timer.ref, next_morning(turn))
    if turn.now - timer.due > STALE_BRIEF:
        return
    leader = timer.ref
    rooms = [r.room_id for r in turn.rows(Role) if r.person_id == leader and r.role == LEADER]
    lines = []
    for room_id in rooms:
        for group_buy in in_room(turn.shop, room_id):
            if group_buy.state in NOTHING_CAME or group_buy.room_id != room_id:
                continue
            book = await book_of(turn, group_buy)
            unpaid = sum(line.payment == "unpaid" for line in book.active())
            owing = f"，未付{unpaid}户" if not group_buy.collecting and unpaid else ""
            lines.append(f"团{book.number} {group_buy.title}：{progress_text(book)}{owing}")
    tickets = sum(t.state not in ("resolved", "closed") for t in turn.rows(Ticket))
    questions = len(turn.rows(Question))
    if tickets:
        lines.append(f"售后在办{tickets}件")
    if questions:
        lines.append(f"没答上来的{questions}条，回「没答上来的」看")
    if lines:
        turn.say_to(leader, "早，今天：\n" + "\n".join(lines), urgency=Urgency.NUDGE)
