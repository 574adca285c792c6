"""People: serving a room, greeting it once, who may do what, and who may not."""

import re

from handlers import (
    Arrival,
    Chat,
    Filter,
    Router,
    Turn,
    from_leader,
    gate,
    in_agent_room,
    in_private,
    intent,
    pending,
    says,
)
from handlers._declining import decline, stranger
from nlp.intents.social import is_no, is_yes
from storage.deals import in_room as deals_in_room
from storage.group_buys import in_room, live
from storage.people import LEADER, Room
from storage.questions import open_in
from storage.roles import NoSuchMember, SeveralMembers, appoint, dismiss, hand_over, member_named

router = Router(
    "people",
    rank=5,
    refusals={
        NoSuchMember: "群里没找到「{name}」，请直接@TA。",
        SeveralMembers: "群里有 {count} 位「{name}」，请直接@那一位。",
    },
    help_for={"leader": "人：设李姐为副团长、交班给李姐、小团闭嘴、晚上10点后别说话"},
)

GREETING = (
    "大家好，我是机器人小团，帮大家接龙、答商品问题、找客服。"
    "只记录和下单售后有关的话；私聊我「删除我的信息」可删除。"
)

in_group = ~in_private & ~in_agent_room
not_served = in_group & gate("unserved", lambda chat: chat.room is not None and not chat.room.served)

_NAME = r"@?\s*(?P<name>[^\s,，。!！:：@]{1,20}?)"
_APPOINT = re.compile(
    rf"(?:请?(?:设|让|任命|加|指定|升|立)|@)\s*{_NAME}\s*(?:为|当|做|成为?|作)?\s*(?:我的|本群的?)?(?:副团长|副手|助理团长|小团长)[吧了啊。!]*"
)
_DISMISS = re.compile(
    rf"(?:取消|撤掉|撤销|免去|去掉|移除|不要)\s*{_NAME}\s*的?(?:副团长|副手|助理团长)(?:职务|身份|权限)?[吧了啊。!]*"
)
_HAND_OVER = re.compile(
    rf"(?:(?:交班|交接|移交|把团(?:长|购)?(?:交|移交|让))(?:工作)?给|团长(?:换成|交给|让给|改成))\s*{_NAME}[吧了啊。!]*"
)
_ROLE_WORDS = re.compile("团长|副手|交|移")
_SERVE = r"(?:启用|开启|开始服务|开工|上岗|激活|启动)(?:小团|机器人)?[吧了啊!！。~]*"
_CLEAR = re.compile(
    r"(?:小团|大家|团长|好了?|那|快|赶紧|现在|马上|可以|我要|我来)*[,，\s]*"
    r"(?:(?:截单|截团|封单|结团|封团|收单|停止接龙|重开|延长)\d*(?:到?.{0,8})?|再开.{1,4}|取消(?:本|这)?(?:个)?团购?|这团不做)"
    r"(?:了|吧|啦|啊|哈)*[。!！~]*"
)
_OPENS = re.compile(r"(?:小团|我要|我来|我想)*[,，\s]*开个?(?:新)?团")


# -- serving a room ------------------------------------------------------------------------------


@router.message(not_served)
async def serve_or_stay_silent(chat: Chat) -> bool:
    """A room is served once its owner addresses the bot or opens a group buy (contract §9.14)."""
    room = chat.room
    assert room is not None
    if not chat.is_leader:
        return True
    room.served = True
    greet(chat, room)
    return False


@router.message(in_group & from_leader & says(_SERVE))
async def serve(chat: Chat) -> bool | None:
    """“@小团 启用”: the greeting is the answer; later it is only confirmed."""
    if not chat.message.addressed:
        return False
    room = chat.room
    assert room is not None
    if not chat.said:
        chat.reply("已经启用了，有事喊小团。")
    return None


@router.event(Arrival)
async def arrived(turn: Turn, arrival: Arrival) -> None:
    """The bot was invited: one line about what is recorded and why."""
    room = turn.rows(Room).get(arrival.room_id)
    if room is not None and arrival.bot and room.served:
        greet(turn, room)


def greet(turn: Turn, room: Room) -> None:
    """Say once per room who the bot is, what is recorded, and how to be forgotten (L1)."""
    if not room.greeted:
        room.greeted = True
        turn.say_in(room.id, GREETING)


