"""Help: what the bot can do for whoever asks, and one short line for small talk (A15, A16)."""

import re

from handlers import Chat, Filter, Router, addressed, fine

router = Router("help", rank=70)

LINES = 6
"""A menu is no longer than this (A16)."""
FIRST = ("openings", "closings", "group_buys", "questions", "orders", "rolls", "tickets", "terms", "behalf")
"""What people need every day stands on top; the rest follows by rank."""
MUCH = 160
"""A longer menu is no reading for the whole group."""
IN_SHORT = {
    "leader": "开团、改价、截单、名单、收款、到货都直接跟我说。全部说明私发您了",
    "agent": "接单、回话、转人、完成都在这里说。全部说明私发您了",
    "buyer": "买、改、退、查、问，直接说就行。全部说明私发您了",
}
ONCE = 3
"""Minutes in which the same small talk is not answered again."""

_MENU = re.compile(
    r"(?:小团)?(?:你|这机器人)?(?:都)?(?:能|会|可以)(?:帮我?|为我)?(?:做|干)?(?:些|点)?(?:什么|啥|嘛)(?:呀|啊|呢|事)?[?？]?"
    r"|帮助|菜单|功能|help|(?:你|小团|这个?)?(?:要|该)?(?:怎么|咋|如何)(?:用|玩|弄|使用|操作)(?:你|小团|的)?[呀啊呢的]*[?？~]*|(?:使用)?说明|(?:你)?有(?:什么|啥|哪些)(?:功能|本事|用)[?？]?|有啥用[?？]?",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:小团)?(?:你|这机器人)?(?:真|好|太|很|挺|可真|也太|还挺|确实)?(?:聪明|厉害|棒|能干|可爱|贴心|靠谱|好用|给力|牛|强|快|不错|乖|懂事|机灵|神|细心|勤快)"
    r"(?:了|啊|呀|哦|的|啦|吧|呢|嘛|诶)*[。!！~👍]*|辛苦(?:了|啦|你了)?[。!！~]*|(?:爱|喜欢)你[。!！~哦]*|👍+|赞+[!！]*|点赞"
)
_GREETING = re.compile(
    r"(?:小团)?(?:你好|您好|hi|hello|嗨|哈喽|早|早上好|早安|上午好|中午好|下午好|晚上好|晚安|你?(?:还)?(?:在吗|在不在|在么))"
    r"(?:呀|啊|哦|吗|小团|～)*[。!！?？~]*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:谢谢|多谢|感谢|谢了|谢啦|3q|thanks?|thx|thank you)(?:你|小团|啦|了|哦|呀|哈)*[。!！~]*", re.I
)
_IDENTITY = re.compile(
    r"(?:小团)?你?(?:到底)?是(?:不是)?(?:个|真)?(?:真人|机器人|活人|人工智能|ai|人|谁|什么|程序|机器)(?:吗|吧|还是机器人|还是真人|呀|啊|么)*[?？。]*",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"(?:唱|讲|说)(?:个|首|一个|一首)?(?:歌|笑话|故事)|(?:吃|睡)(?:饭|觉)?了(?:吗|没)|无聊|陪我聊|多大了|几岁"
)

SMALL_TALK = (
    ("identity", _IDENTITY, "我是机器人小团，喊「人工」找真人。"),
    ("thanks", _THANKS, "不客气～"),
    ("praise_bot", _PRAISE, "谢谢～有事喊小团。"),
    ("greeting_bot", _GREETING, "在呢，有事直接说～"),
    ("chat", _CHAT, "这个我不会，买东西的事我在行～"),
)


def _kind_of(chat: Chat) -> tuple[str, str] | None:
    text = chat.text.strip()
    for kind, pattern, words in SMALL_TALK:
        whole = pattern.fullmatch(text) is not None
        if whole or (kind == "chat" and len(text) <= 10 and pattern.search(text)):
            return kind, words
        if chat.meaning.fine == kind:
            return kind, words
    return None


def _wants_menu(chat: Chat) -> bool:
    return chat.meaning.fine == "ability" or _MENU.fullmatch(chat.text.strip()) is not None


@router.message(addressed & (fine("ability") | Filter(_wants_menu)))
async def menu(chat: Chat) -> None:
    """小团能干嘛: what this person may ask for, in six lines at most; much of it in private."""
    whole = "\n".join(lines_for(_role(chat)))
    if chat.private or len(whole) <= MUCH:
        chat.reply(whole)
        return
    chat.whisper(whole)
    chat.reply(IN_SHORT[_role(chat)], mention=True)


def _role(chat: Chat) -> str:
    if chat.is_agent and not chat.is_leader:
        return "agent"
    return "leader" if chat.is_leader else "buyer"


def lines_for(role: str) -> list[str]:
    """The help of a role, made from what the capabilities say of themselves."""
    from handlers import capabilities  # here: the package lists this very file

    known = sorted(capabilities(), key=lambda r: FIRST.index(r.name) if r.name in FIRST else len(FIRST))
    lines = [r.help_for[role] for r in known if role in r.help_for]
    while len(lines) > LINES:
        short = min(range(len(lines) - 1), key=lambda i: len(lines[i]) + len(lines[i + 1]))
        lines[short : short + 2] = [f"{lines[short]} · {lines[short + 1]}"]
    return lines or ["我是小团，喊「人工」找真人。"]


@router.message(addressed & Filter(lambda chat: _kind_of(chat) is not None))
async def small_talk(chat: Chat) -> None:
    """Praise, a greeting, 你是真人吗: one short line, not the same one again and again."""
    found = _kind_of(chat)
    assert found is not None
    kind, words = found
    if chat.recall_flow(f"talk:{kind}", chat.room_id, chat.person_id) is not None:
        return
    chat.remember(f"talk:{kind}", chat.room_id, chat.person_id, ONCE)
    chat.reply(words)
