"""Lists for everybody and for the leader: 名单, 进货单, 分货单, 报数, 导出."""

import re
from decimal import Decimal

from handlers import Chat, Filter, Router, fine, from_leader, intent, says
from handlers._group_buys import REFUSALS, book_of, home_room, origin_of
from handlers._lines import amounts, progress_text, public_name
from handlers._lists import listed_lines
from nlp.jielong import EntryItem, PublicEntry, parse_list, render_list
from storage.group_buys.book import Book
from storage.group_buys.find import in_room
from storage.group_buys.lists import ListMerge
from storage.group_buys.sheets import cases, purchase_lines, sorting_lines
from storage.group_buys.tables import GroupBuy, ListSeen, SignUp
from storage.money import plain, yuan

router = Router(
    "rolls",
    rank=44,
    refusals=REFUSALS,
    help_for={"leader": "名单 · 进货单 · 分货单 · 导出 · 谁没付", "buyer": "看：名单 · 还差多少"},
)

PAGE = 20
"""Lines of a roll in one message; the rest is asked for with 名单2 (B30)."""
PAGE_ASKED = re.compile(r"(?:名单|列表)\s*第?\s*(\d{1,4})|第\s*(\d{1,4})\s*页")
HOW_MUCH = re.compile(r"多少|几[份单户箱盒袋包板个]|差")
AGAIN_MINUTES = 3
"""The whole list comes at most so often; in between a pointer (law 1)."""


@router.message(fine("roll_up") | Filter(lambda chat: chat.text.startswith(("名单", "列表"))))
async def roll(chat: Chat) -> bool | None:
    """“名单”, “名单2”, “多少份了”: the list in native style, that people can go on with by hand."""
    group_buy = _meant(chat)
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    page = max(_page_asked(chat.text), 1)
    lines = book.active()
    pages = max((len(lines) + PAGE - 1) // PAGE, 1)
    if page > pages:
        chat.reply(f"名单一共{pages}页", mention=True)
        return None
    if not chat.is_leader and page == 1 and len(lines) > 4 and _said_just_now(chat, book):
        chat.reply(f"名单刚发过，往上翻。{progress_text(book)}", mention=True)
        return None
    chat.remember("roll", chat.room_id, "", AGAIN_MINUTES, number=book.number)
    text = rendered(book, page, pages)
    chat.reply(text)
    if group_buy.collecting:
        await _remember(chat, book, text)
    return None


async def _remember(chat: Chat, book: Book, text: str) -> None:
    """What was shown is a version of the list: people copy it and go on by hand (U3)."""
    await chat.load(ListSeen, book.number)
    lines, _ = listed_lines(chat, book, parse_list(text))
    ListMerge(book, origin_of(chat, "list"), poster="", leader=False).show(lines)


def _said_just_now(chat: Chat, book: Book) -> bool:
    last = chat.recall_flow("roll", chat.room_id, "")
    return last is not None and last["number"] == book.number and chat.room_id is not None


def _page_asked(text: str) -> int:
    found = PAGE_ASKED.search(text)
    return int(found[1] or found[2]) if found else 1


def rendered(book: Book, page: int, pages: int) -> str:
    """One page of the list as a native-style text: parse(render(x)) == public(x)."""
    start = (page - 1) * PAGE
    entries = [public_entry(book, line) for line in book.active()[start : start + PAGE]]
    head = [
        "，".join(
            f"{item.code} {item.name} {yuan(item.price_fen)}元/{item.unit}" for item in book.items.values()
        )
    ]
    next_page = f"，回「名单{page + 1}」看下页" if page < pages else ""
    more = f"第{page}/{pages}页{next_page}。" if pages > 1 else ""
    waiting = sum((item.waiting for item in book.items.values()), Decimal(0))
    queue = f"候补{plain(waiting)}。" if waiting else ""
    note = f"{more}{queue}{progress_text(book)}"
    return render_list(f"团{book.number} {book.group_buy.title}", head, entries, note, first=start + 1)


def public_entry(book: Book, line: SignUp) -> PublicEntry:
    """A line as everybody may read it."""
    items = tuple(EntryItem(code, line.quantity(code), book.items[code].unit) for code in sorted(line.items))
    return PublicEntry(public_name(line), items, line.remark)


def _meant(chat: Chat) -> GroupBuy | None:
    room_id = home_room(chat)
    here = in_room(chat.shop, room_id) if room_id else []
    number = chat.meaning.group_buy
    if number is not None:
        return next((g for g in here if g.number == number), None)
    collecting = [g for g in here if g.collecting]
    return (collecting or here or [None])[-1]  # type: ignore[list-item]


@router.message(from_leader & fine("purchase"))
async def purchase_order(chat: Chat) -> bool | None:
    """“进货单”: what to order, rounded up to whole cases when the pack says how many (C3)."""
    group_buy = _meant(chat)
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    lines = [f"团{book.number} {group_buy.title} 进货单"]
    for row in purchase_lines(list(book.items.values())):
        extra = cases(row)
        lines.append(f"{row.name} {plain(row.quantity)}{row.unit}{extra}")
    lines.append(f"共{group_buy.heads}户 ¥{yuan(book.total())}")
    chat.whisper("\n".join(lines))
    if not chat.private:
        chat.reply("进货单已私发您", mention=True)
    return None


@router.message(from_leader & fine("sorting"))
async def sorting_sheet(chat: Chat) -> bool | None:
    """“分货单”: who gets what, by building (C4); only for the leader, in private."""
    group_buy = _meant(chat)
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    text = [f"团{book.number} {group_buy.title} 分货单"]
    for building, rows in sorting_lines(book.active()):
        text.append(f"【{building}】")
        for line in rows:
            home = f"{line.household} " if line.household else ""
            who = f"{line.name}代{line.for_name}" if line.for_name else line.name
            note = f"（{line.remark}）" if line.remark else ""
            text.append(f"{home}{who} {amounts(book, line)}{note}")
    chat.whisper("\n".join(text))
    if not chat.private:
        chat.reply("分货单已私发您", mention=True)
    return None


how_much = intent("leader_report") & says(rf".*(?:{HOW_MUCH.pattern}).*")


@router.message(from_leader & (fine("export") | intent("leader_report")) & ~(how_much & ~fine("export")))
async def export(chat: Chat) -> bool | None:
    """“导出”: how to get the file, and the text of it in private at once."""
    group_buy = _meant(chat)
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    rows = [f"团{book.number} {group_buy.title}（{progress_text(book)}）"]
    for index, line in enumerate(book.active(), 1):
        who = f"{line.name}代{line.for_name}" if line.for_name else line.name
        paid = {"unpaid": "未付", "claimed": "待核对", "paid": "已付", "refunded": "已退"}[line.payment]
        rows.append(f"{index}. {who} {amounts(book, line)} ¥{yuan(book.amount(line))} {paid}")
    chat.whisper("\n".join(rows))
    if not chat.private:
        chat.reply("名单已私发您；表格在后台「团购」页下载", mention=True)
    return None


@router.message(how_much)
async def how_far(chat: Chat) -> bool | None:
    """“还差多少”: how far it is (B14); the list with the money is the leader's, for 汇总."""
    group_buy = _meant(chat)
    if group_buy is None:
        return False
    chat.reply(f"团{group_buy.number} {progress_text(await book_of(chat, group_buy))}", mention=True)
    return None