@router.message(says(r"(?:查(?:一下)?)?我的?(?:编号|id|账号id|微信id)(?:是(?:多少|什么|啥)?|多少)?[?？]?"))
async def my_id(chat: Chat) -> bool | None:
    """我的编号: the id by which config names a leader or an agent; never said in a group."""
    if chat.private:
        chat.reply(f"您的编号：{chat.person_id}")
    elif chat.message.addressed:
        chat.reply("编号请私聊我问。", mention=True)
    else:
        return False
    return None


# -- roles ---------------------------------------------------------------------------------------

leads = Filter(lambda chat: LEADER in chat.roles)


def _asks_roles(chat: Chat) -> bool:
    if _ROLE_WORDS.search(chat.text) is None:
        return False
    return any(p.fullmatch(chat.text) for p in (_APPOINT, _DISMISS, _HAND_OVER))


role_words = Filter(_asks_roles)


@router.message(in_group & from_leader & leads & role_words)
async def change_roles(chat: Chat) -> bool | None:
    """设李姐为副团长, 交班给李姐: by the leader himself, for one member, after a yes."""
    room_id = chat.room_id
    assert room_id is not None
    for kind, pattern, question in (
        ("appoint", _APPOINT, "设 {name} 为副团长？可以开团、截单、改价。回「确认」"),
        ("dismiss", _DISMISS, "不再让 {name} 当副团长？回「确认」"),
        ("hand_over", _HAND_OVER, "把团长交给 {name}？之后由TA做主，您改为副团长。回「确认」"),
    ):
        said = pattern.fullmatch(chat.text)
        if said is None:
            continue
        person = chat.message.mentions[0] if chat.message.mentions else None
        person = person or member_named(chat.shop, room_id, said["name"])
        if person == chat.person_id:
            chat.reply("您已经是团长了。", mention=True)
            return None
        name = chat.name(person, room_id)
        chat.ask("role", question.format(name=name), minutes=10, person=person, do=kind)
        return None
    return False


@router.message(in_group & leads & pending("role"))
async def roles_confirmed(chat: Chat) -> bool | None:
    """The yes or no to a change of roles; anything else leaves the question open."""
    asked = chat.pending("role")
    room = chat.room
    assert asked is not None
    assert room is not None
    if is_no(chat.text):
        chat.settle("role")
        chat.reply("好，不变。", mention=True)
        return None
    if not is_yes(chat.text):
        return False
    chat.settle("role")
    person, name = asked["person"], chat.name(asked["person"], room.id)
    if asked["do"] == "appoint":
        appoint(chat.shop, room.id, person)
        chat.reply(f"✅ {name} 现在是副团长。要撤说「取消{name}副团长」")
    elif asked["do"] == "dismiss":
        dismiss(chat.shop, room.id, person)
        chat.reply(f"✅ {name} 不再是副团长。")
    else:
        hand_over(chat.shop, room.id, chat.person_id, person)
        for group_buy in in_room(chat.shop, room.id):
            if group_buy.leader_id == chat.person_id:
                group_buy.leader_id = person
        chat.reply(f"✅ 团长交给 {name} 了，{chat.sender} 改为副团长。")
        chat.say_to(person, _summary(chat, room))
    return None


def _summary(turn: Turn, room: Room) -> str:
    """What the new leader takes over (C13)."""
    running = [g for g in live(turn.shop) if g.room_id == room.id]
    lines = [f"「{room.name or '本群'}」交给您了："]
    lines += [f"团{g.number} {g.title}" for g in running[:5]] or ["没有进行中的团"]
    deals, questions = deals_in_room(turn.shop, room.id), open_in(turn.shop, room.id)
    if deals:
        lines.append(f"定时推送 {len(deals)} 条（回「推送列表」看）")
    if questions:
        lines.append(f"没答上来的问题 {len(questions)} 个（回「没答上来的」看）")
    return "\n".join(lines)


# -- who may not ---------------------------------------------------------------------------------


@router.message(stranger & intent("leader_close", "leader_open"))
async def only_leaders(chat: Chat) -> bool | None:
    """A leader's command from somebody who is none: one neutral line, and nothing changes."""
    closes = chat.meaning.intent == "leader_close"
    clear = _CLEAR.fullmatch(chat.text.strip()) if closes else _OPENS.match(chat.text.strip())
    if chat.meaning.confidence < 0.7 or clear is None or (closes and not _concerns(chat)):
        return False
    decline(chat)
    return None


@router.message(stranger & in_group & role_words)
async def roles_of_strangers(chat: Chat) -> bool | None:
    """设我为团长 from a member."""
    decline(chat)
    return None


def _concerns(chat: Chat) -> bool:
    return chat.message.addressed or (chat.room_id is not None and bool(in_room(chat.shop, chat.room_id)))
