"""Deals: a leader says in words what is to be posted when; preview, list, pause, undo (D1, D3, D9)."""

import re
from datetime import UTC, datetime
from typing import Any

from handlers import Chat, Filter, Router, fine, from_leader, pending, says
from handlers._deals import UNDO, arm, echo, listed_line, room_meant, schedule_of
from handlers._schedules import Schedule, read_schedule
from handlers._words import written
from nlp.intents.social import is_no, is_yes
from storage.ad_law import Finding, check
from storage.deals import (
    Deal,
    DealPost,
    DealState,
    NoSuchDeal,
    PostState,
    TimeGone,
    in_room,
    next_slot,
    post_of,
)
from storage.people import Room

router = Router(
    "deals",
    rank=28,
    refusals={
        NoSuchDeal: "没有推送{number}，回「推送列表」看有哪些。",
        TimeGone: "这个时间已经过了，换个时间再说一次。",
    },
    help_for={"leader": "推送：每周五9点发：…；明晚8点提醒截单；推送列表；暂停推送"},
)

SHOWN = 8
_NUMBER = r"(?:推送|定时|第|#|号)*\s*(\d{1,5})?\s*(?:号|条|个)?"
_WORD = r"(?:推送|定时|预告)"
_LIST = re.compile(
    rf"(?:看看?|查|列出?)?(?:我的|本群的?)?{_WORD}(?:任务|消息|推送)?(?:列表|清单|有哪些|情况|计划)[?？]?"
    r"|有哪些(?:定时|推送)[?？]?"
)
_PREVIEW = re.compile(rf"(?:预览|看看?效果|试看)(?:一下)?{_NUMBER}[。!！]*")
_PAUSE = re.compile(
    rf"(?:暂停|停掉|停止|先停|停)(?:所有|全部|本群)?(?:的)?{_WORD}{_NUMBER}(?:吧|了)?"
    rf"|(?:先)?别(?:再)?(?:发|推)(?:了|啦)(?:吧)?|{_WORD}{_NUMBER}(?:先)?(?:暂停|停)(?:吧|了|一下)?"
)
_RESUME = re.compile(rf"(?:恢复|继续|重新开始|重启|打开)(?:所有|全部)?(?:的)?{_WORD}{_NUMBER}(?:吧|了)?")
_DELETE = re.compile(
    rf"(?:删除|删掉|删|取消|去掉|不要)(?:这条|这个)?(?:的)?{_WORD}(?:任务)?{_NUMBER}(?:了|吧)?"
)
_USE = re.compile(
    r"(?:改用|用(?:这个|新的|改的)|就这样(?:发)?|按(?:这个|你说的)(?:发|来)?|可以(?:发)?|替换|发这个)[吧了。!！]*"
)


# Where nothing is on offer understanding takes no notice of 撤销.
undoes = fine("undo") | says(
    r"(?:撤销|撤回|取消)(?:上一步|刚才的?|这条)?(?:吧|了)?[。!！]*|上一步不算|刚才(?:那条)?不算"
)
in_groups = Filter(lambda chat: chat.room is None or not chat.room.is_agent_room)


# -- answers to the bot's questions --------------------------------------------------------------


@router.message(in_groups & from_leader & pending("deal_text"))
async def text_given(chat: Chat) -> bool | None:
    """What to post, after a command that did not say it."""
    data = chat.pending("deal_text")
    assert data is not None
    if is_no(chat.text) or undoes(chat):
        chat.settle("deal_text")
        chat.reply("好，不设了。", mention=True)
        return None
    if schedule_of(chat) is not None or not chat.text.strip():
        return False
    chat.settle("deal_text")
    _create(chat, chat.rows(Room)[data["room"]], _from_json(data["schedule"], written(chat)))
    return None


@router.message(in_groups & from_leader & pending("deal_hour"))
async def hour_given(chat: Chat) -> bool | None:
    """“9点” after “每周五几点发？”."""
    data = chat.pending("deal_hour")
    assert data is not None
    now = chat.shop.settings.local(chat.now)
    again = data["said"].replace(data["when"], f"{data['when']}{chat.text.strip()}", 1)
    schedule = read_schedule(again, now)
    if schedule is None or not schedule.hour_said:
        if is_no(chat.text):
            chat.settle("deal_hour")
            chat.reply("好，不设了。", mention=True)
            return None
        return False
    chat.settle("deal_hour")
    _take(chat, chat.rows(Room)[data["room"]], schedule)
    return None


@router.message(in_groups & from_leader & pending("deal_fix"))
async def rewritten(chat: Chat) -> bool | None:
    """The answer to a forbidden word: the proposal, another text, or nothing."""
    data = chat.pending("deal_fix")
    assert data is not None
    deal = chat.rows(Deal).get(data["number"])
    if deal is None or schedule_of(chat) is not None:
        return False
    if is_no(chat.text) or undoes(chat):
        chat.settle("deal_fix")
        deal.state = DealState.DELETED
        chat.reply("好，这条不发了。", mention=True)
        return None
    text = data["rewrite"] if _USE.fullmatch(chat.text) or is_yes(chat.text) else written(chat)
    if text == written(chat) and (len(text) < 4 or chat.meaning.intent.startswith("leader_")):
        return False
    chat.settle("deal_fix")
    found = check(text)
    if found is not None:
        _propose(chat, deal, found)
        return None
    await _unblock(chat, deal, text)
    return None


