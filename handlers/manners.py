"""Manners: how loud the bot is in a room, and whom it leaves in peace (C15, D8, H19, L20, L27)."""

import re
from datetime import datetime

from handlers import Chat, Filter, Router, fine, from_leader, in_agent_room, in_private
from handlers._words import written
from nlp.deadlines import find_times
from storage.people import Room
from storage.shop import RECENT

router = Router(
    "manners",
    rank=20,
    help_for={"buyer": "清静：别推了（不再@您推广）"},
)

NOISE = ("安静", "普通", "热闹")
_LEVEL = re.compile(
    r"(?:请?(?:把?群?里?)?(?:调|设|改|切换?|换|变|开)(?:成|为|到|回|得)?)?(?P<level>安静|普通|热闹)"
    r"(?P<mode>模式|一?点|档|级别)?[吧了啊。!！~]*"
)
_MUTE = re.compile(
    r"(?:小团)?(?:请?你?)?(?:闭嘴|禁言|别说话|不要说话|不许说话|住嘴|别出声|静音|安静闭嘴)(?:了|吧|啊|一下|小团|机器人)*[。!！~]*"
    r"|(?:让|叫)?(?:小团|机器人)(?:别说话|闭嘴|禁言|先?休息)(?:了|吧)?|(?:禁言|静音)(?:小团|机器人)[。!！]*"
)
_UNMUTE = re.compile(
    r"(?:小团)?(?:可以|能|请|恢复|开始)?(?:说话|发言|开口|出声)(?:了|吧|啊)*[。!！~]*"
    r"|(?:解除|取消)(?:小团|机器人)?(?:的)?(?:禁言|静音|闭嘴)(?:小团|机器人)?(?:了|吧)?"
)
_SHUT_UP = re.compile(
    r"(?:别|不要|勿|少|不许|不准|请?安静|免打扰|别再|静音)(?:说话|发言|吵|发消息|推送?|发东西|出声|打扰|发)?(?:了|哈|啊|吧)?"
)
_NO_QUIET = re.compile(r"(?:取消|关闭|恢复默认)(?:的)?(?:静音时段|安静时段|免打扰|勿扰)(?:时段|时间)?")
_OPT_OUT = re.compile(
    r"(?:请|麻烦|你|小团|能不能|可以)?(?:别|不要|勿|甭|停止|别再|不想再?被?)(?:老是?|总是?|一直|天天|再)?(?:给我)?"
    r"(?:@|艾特|推(?:送|销|广)?|发广告|打扰)(?:我|人|广告|消息)?(?:了|啦|吧|好吗|行吗|嘛)?[。!！?？~]*"
    r"|退订(?:推广|推送|广告)?|(?:取消|停止|关闭)(?:我的)?(?:推送|推广|广告|订阅)|别推我|我不要推送"
)
_OPT_IN = re.compile(
    r"(?:恢复|重新|打开|开启)(?:给我)?(?:推送|推广|订阅)|可以(?:继续)?(?:@|推|通知)我?了?|(?:继续|接着)推(?:送)?吧?"
)

in_group = ~in_private & ~in_agent_room


def _matches(pattern: re.Pattern[str]) -> Filter:
    return Filter(lambda chat: pattern.fullmatch(chat.text.strip()) is not None)


# -- the leader decides for the room -------------------------------------------------------------


def _calls_bot(chat: Chat) -> bool:
    return chat.message.addressed or "小团" in chat.text or "机器人" in chat.text


to_bot = Filter(_calls_bot)


@router.message(in_group & from_leader & to_bot & _matches(_MUTE))
async def mute(chat: Chat) -> None:
    """小团闭嘴: not a word more until told; what people order still counts."""
    room = _room(chat)
    if not room.settings.get("muted"):
        chat.reply("好，我不出声了，接龙照记。要我说话就说「小团说话」。")
        room.setting("muted", True)


@router.message(in_group & from_leader & _matches(_UNMUTE))
async def unmute(chat: Chat) -> bool | None:
    """小团说话: the silence ends."""
    room = _room(chat)
    if not room.settings.get("muted"):
        return False
    room.setting("muted", False)
    chat.reply("我回来了。")
    return None


@router.message(in_group & from_leader & _matches(_LEVEL))
async def noise(chat: Chat) -> bool | None:
    """安静 / 普通 / 热闹: how readily the bot speaks in this room (U14)."""
    found = _LEVEL.fullmatch(chat.text.strip())
    assert found is not None
    if not chat.message.addressed and found["mode"] is None and found[0] == found["level"]:
        return False
    level = found["level"]
    _room(chat).setting("noise", level)
    meaning = {
        "安静": "只答@我的问题，接龙攒着一起报，不催",
        "普通": "答在团商品的问题，接龙一起报",
        "热闹": "接龙报得勤一点",
    }
    chat.reply(f"好，改成{level}：{meaning[level]}。")
    return None


