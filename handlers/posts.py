"""Posts: what a deal says at its slot, once, and what the leader hears when it could not be said."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from handlers import DueTimer, Router, Turn
from handlers._lines import progress_text
from handlers._schedules import shown_moment
from storage.deals import (
    LATE,
    Deal,
    DealPost,
    DealState,
    Decision,
    PostState,
    decide,
    outdated,
    post_of,
    text_key,
)
from storage.group_buys.book import Book
from storage.group_buys.find import collecting_in
from storage.group_buys.tables import GroupBuy, SignUp
from storage.outbox import IN_DOUBT, NotDelivered, Urgency
from storage.people import Room

router = Router("posts", rank=29)

NEAR = timedelta(hours=1)
"""A group buy that lacks little is told of once, so long before its deadline (D5)."""
POST_KEY = re.compile(r"post:(\d+):(.+)")
WHY = {
    "late": "到点时我不在线，过了30分钟没补发",
    "gone": "我不在这个群了，没发",
    "muted": "群里禁言中，没发",
    "same": "23小时内发过同样的内容，这次跳过",
    "stale": "内容里的时间已经过了，没发",
    "nothing": "没有在收单的团，没发",
    "quiet": "是静音时段，{until} 再发",
    "cap": "今天推送够多了，{until} 再发",
}


@router.timer("post", rank=10)
async def post(turn: Turn, timer: DueTimer) -> None:
    """A slot has come, or the end of quiet hours for one that waited."""
    number, _, waited = timer.ref.partition("@")
    deal = turn.rows(Deal).get(int(number))
    if waited:
        await _waited(turn, timer, deal, datetime.fromisoformat(waited))
        return
    if deal is None or deal.state != DealState.ACTIVE:
        return
    missed: list[datetime] = []
    slot = deal.next_slot
    while slot is not None and slot <= turn.now:
        if await post_of(turn.shop, deal, slot) is None:
            state = await _at_slot(turn, deal, slot)
            if state == PostState.MISSED:
                missed.append(slot)
        slot = deal.advance(slot, turn.shop.settings.timezone)
    if missed:
        _tell(turn, deal, missed[0], "late", more=len(missed) - 1)
    if slot is not None:
        turn.timer("post", str(deal.number), slot)


async def _at_slot(turn: Turn, deal: Deal, slot: datetime) -> str:
    text = await _text(turn, deal)
    decision = await decide(turn.shop, deal, text or "", slot, turn.now)
    if decision.state not in (PostState.MISSED,) and text is None:
        decision = Decision(PostState.SKIPPED, "nothing")
    row = turn.rows(DealPost).add(
        DealPost(
            tenant_id=turn.shop.tenant,
            deal=deal.number,
            room_id=deal.room_id,
            slot=slot,
            state=decision.state,
            text_key=text_key(text or ""),
            reason=decision.reason,
            at=turn.now,
        )
    )
    _carry_out(turn, deal, row, text or "", decision)
    return decision.state


def _carry_out(turn: Turn, deal: Deal, row: DealPost, text: str, decision: Decision) -> None:
    row.state, row.reason, row.at = decision.state, decision.reason, turn.now
    if decision.state == PostState.POSTED:
        turn.say_in(
            deal.room_id,
            text,
            urgency=Urgency.ADVERT,
            key=f"post:{deal.number}:{row.slot.isoformat()}",  # as POST_KEY reads it
            as_written=True,
        )
        return
    if decision.until is not None:
        turn.timer("post", f"{deal.number}@{row.slot.isoformat()}", decision.until)
    if decision.state != PostState.MISSED:
        _tell(turn, deal, row.slot, decision.reason, until=decision.until)


async def _waited(turn: Turn, timer: DueTimer, deal: Deal | None, slot: datetime) -> None:
    """What waited for the morning: posted, unless it makes no sense any more."""
    found = await turn.shop.find(DealPost, deal=int(timer.ref.partition("@")[0]), slot=slot)
    row = found[0] if found else None
    if row is None or row.state != PostState.QUEUED:
        return
    turn.rows(DealPost).adopt([row])
    if deal is None:  # a single deal is done, and no longer in memory after a restart
        deal = next(iter(await turn.shop.find(Deal, number=row.deal)), None)
    if deal is None or deal.state not in (DealState.ACTIVE, DealState.DONE):
        row.state, row.reason = PostState.SKIPPED, "gone"
        return
    text = await _text(turn, deal)
    zone = turn.shop.settings.timezone
    if turn.now - timer.due > LATE:
        decision = Decision(PostState.SKIPPED, "late")
    elif text is None:
        decision = Decision(PostState.SKIPPED, "nothing")
    elif deal.kind == "post" and outdated(text, slot, turn.now, zone):
        decision = Decision(PostState.SKIPPED, "stale")
    else:
        decision = await decide(turn.shop, deal, text, turn.now, turn.now)
    _carry_out(turn, deal, row, text or "", decision)


async def _text(turn: Turn, deal: Deal) -> str | None:
    """The leader's words, or for a reminder how things stand; None when nothing is open."""
    if deal.kind == "post":
        return deal.text
    lines = []
    for group_buy in collecting_in(turn.shop, deal.room_id)[:3]:
        await turn.load(SignUp, group_buy.number)
        lines.append(_standing(turn, group_buy))
    return "\n".join([*lines, "要的抓紧接龙～"]) if lines else None


