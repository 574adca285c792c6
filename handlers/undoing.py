"""Second thoughts: 撤销 takes the last change back, a recalled message takes back what it did (law 5, U4)."""

import re

from handlers import Chat, Recall, Router, Turn, drop_waiting, fine, says
from handlers._group_buys import REFUSALS, book_of, entries_of, origin_of
from handlers._late import ask_leader, request_change
from handlers._lines import plain_line, tell_change, tell_moved_up
from handlers._results import in_grace
from storage.flows import Flow
from storage.group_buys.lists import forget_said
from storage.group_buys.refusals import AlreadyClosed, NothingToUndo
from storage.group_buys.tables import GroupBuy, LedgerEntry, ListSeen
from storage.group_buys.wishes import Origin

router = Router("undoing", rank=42, refusals=REFUSALS)

A_DAY = 86_400
"""Seconds within which a change can be taken back by word."""


A_MOMENT = 1_800
_JUST_NOW = re.compile(r"刚才?|刚刚|上面")
"""“刚才发错了” hours after the last order is about some other message."""


@router.message(fine("undo"))
async def undo(chat: Chat) -> bool | None:
    """“撤销”: the sender's last change is taken back, and the new total said (law 5)."""
    entries = await chat.shop.find(LedgerEntry, person_id=chat.person_id)
    fresh = [e for e in entries if not e.undone and e.kind not in ("undo", "list")]
    fresh = [e for e in fresh if (chat.now - e.at).total_seconds() <= A_DAY]
    if _JUST_NOW.search(chat.text) and not chat.message.addressed:
        fresh = [e for e in fresh if (chat.now - e.at).total_seconds() <= A_MOMENT] or fresh[:0]
        if not fresh:
            return False
    if not fresh:
        if chat.is_leader:
            return False
        raise NothingToUndo()
    last = fresh[-1]
    group_buy = chat.rows(GroupBuy).get(last.group_buy)
    if group_buy is None or not group_buy.takes(chat.message.at, chat.now):
        if await request_change(chat):
            return None
        raise AlreadyClosed(number=last.group_buy, title=group_buy.title if group_buy else "")
    together = [e for e in fresh if e.message == last.message]
    for entry in reversed(together):
        await _take_back(chat, group_buy, entry, origin_of(chat), quiet=chat.private)
    if chat.private:
        book = await book_of(chat, group_buy)
        lines = [book.line(entry.line) for entry in together]
        told = "；".join(dict.fromkeys(plain_line(book, line) for line in lines if line is not None))
        chat.reply(f"好，撤销了。现在：{told}")
    return None


@router.message(says(r"\S{0,8}?(?:还是|又)(?:想)?要(?:吧|的|了|回来)*[吧哈啊呀啦。!！~]*"))
async def wanted_after_all(chat: Chat) -> bool | None:
    """“还是要吧” after a cancel: what was given back is booked again."""
    entries = await chat.shop.find(LedgerEntry, person_id=chat.person_id)
    fresh = [e for e in entries if not e.undone and (chat.now - e.at).total_seconds() <= A_MOMENT]
    if not fresh or fresh[-1].kind != "cancel":
        return False
    return await undo(chat)


async def _take_back(
    turn: Turn, group_buy: GroupBuy, entry: LedgerEntry, origin: Origin, *, quiet: bool, silent: bool = False
) -> None:
    book = await book_of(turn, group_buy)
    history = await turn.shop.find(LedgerEntry, line=entry.line, group_buy=entry.group_buy)
    if turn.rows(LedgerEntry).get(entry.key) is None:
        turn.rows(LedgerEntry).adopt([entry])
    if entry.kind == "list":
        await turn.load(ListSeen, entry.group_buy)
        if (seen := turn.rows(ListSeen).get((entry.group_buy, entry.line))) is not None:
            forget_said(seen, entry)
    with in_grace(turn, book):
        book.take_back(entry, history, origin)
        line = book.line(entry.line)
        assert line is not None
        if not silent:
            tell_change(turn, book, line, quiet=quiet)
        tell_moved_up(turn, book)


@router.event(Recall)
async def recalled(turn: Turn, recall: Recall) -> None:
    """撤回: what the message did is undone; silence, and the next digest shows it (U4)."""
    _drop_question(turn, recall)
    entries = await entries_of(turn, recall.message_key) or await _answered(turn, recall)
    message = recall.message_key.partition(":")[2]
    unsaid = recall.room_id is not None and drop_waiting(turn, recall.room_id, message)
    for entry in reversed(entries):
        group_buy = turn.rows(GroupBuy).get(entry.group_buy)
        if group_buy is None:
            continue
        if not group_buy.collecting:
            ask_leader(turn, group_buy, recall.person_id, f"撤回了「{entry.said[:40]}」", privately=True)
            return
        origin = Origin(
            person_id=recall.person_id,
            key=f"recall:{recall.message_key}",
            message=message,
            said="撤回",
            now=turn.now,
        )
        await _take_back(turn, group_buy, entry, origin, quiet=True, silent=unsaid)


async def _answered(turn: Turn, recall: Recall) -> list[LedgerEntry]:
    """The order that the recalled message completed: its entries stand under the first message."""
    flow = turn.recall_flow("answered", recall.room_id, recall.person_id)
    if flow is None or flow["answer"] != recall.message_key:
        return []
    return await entries_of(turn, flow["first"])


def _drop_question(turn: Turn, recall: Recall) -> None:
    """A question about a message that is gone needs no answer."""
    for flow in list(turn.rows(Flow).by("person_id", recall.person_id)):
        request = flow.data.get("request")
        if isinstance(request, dict) and request.get("key") == recall.message_key:
            asked = turn.rows(Flow).get((flow.room_id, flow.person_id, "asked"))
            turn.rows(Flow).drop(flow)
            if asked is not None and asked.data.get("kind") == flow.kind:
                turn.rows(Flow).drop(asked)
