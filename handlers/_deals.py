"""What a leader's words about deals have in common: which room, which schedule, and how a deal reads."""

import re
from typing import Any

from handlers._chat import Ask, Chat
from handlers._schedules import Schedule, read_schedule, shown_moment, shown_rule
from handlers._words import written
from storage.ad_law import advice
from storage.deals import Deal, DealState
from storage.people import Room

UNDO = 10
"""Minutes in which 撤销 takes a deal back (C2)."""


def room_meant(chat: Chat) -> Room:
    """The room a leader speaks of: this one; in private the only one he leads, or the one he names."""
    if chat.room is not None:
        return chat.room
    led = [
        room
        for room in chat.rows(Room)
        if room.served and not room.is_agent_room and chat.shop.is_leader(chat.person_id, room.id)
    ]
    named = [room for room in led if room.name and room.name in chat.message.raw_text]
    if len(named or led) == 1:
        return (named or led)[0]
    listed = "、".join(room.name or room.id for room in led[:6])
    raise Ask(f"发到哪个群？{listed}。请连群名再说一次", "which_room")


def schedule_of(chat: Chat) -> Schedule | None:
    text = written(chat)
    if chat.room is None:
        for room in chat.rows(Room):
            if room.name:
                name = rf"(?:在|到|往|给|发到)?{re.escape(room.name)}(?:里)?"
                text = re.sub(name, "", text, count=1)
    return read_schedule(text, chat.shop.settings.local(chat.now))


def arm(chat: Chat, deal: Deal) -> None:
    assert deal.next_slot is not None
    chat.timer("post", str(deal.number), deal.next_slot)
    chat.remember("deal_undo", chat.room_id, chat.person_id, UNDO, number=deal.number, do="create")


def echo(chat: Chat, deal: Deal) -> None:
    settings = chat.shop.settings
    assert deal.next_slot is not None
    slot, now = settings.local(deal.next_slot), settings.local(chat.now)
    what = "提醒截单" if deal.kind == "remind" else _short(deal.text)
    head = f"{shown_rule(deal.rule)}，下次 " if deal.rule is not None else ""
    lines = [f"✅ 推送{deal.number}：{head}{shown_moment(slot, now)}", f"内容：{what}"]
    hours = _quiet(chat, deal)
    if hours.contains(slot):
        lines.append(f"这个点是静音时段，会顺延到 {hours.end:%H:%M} 发。")
    hint = advice(deal.text)
    lines.append((f"提醒：{hint}。" if hint else "") + "回「预览」看全文，不要就回「撤销」")
    if chat.private:
        room = chat.rows(Room)[deal.room_id]
        lines[0] += f"（{room.name or room.id}）"
    chat.reply("\n".join(lines))


def _quiet(chat: Chat, deal: Deal) -> Any:
    room = chat.rows(Room).get(deal.room_id)
    return (room.quiet_hours() if room else None) or chat.shop.settings.quiet_hours


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 30 else f"{line[:30]}…"


def listed_line(chat: Chat, deal: Deal) -> str:
    settings = chat.shop.settings
    what = "提醒截单" if deal.kind == "remind" else _short(deal.text)
    if deal.state == DealState.PAUSED or deal.next_slot is None:
        when = "已暂停"
    else:
        when = f"下次 {shown_moment(settings.local(deal.next_slot), settings.local(chat.now))}"
    by = chat.name(deal.created_by, deal.room_id)
    return f"推送{deal.number} {shown_rule(deal.rule)}｜{when}｜{what}（{by}设）"