async def _unblock(chat: Chat, deal: Deal, text: str) -> None:
    slot = deal.next_slot
    assert slot is not None
    blocked = await post_of(chat.shop, deal, slot)
    if blocked is not None:
        chat.rows(DealPost).drop(blocked)
    deal.text, deal.state = text, DealState.ACTIVE
    deal.resume(chat.now, chat.shop.settings.timezone)
    arm(chat, deal)
    echo(chat, deal)


# -- creating ------------------------------------------------------------------------------------


@router.message(in_groups & from_leader & Filter(lambda chat: schedule_of(chat) is not None))
async def create(chat: Chat) -> None:
    """“每周五9点发：…”, “明晚8点提醒截单”: set at once, echoed with its next time (contract §9.3)."""
    schedule = schedule_of(chat)
    assert schedule is not None
    _take(chat, room_meant(chat), schedule)


def _take(chat: Chat, room: Room, schedule: Schedule) -> None:
    if not schedule.hour_said:
        question = f"{schedule.when}几点发？回时间就行"
        chat.ask("deal_hour", question, room=room.id, when=schedule.when, said=written(chat))
    elif schedule.text is None:
        chat.ask("deal_text", "发什么？把要发的内容直接发给我", room=room.id, schedule=_to_json(schedule))
    else:
        _create(chat, room, schedule)


def _to_json(schedule: Schedule) -> dict[str, Any]:
    at = schedule.at.isoformat() if schedule.at is not None else None
    return {"rule": schedule.rule, "at": at, "kind": schedule.kind}


def _from_json(data: dict[str, Any], text: str) -> Schedule:
    at = datetime.fromisoformat(data["at"]) if data["at"] else None
    return Schedule(data["rule"], at, data["kind"], text)


def _create(chat: Chat, room: Room, schedule: Schedule) -> None:
    zone = chat.shop.settings.timezone
    slot = schedule.at.astimezone(UTC) if schedule.at is not None else None
    if schedule.rule is not None:
        slot = next_slot(schedule.rule, chat.now, zone)
    if slot is None or slot <= chat.now:
        raise TimeGone()
    deal = chat.rows(Deal).add(
        Deal(
            tenant_id=chat.shop.tenant,
            number=chat.shop.next_number("deal"),
            room_id=room.id,
            kind=schedule.kind,
            text=schedule.text or "",
            rule=schedule.rule,
            next_slot=slot,
            created_by=chat.person_id,
            created_at=chat.now,
        )
    )
    found = check(deal.text)
    if found is not None:
        deal.state = DealState.BLOCKED
        _blocked(chat, deal)
        _propose(chat, deal, found)
        return
    arm(chat, deal)
    echo(chat, deal)


def _blocked(chat: Chat, deal: Deal) -> None:
    assert deal.next_slot is not None
    chat.rows(DealPost).add(
        DealPost(
            tenant_id=chat.shop.tenant,
            deal=deal.number,
            room_id=deal.room_id,
            slot=deal.next_slot,
            state=PostState.BLOCKED,
            reason="ad_law",
            at=chat.now,
        )
    )


def _propose(chat: Chat, deal: Deal, found: Finding) -> None:
    words = "、".join(f"「{word}」" for word in found.words[:4])
    head = f"这条不能发：{words}违反广告法。"
    if found.rewrite and check(found.rewrite) is None:
        question = f"{head}改成这样？\n{found.rewrite}\n回「改用」，或发新的内容"
    else:
        question = f"{head}请重发一条不带这些词的内容"
    chat.ask("deal_fix", question, minutes=24 * 60, number=deal.number, rewrite=found.rewrite)


# -- looking after them --------------------------------------------------------------------------


def _whole(pattern: re.Pattern[str]) -> Filter:
    return Filter(lambda chat: pattern.fullmatch(chat.text.strip()) is not None)


def _number(chat: Chat, pattern: re.Pattern[str]) -> int | None:
    found = pattern.fullmatch(chat.text.strip())
    groups = found.groups() if found is not None else ()
    return next((int(value) for value in groups if value), None)


def _deals(chat: Chat, pattern: re.Pattern[str]) -> list[Deal]:
    """The deals a command is about: the one of its number, else all of the room."""
    number = _number(chat, pattern)
    room = room_meant(chat) if number is None or chat.room is not None else None
    if number is None:
        assert room is not None
        return in_room(chat.shop, room.id)
    deal = chat.rows(Deal).get(number)
    listed = deal is not None and deal.state in (DealState.ACTIVE, DealState.PAUSED)
    if deal is None or not listed or not chat.shop.is_leader(chat.person_id, deal.room_id):
        raise NoSuchDeal(number=number)
    return [deal]