def _standing(turn: Turn, group_buy: GroupBuy) -> str:
    settings = turn.shop.settings
    ends = ""
    if group_buy.deadline is not None:
        local = settings.local(group_buy.deadline)
        ends = f" {shown_moment(local, settings.local(turn.now))}截单，"
    told = progress_text(Book(turn.shop, group_buy))
    return f"⏰ 团{group_buy.number} {group_buy.title}{ends or '：'}{told}"


def _tell(
    turn: Turn,
    deal: Deal,
    slot: datetime,
    reason: str,
    *,
    until: datetime | None = None,
    more: int = 0,
) -> None:
    """The leader hears at once what did not go out and why."""
    settings = turn.shop.settings
    now = settings.local(turn.now)
    when = shown_moment(settings.local(slot), now)
    later = shown_moment(settings.local(until), now) if until is not None else ""
    others = f"（另有{more}次也错过）" if more else ""
    why = WHY[reason].format(until=later)
    what = "提醒截单" if deal.kind == "remind" else " ".join(deal.text.split())[:20]
    turn.say_to(deal.created_by, f"推送{deal.number}「{what}」{when}：{why}{others}。")


@router.event(NotDelivered)
async def never_delivered(turn: Turn, lost: NotDelivered) -> None:
    """A post that certainly did not go out was missed; the sender has told the leader."""
    found = POST_KEY.fullmatch(lost.idem_key)
    if found is None or lost.problem.startswith(IN_DOUBT):
        return
    rows = await turn.shop.find(DealPost, deal=int(found[1]), slot=datetime.fromisoformat(found[2]))
    turn.rows(DealPost).adopt(rows)
    for row in rows:
        if row.state == PostState.POSTED:
            row.state, row.reason = PostState.MISSED, "undelivered"


# -- one nudge -----------------------------------------------------------------------------------


@router.timer("nudge", rank=60)
async def nudge(turn: Turn, timer: DueTimer) -> None:
    """“差2份成团，还有1小时”: once, only when it helps, never in a quiet room (D5)."""
    group_buy = turn.rows(GroupBuy).get(int(timer.ref))
    if group_buy is None or not group_buy.collecting or group_buy.marks.get("nudged"):
        return
    room = turn.rows(Room).get(group_buy.room_id)
    local = turn.shop.settings.local(turn.now)
    if room is None or room.settings.get("noise") == "安静":
        return
    if (room.quiet_hours() or turn.shop.settings.quiet_hours).contains(local):
        return
    await turn.load(SignUp, group_buy.number)
    progress = Book(turn.shop, group_buy).progress()
    if progress.target is None or progress.reached or progress.count <= 0:
        return
    if progress.missing > max(progress.target / 4, Decimal(3)):
        return
    group_buy.mark("nudged", True)
    turn.say_in(
        room.id,
        f"团{group_buy.number} {group_buy.title}：{progress_text(Book(turn.shop, group_buy))}，"
        f"{turn.shop.settings.local(group_buy.deadline or turn.now):%H:%M}截止，缺的邻居抓紧～",
        urgency=Urgency.NUDGE,
    )
