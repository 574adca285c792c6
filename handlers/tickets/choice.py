"""A person or the bot: who would rather be looked after by people is, from the first word on (E27)."""

import re

from handlers import Chat
from handlers.tickets.calling import call_human
from storage.people import HUMAN_FIRST
from storage.roles import member_named
from storage.tickets import of_customer

_PEOPLE = r"(?:真人|人工|客服|活人)"
_HUMANS = re.compile(
    rf"(?:我?(?:以后|今后|之后|下次|每次|一直)(?:都|就|直接|有事)?(?:都|就|直接)?(?:给我|帮我|要|想)?(?:转|找|接|用|要|让)?{_PEOPLE}(?:来|就行|吧|服务|回我)?"
    rf"|(?:我)?只(?:要|找|跟|和){_PEOPLE}(?:说|聊|谈)?|(?:别|不要|不想)(?:再)?(?:让|用|找|跟|和)?(?:机器人|小团)(?:来|回我|说|聊|跟我说)?(?:了)?)[吧啊。!！~]*"
)
_LATER = re.compile(r"我?(?:以后|今后|之后|下次|每次)")
"""A wish for the future alone calls nobody now."""
_BOT = re.compile(
    rf"(?:以后|还是|先){{0,2}}(?:都|就)?(?:用|找|问|让|跟)?(?:机器人|小团)(?:来|回我)?(?:就行|就可以|就好|先来)[了吧。!！~]*|(?:以后)?不用(?:直接)?(?:转|找){_PEOPLE}了?[吧。!！~]*"
)
_NAME = r"@?\s*(?P<name>[^\s,，。!！:：@]{1,20}?)"
_ELDER = re.compile(rf"(?:请?(?:设|把|让)\s*)?{_NAME}\s*(?:为|当|是|算)(?:长辈|老人)[吧了。!！~]*")
_NO_ELDER = re.compile(rf"(?:取消|撤销|去掉)\s*{_NAME}\s*的?(?:长辈|老人)(?:设置|身份)?[吧了。!！~]*")


def asks_for(chat: Chat) -> bool:
    """Words about who is to answer from now on, said to the bot."""
    if chat.roles or not (chat.message.addressed or chat.meaning.intent == "ask_human"):
        return False
    return _HUMANS.fullmatch(chat.text) is not None or _BOT.fullmatch(chat.text) is not None


async def choose(chat: Chat) -> None:
    """“以后都找真人”, “机器人就行”: it holds until it is said otherwise."""
    wants_people = _HUMANS.fullmatch(chat.text) is not None
    chat.person(chat.person_id).mark(HUMAN_FIRST, True if wants_people else None)
    if not wants_people:
        chat.reply("好，以后先由我来，要真人随时说「人工」。", mention=True)
        return
    now = of_customer(chat.shop, chat.person_id) or not _LATER.match(chat.text)
    if now:
        await call_human(chat)
    told = "记住了：您的售后以后直接转真人，我不多问。想改回来说「机器人就行」。"
    chat.whisper(told if now else f"{told}\n现在就有事，回「人工」。")
    if not chat.private and not now:
        chat.reply("记住了，私聊您说。", mention=True)


def names_an_elder(chat: Chat) -> bool:
    """A leader says of a member of the group that he is old, or is not."""
    if chat.room is None or not chat.is_leader or ("长辈" not in chat.text and "老人" not in chat.text):
        return False
    return _ELDER.fullmatch(chat.text) is not None or _NO_ELDER.fullmatch(chat.text) is not None


async def set_elder(chat: Chat) -> None:
    """“设李阿姨为长辈”: his cases go to people at once. Raises NoSuchMember, SeveralMembers."""
    undone = _NO_ELDER.fullmatch(chat.text)
    said = undone or _ELDER.fullmatch(chat.text)
    assert said is not None
    assert chat.room_id is not None
    person = chat.message.mentions[0] if chat.message.mentions else None
    person = person or member_named(chat.shop, chat.room_id, said["name"])
    chat.person(person).mark(HUMAN_FIRST, None if undone else True)
    name = chat.name(person, chat.room_id)
    chat.reply(f"✅ {name} 的售后{'先由小团接' if undone else '以后直接转真人'}。")
