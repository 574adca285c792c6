"""Native 接龙 lists that members re-post: merged into the ledger, nothing lost, nothing doubled."""

import re
from collections.abc import Sequence
from typing import Any

from handlers import Ask, Chat, Filter, Router, from_leader, pending, says
from handlers._group_buys import REFUSALS, book_of, home_room, origin_of
from handlers._lines import amounts, progress_text, public_name, tell_change, tell_moved_up
from handlers._lists import item_listed, listed_lines
from handlers._publish import completed, full_time, open_group_buy, post
from nlp.jielong import DEFAULT, NativeList, is_list, parse_list
from nlp.opening import parse_opening
from storage.group_buys.book import Book
from storage.group_buys.find import collecting_in, mention
from storage.group_buys.lists import ListMerge, Merge
from storage.group_buys.tables import GroupBuy, ListSeen, SignUp
from storage.outbox import Urgency

router = Router("jielong", rank=25, refusals=REFUSALS)

NAMED_AT_MOST = 12
"""With more changed lines only the totals are said, and 名单 shows the rest."""
PAGE_OF = re.compile(r"第\d{1,3}/\d{1,3}页")
"""The note below one page of the bot's own list: a copy of it leaves the other pages out."""
NUMBER = re.compile(r"团\s?(\d{1,5})(?!\d)")


def _is_native(chat: Chat) -> bool:
    return chat.message.kind == "group_note" or is_list(chat.message.raw_text)


native = Filter(_is_native)


@router.message(native)
async def list_posted(chat: Chat) -> bool | None:
    """A list was posted or re-posted: a new version of the sign-ups (N1–N20)."""
    text = chat.message.raw_text
    if not is_list(text):
        if chat.room_id is not None and collecting_in(chat.shop, chat.room_id):
            chat.reply("我看不到接龙内容，请用文字「+1」，或团长把接龙文字贴给我")
        return None
    room_id = home_room(chat)
    if room_id is None:
        return None
    posted = parse_list(text, chat.message.xml)
    group_buy = _bound(chat, room_id, posted)
    if group_buy is None:
        _offer(chat, posted, room_id)
        return None
    await _merge(chat, group_buy, posted)
    return None


def _bound(chat: Chat, room_id: str, posted: NativeList) -> GroupBuy | None:
    """The open group buy that a list is about: by number, by items, by title."""
    candidates = collecting_in(chat.shop, room_id)
    if not posted.selling or not candidates:
        return None
    head = "\n".join(posted.header_lines)
    found = NUMBER.search(head)
    if found is not None:
        return next((g for g in candidates if g.number == int(found[1])), None)
    names = {item.product for entry in posted.entries for item in entry.items}
    names |= set(posted.products)
    scored = [(_fit(chat, group_buy, names, head), -g, group_buy) for g, group_buy in enumerate(candidates)]
    score, _, best = max(scored)
    if score > 0:
        return best
    unnamed = names <= {DEFAULT} or not posted.products
    return best if len(candidates) == 1 and unnamed else None


def _fit(chat: Chat, group_buy: GroupBuy, names: set[str], head: str) -> int:
    book = Book(chat.shop, group_buy)
    hits = sum(1 for name in names if name != DEFAULT and item_listed(chat, book, name) is not None)
    titled = group_buy.title and (group_buy.title in head or _core(group_buy.title) in head)
    return hits * 2 + bool(titled)


def _core(title: str) -> str:
    return re.sub(r"[团购接龙\s]", "", title) or title


async def _merge(chat: Chat, group_buy: GroupBuy, posted: NativeList) -> None:
    book = await book_of(chat, group_buy)
    await chat.load(ListSeen, group_buy.number)
    mention(chat.shop, group_buy.room_id, group_buy, chat.now)
    lines, doubtful = listed_lines(chat, book, posted)
    merging = ListMerge(book, origin_of(chat, "list"), poster=chat.person_id, leader=chat.is_leader)
    # Also a list that changes nothing is taken note of: delivered again later, it must not count then.
    group_buy.mark("lists", int(group_buy.marks.get("lists", 0)) + 1)
    merged = merging.take(lines, whole=PAGE_OF.search(chat.message.raw_text) is None)
    _tell(chat, book, merged, doubtful)
    _look_at_head(chat, group_buy, posted)


