"""Scams and namesakes: the group is warned in one line, the leader hears who said what (F5, F6)."""

from handlers import Arrival, Chat, Filter, Router, Turn, in_agent_room
from nlp.normalize import BOT_NAME
from nlp.scams import claimed_role, scam, skeleton
from storage.flows import EVERYONE
from storage.people import LEADER, Role
from storage.privacy import mask_private

router = Router("scams", rank=7)

WARNING = {
    "code": "⚠ 提醒：团长和客服不会要验证码、银行卡号或密码，谁要都别给。",
    "place": "⚠ 提醒：退款只走原路，不会让大家加别的群或扫码，别点。",
    "payee": "⚠ 提醒：付款只认团长原来的方式，换收款人请先问团长本人。",
    "lure": "⚠ 提醒：刷单、中奖、解冻账户都是骗局，别转钱。",
}
ONCE_IN_MINUTES = 10

by_member = Filter(lambda chat: not chat.roles)
tricks = Filter(lambda chat: scam(chat.text) is not None)
claims = Filter(lambda chat: claimed_role(chat.text) is not None)


@router.message(tricks & by_member & ~in_agent_room)
async def warn(chat: Chat) -> bool | None:
    """Words of a scam from somebody without a role; in private it is a worried question."""
    kind = scam(chat.text)
    assert kind is not None
    if chat.room_id is None:
        chat.reply(WARNING[kind])
        return None
    if not chat.room or not chat.room.served:
        return False
    if chat.recall_flow(f"warned_{kind}", chat.room_id, EVERYONE) is None:
        chat.remember(f"warned_{kind}", chat.room_id, EVERYONE, ONCE_IN_MINUTES)
        chat.say_in(chat.room_id, WARNING[kind], urgency="handoff")
    chat.say_to_leaders(
        chat.room_id,
        f"⚠ {chat.sender} 在群里发了可疑内容，已提醒大家：\n{mask_private(chat.message.raw_text)[:80]}",
    )
    return None


@router.message(claims & by_member & ~in_agent_room)
async def not_the_leader(chat: Chat) -> bool | None:
    """“我是团长” from somebody who is not: authority is by id, and the group may know (F6)."""
    if chat.room_id is None or not chat.room or not chat.room.served:
        return False
    role = claimed_role(chat.text)
    same = looks_like_staff(chat, chat.sender, chat.room_id)
    if chat.recall_flow("namesake", chat.room_id, chat.person_id) is None:
        chat.remember("namesake", chat.room_id, chat.person_id, 60)
        why = "只是名字像，" if same else ""
        who = f"不是{role}" if role != BOT_NAME else "不是机器人小团"
        chat.reply(f"⚠ 提醒：这位{who}，{why}付款退款请认准团长本人。", mention=True, urgency="handoff")
        chat.say_to_leaders(chat.room_id, f"⚠ {chat.sender} 在群里自称{role}，不是登记的人。")
    return None


def looks_like_staff(turn: Turn, name: str, room_id: str) -> bool:
    """Whether a display name can be taken for a leader's, an agent's or the bot's."""
    wanted = skeleton(name)
    names = [BOT_NAME]
    for role in (*turn.rows(Role).by("room_id", room_id), *turn.rows(Role).by("room_id", "")):
        names += [role.name, turn.shop.name_of(role.person_id, room_id)]
    return bool(wanted) and any(skeleton(known) == wanted for known in names if known)


@router.event(Arrival)
async def namesake_came(turn: Turn, arrival: Arrival) -> None:
    """Somebody new is called like the leader, an agent or the bot: the leader hears it in private."""
    leaders = {r.person_id for r in turn.rows(Role).by("room_id", arrival.room_id) if r.role == LEADER}
    for person, name in arrival.people.items():
        staff = person in leaders or any(r.person_id == person for r in turn.rows(Role).by("room_id", ""))
        if name and not staff and looks_like_staff(turn, name, arrival.room_id):
            turn.say_to_leaders(
                arrival.room_id, f"⚠ 新成员「{name}」的名字和您或客服很像，注意冒充；TA没有任何权限。"
            )