@router.message(in_groups & from_leader & _whole(_LIST))
async def listed(chat: Chat) -> None:
    """推送列表: what comes when."""
    deals = in_room(chat.shop, room_meant(chat).id)
    if not deals:
        chat.reply("还没有定时推送。说「每周五9点发：内容」就能设。")
        return
    lines = [listed_line(chat, deal) for deal in deals[:SHOWN]]
    if len(deals) > SHOWN:
        lines.append(f"还有{len(deals) - SHOWN}条")
    chat.reply("\n".join(lines))


@router.message(in_groups & from_leader & _whole(_PREVIEW))
async def preview(chat: Chat) -> bool | None:
    """预览: the full text as it will be posted."""
    deals = _deals(chat, _PREVIEW)
    if not deals:
        return False
    deal = deals[-1]
    if deal.kind == "remind":
        chat.reply(f"推送{deal.number}：到点报还在团的截止时间和还差多少。")
    else:
        chat.reply(f"推送{deal.number}预览：\n{deal.text}", as_written=True)
    return None


@router.message(in_groups & from_leader & _whole(_PAUSE))
async def pause(chat: Chat) -> bool | None:
    """暂停推送, 别发了: all of the room, or the one of the number."""
    running = [d for d in _deals(chat, _PAUSE) if d.state == DealState.ACTIVE]
    if not running and not chat.message.addressed and "推送" not in chat.text:
        return False
    for deal in running:
        deal.state = DealState.PAUSED
        chat.cancel_timer("post", str(deal.number))
    names = "、".join(f"推送{deal.number}" for deal in running)
    chat.reply(f"好，已暂停{names}。要继续说「恢复推送」" if running else "现在没有在跑的推送。")
    return None


@router.message(in_groups & from_leader & _whole(_RESUME))
async def resume(chat: Chat) -> bool | None:
    """恢复推送: on with the next slot; what was due meanwhile is not made up for."""
    resting = [d for d in _deals(chat, _RESUME) if d.state == DealState.PAUSED]
    if not resting:
        return False
    lines = []
    for deal in resting:
        try:
            slot = deal.resume(chat.now, chat.shop.settings.timezone)
        except TimeGone:
            lines.append(f"推送{deal.number} 的时间已过，没有恢复")
            continue
        chat.timer("post", str(deal.number), slot)
        lines.append(listed_line(chat, deal))
    chat.reply("\n".join(["✅ 已恢复：", *lines]))
    return None


@router.message(in_groups & from_leader & _whole(_DELETE))
async def delete(chat: Chat) -> bool | None:
    """删除推送2; 撤销 brings it back for a while."""
    number = _number(chat, _DELETE)
    deals = _deals(chat, _DELETE)
    if not deals:
        return False
    if number is None and len(deals) > 1:
        chat.reply("删哪条？回「删除推送1」这样。\n" + "\n".join(listed_line(chat, d) for d in deals[:3]))
        return None
    deal = deals[0]
    was = deal.state
    deal.state = DealState.DELETED
    chat.cancel_timer("post", str(deal.number))
    chat.remember("deal_undo", chat.room_id, chat.person_id, UNDO, number=deal.number, do="delete", was=was)
    chat.reply(f"好，推送{deal.number} 已删除。误删回「撤销」")
    return None


def _other_command(chat: Chat) -> bool:
    changed = chat.meaning.intent.startswith(("join_", "change_", "cancel_", "leader_"))
    return changed and chat.meaning.fine != "undo"


@router.message(from_leader & Filter(_other_command))
async def something_else(chat: Chat) -> bool:
    """After another command 撤销 means that one."""
    chat.forget("deal_undo", chat.room_id, chat.person_id)
    return False


@router.message(in_groups & from_leader & undoes)
async def undo(chat: Chat) -> bool | None:
    """撤销: the deal that was just set is gone, the one just deleted is back."""
    last = chat.recall_flow("deal_undo", chat.room_id, chat.person_id)
    deal = chat.rows(Deal).get(last["number"]) if last is not None else None
    if last is None or deal is None:
        return False
    chat.forget("deal_undo", chat.room_id, chat.person_id)
    if last["do"] == "create":
        deal.state = DealState.DELETED
        chat.cancel_timer("post", str(deal.number))
        chat.reply(f"好，推送{deal.number} 已撤销。")
        return None
    deal.state = last["was"]
    if deal.state == DealState.ACTIVE:
        chat.timer("post", str(deal.number), deal.resume(chat.now, chat.shop.settings.timezone))
    chat.reply(f"✅ 已恢复：{listed_line(chat, deal)}")
    return None


@router.message(in_groups & from_leader & Filter(lambda chat: _confirms(chat)))
async def confirmed(chat: Chat) -> None:
    """A 确定 after the echo is silently accepted (contract §9.3)."""


def _confirms(chat: Chat) -> bool:
    last = chat.recall_flow("deal_undo", chat.room_id, chat.person_id)
    return last is not None and last["do"] == "create" and is_yes(chat.text)