def _look_at_head(chat: Chat, group_buy: GroupBuy, posted: NativeList) -> None:
    """Edits of a list's head change nothing (N6); a leader who moves the deadline there is told how to."""
    head = "\n".join(posted.header_lines)
    if head == group_buy.marks.get("list_head"):
        return  # 明晚8点 said again the next day is no new deadline
    group_buy.mark("list_head", head)
    if not chat.is_leader:
        return
    said = parse_opening(head, chat.shop.settings.local(chat.now)).deadline
    if said is None or said == group_buy.deadline:
        return
    now = f"还是{full_time(chat, group_buy.deadline)}" if group_buy.deadline else "没有截止时间"
    wanted = full_time(chat, said)
    chat.whisper(f"接龙标题写的截止是{wanted}，团{group_buy.number}{now}。要改请回「截止改到{wanted}」")


# -- what is said --------------------------------------------------------------------------------


def _tell(chat: Chat, book: Book, merged: Merge, doubtful: Sequence[int]) -> None:
    changed = [*merged.joined, *merged.changed, *merged.cancelled]
    notes = []
    if merged.restored:
        names = "、".join(public_name(line) for line in merged.restored[:6])
        notes.append(f"{names}{'等' if len(merged.restored) > 6 else ''}那行被覆盖，已补回")
    for listed, line in merged.refused[:3]:
        notes.append(f"#{listed.index} {public_name(line)} 由他人改动，未采纳，本人或团长说了才算")
    if doubtful:
        notes.append(f"看不懂：{' '.join(f'#{index}' for index in doubtful[:8])}")
    if not notes and len(changed) <= NAMED_AT_MOST:
        for line in changed:
            tell_change(chat, book, line)
    elif changed or notes:
        chat.say_in(book.group_buy.room_id, _merged_text(book, changed, notes), urgency=Urgency.ACK)
    tell_moved_up(chat, book)


def _merged_text(book: Book, changed: Sequence[SignUp], notes: Sequence[str]) -> str:
    if len(changed) > NAMED_AT_MOST:
        said = f"{len(changed)}行，回「名单」看全部"
    else:
        said = " · ".join(f"{public_name(line)} {amounts(book, line)}" for line in changed)
    head = f"已合并：{said}｜{progress_text(book)}" if changed else progress_text(book)
    return "\n".join([head, *notes])


# -- a list that no group buy is open for --------------------------------------------------------


def _offer(chat: Chat, posted: NativeList, room_id: str) -> None:
    """A selling list of the leader's: shall I count it? Everything else is met with silence (N1)."""
    if not posted.selling or not posted.entries or not chat.is_leader:
        return
    if not any(entry.items for entry in posted.entries):
        return
    raise Ask(
        "要我来统计这个接龙吗？回「好」",
        "count_list",
        text=chat.message.raw_text,
        xml=chat.message.xml,
        room=room_id,
    )


@router.message(
    from_leader & pending("count_list") & Filter(lambda c: c.text in ("好", "好的", "要", "1", "是"))
)
async def count_it(chat: Chat) -> None:
    """“好”: a group buy is opened from the list's header, and its lines count."""
    data: dict[str, Any] | None = chat.pending("count_list")
    assert data is not None
    chat.settle("count_list")
    posted = parse_list(data["text"], data["xml"])
    head = "\n".join(posted.header_lines)
    opening = completed(chat, parse_opening(head, chat.shop.settings.local(chat.now)))
    if not opening.items or any(item.price_fen is None for item in opening.items):
        chat.reply("标题里没看出价格，把团购文案发给我就能开")
        return
    group_buy = open_group_buy(chat, opening, data["room"])
    chat.say_in(data["room"], post(chat, group_buy), key=f"open:{group_buy.number}")
    await _merge(chat, group_buy, posted)


@router.message(from_leader & pending("count_list") & says("不用了?|不要了?|不了|算了|不统计"))
async def not_counted(chat: Chat) -> None:
    """“不用”: the list stays the members' own."""
    chat.settle("count_list")