def _quiet_span(chat: Chat) -> list[str] | None:
    """The hours of 晚上10点后别说话, 22点到早上8点免打扰; None when the text is about something else."""
    text = chat.text.strip()
    if len(text) > 30 or not _SHUT_UP.search(text):
        return None
    first, until, rest = _halves(text)
    start, after = _hour_of(chat, first)
    if start is None or (until and after):
        return None
    end, after_end = _hour_of(chat, rest) if until else (None, "")
    left = after_end if until else after
    plain = re.sub(r"^(?:以后|之后|后|起|开始|之前|以前|前)?[,，\s]*(?:就|请|都)?(?:小团)?", "", left)
    if _SHUT_UP.fullmatch(plain.strip("。!！~ ")) is None:
        return None
    if end is None:
        return [f"{start:%H:%M}", f"{chat.shop.settings.quiet_hours.end:%H:%M}"]
    if start.hour >= 18 and end.hour >= 12 and not re.search(r"下午|晚|中午", rest):
        end = end.replace(hour=end.hour - 12)  # 晚上10点到8点 ends in the morning
    return [f"{start:%H:%M}", f"{end:%H:%M}"]


def _halves(text: str) -> tuple[str, str, str]:
    """What stands before and after the 到 of a span of hours."""
    found = re.search(r"到|至|~|-(?=\d)", text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _hour_of(chat: Chat, text: str) -> tuple[datetime | None, str]:
    """The clock time that a text begins with, and what stands after it."""
    found = find_times(text, chat.shop.settings.local(chat.now))
    if not found or found[0].start > 4 or not found[0].hour_said:
        return None, text
    return chat.shop.settings.local(found[0].at), text[found[0].end :]


@router.message(in_group & from_leader & Filter(lambda chat: _quiet_span(chat) is not None))
async def quiet_hours(chat: Chat) -> None:
    """晚上10点后别说话: the room's own quiet hours."""
    span = _quiet_span(chat)
    assert span is not None
    _room(chat).setting("quiet", span)
    chat.reply(f"好，本群 {span[0]}–{span[1]} 不发推送和提醒；有人问我还是会答。")


@router.message(in_group & from_leader & _matches(_NO_QUIET))
async def default_hours(chat: Chat) -> None:
    """The room goes by the shop's quiet hours again."""
    _room(chat).setting("quiet", None)
    hours = chat.shop.settings.quiet_hours
    chat.reply(f"好，恢复默认静音时段 {hours.start:%H:%M}–{hours.end:%H:%M}。")


def _room(chat: Chat) -> Room:
    room = chat.room
    assert room is not None
    return room


# -- everybody decides for himself ---------------------------------------------------------------


def _about_the_bot(chat: Chat) -> bool:
    """Said to the bot, or about it: its name, or soon after its own words."""
    if chat.message.addressed or "小团" in chat.text:
        return True
    return any(line.person_id == "bot" and chat.now - line.at <= RECENT for line in chat.recent)


def _says_opt_out(chat: Chat) -> bool:
    if _OPT_OUT.fullmatch(chat.text.strip()):
        return True
    # 别@我了 loses its @我了 to the reading of mentions: there the writer's own spelling counts.
    signed = "@" in chat.message.raw_text or "＠" in chat.message.raw_text
    return signed and _OPT_OUT.fullmatch(written(chat)) is not None


@router.message(Filter(_says_opt_out) | fine("opt_out"))
async def opt_out(chat: Chat) -> bool | None:
    """别推了, 别@我: at once, without a question (D8)."""
    if not _says_opt_out(chat) and not _about_the_bot(chat):
        return False
    if chat.is_leader and "我" not in written(chat):
        return False
    person = chat.person(chat.person_id)
    if not person.marks.get("opted_out"):
        person.mark("opted_out", True)
    chat.reply("好，不再@你推广；订单通知保留。", mention=True)
    return None


@router.message(_matches(_OPT_IN))
async def opt_in(chat: Chat) -> bool | None:
    """恢复推送: they may be called again."""
    person = chat.person(chat.person_id)
    if not person.marks.get("opted_out"):
        return False
    person.mark("opted_out", None)
    chat.reply("好，有活动会告诉你。", mention=True)
    return None
