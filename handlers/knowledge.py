"""Knowledge: leaders answer what nobody knew; it reaches who asked and is known from then on."""

import re
from datetime import timedelta

from handlers import Chat, Filter, Router, from_leader
from handlers._group_buys import home_room
from handlers._questions import all_words, in_words, open_subjects
from handlers._words import written
from storage.catalogue import by_name
from storage.outbox import OutboxRow
from storage.people import Member
from storage.questions import Question, learn, open_for, open_in, topic

router = Router(
    "knowledge",
    rank=8,
    help_for={"leader": "问答：没答上来的、问题3：答案、存为知识：…"},
)

SHOWN = 6
SOON = timedelta(minutes=15)
ANSWER_AT_MOST = 40
"""Characters; a longer word to somebody in the group is talk."""
_TALKS = re.compile(r"[你您我他她]|谢|哈哈")
_BY_NUMBER = re.compile(r"(?:回复?|答)?问题\s*#?(\d{1,6})\s*[:：,，\s]\s*(?P<answer>\S[\s\S]*)")
_NUMBER = re.compile(r"问题\s*#?(\d{1,6})")
_STORE = re.compile(r"(?:存为|存入|记为|加入?)(?:知识库?|资料)\s*[:：,，\s]\s*(?P<fact>\S[\s\S]*)")
_LIST = re.compile(
    r"(?:有(?:哪些|什么)?|看看?|列出?)?(?:没|未)(?:能)?(?:答|上|回答|回复|解答)(?:上|出)?(?:来)?的?(?:问题)?(?:有哪些|列表|呢|有吗)?[?？]?"
    r"|(?:待|未)(?:答|回答|回复)(?:的)?(?:问题|列表)?"
)
_SOURCE = re.compile(
    r"(?:小团)?你?(?:是)?(?:咋|怎么|怎|从哪|哪里|哪儿)(?:里|儿)?(?:会|就)?(?:知道|晓得|得知|来|看到|听说|看的|查)(?:的|到的)?(?:呀|啊|呢)?[?？]*"
    r"|(?:这是)?(?:谁说的|哪来的消息|有(?:什么|啥)?依据(?:吗|么)?|依据(?:呢|是什么|是啥)?|消息来源|你确定(?:吗)?|真的假的)[?？]*"
)
_NO_IDEA = re.compile(
    r"(?:我)?(?:也)?(?:不知道|不清楚|不晓得|不确定|没问到|问不到|不了解)(?:啊|呢|诶)?[。!！~]*"
)
_COMMAND = re.compile(
    r"^(?:开团|接龙|截单|名单|统计|进货单|分货单|导出|推送|定时|预览|暂停|恢复|删除|取消|撤销|帮助|我的|人工|公告|设|交班|每[天周日月]"
    r"|(?:不?同意|批准|拒绝|驳回|确认退款)\s*#?[aA]\s?\d|#?[aA]\s?\d{3})"
)
_OTHER = ("leader_open", "leader_close", "leader_report", "query_my_orders", "ask_human")


# -- the leader answers --------------------------------------------------------------------------


@router.message(from_leader & Filter(lambda chat: _BY_NUMBER.fullmatch(chat.text) is not None))
async def answer_by_number(chat: Chat) -> bool | None:
    """“问题3：非有机，有农残检测报告”, wherever it is said."""
    said = _BY_NUMBER.fullmatch(chat.text)
    assert said is not None
    question = _open_question(chat, int(said[1]))
    if question is None:
        return False
    own = _BY_NUMBER.fullmatch(written(chat)) or said
    await _pass_on(chat, question, own["answer"].strip())
    return None


@router.message(from_leader & Filter(lambda chat: chat.message.quote_id is not None))
async def answer_by_quote(chat: Chat) -> bool | None:
    """A leader quotes the question, the bot's note of it, or “已问团长”, and says the answer."""
    question = await _quoted(chat)
    if question is None or not chat.text.strip():
        return False
    await _pass_on(chat, question, written(chat))
    return None


@router.message(from_leader & Filter(lambda chat: chat.room_id is not None and bool(chat.message.mentions)))
async def answer_by_mention(chat: Chat) -> bool | None:
    """“@王姐 是羔羊肉” soon after her question: who reads along needs to hear it only once."""
    waiting = [q for q in open_in(chat.shop, chat.room_id or "") if q.asker_id in chat.message.mentions]
    fresh = [q for q in waiting if chat.now - q.asked_at <= SOON and _open_question(chat, q.number)]
    if not fresh or len(chat.text) > ANSWER_AT_MOST or _TALKS.search(chat.text) or not _like_an_answer(chat):
        return False
    await _pass_on(chat, fresh[-1], written(chat), heard=fresh[-1].asker_id)
    return None


@router.message(from_leader & Filter(lambda chat: chat.private))
async def answer_next(chat: Chat) -> bool | None:
    """The leader's next private message after the bot asked him something."""
    put = chat.recall_flow("questions_put", None, chat.person_id)
    if put is None or not _like_an_answer(chat):
        return False
    waiting = [q for q in open_for(chat.shop, chat.person_id) if q.number in put["numbers"]]
    if not waiting:
        chat.forget("questions_put", None, chat.person_id)
        return False
    if len(waiting) > 1:
        listed = "\n".join(f"问题{q.number} {q.text[:20]}" for q in waiting[-4:])
        chat.reply(f"答的是哪个？引用那条回，或说「问题{waiting[-1].number}：答案」\n{listed}")
        return None
    await _pass_on(chat, waiting[0], written(chat))
    return None


def _like_an_answer(chat: Chat) -> bool:
    text, meaning = chat.text.strip(), chat.meaning
    if not text or chat.message.kind not in ("text", "voice"):
        return False
    if _COMMAND.search(text) or _STORE.fullmatch(text) or _LIST.fullmatch(text):
        return False
    if meaning.intent in _OTHER and meaning.confidence >= 0.8:
        return False
    if meaning.fine in ("ability", "identity", "forget_me", "show_my_data", "undo", "opt_out"):
        return False
    return not re.search(r"[?？]$|(?:吗|么|呢)$", text)


def _open_question(chat: Chat, number: int) -> Question | None:
    question = chat.rows(Question).get(number)
    if question is None or question.state != "open":
        return None
    may = chat.person_id == question.leader_id or chat.shop.is_leader(chat.person_id, question.home or None)
    return question if may else None


async def _quoted(chat: Chat) -> Question | None:
    message = chat.message
    named = _NUMBER.search(message.quote_text or "") if message.quotes_bot else None
    if named is not None:
        return _open_question(chat, int(named[1]))
    causes = {message.quote_id}
    if message.quotes_bot:
        rows = await chat.shop.find(OutboxRow, sent_id=message.quote_id)
        causes |= {row.cause for row in rows}
    for question in open_in(chat.shop, chat.room_id or ""):
        if question.message in causes:
            return _open_question(chat, question.number)
    return None


async def _pass_on(chat: Chat, question: Question, text: str, heard: str | None = None) -> None:
    """Tell everybody who asked but `heard`, and keep it as knowledge unless it is a shrug."""
    shrug = _NO_IDEA.fullmatch(text) is not None
    for room_id, asked in question.settle(text):
        people = [person for person in asked if person != heard]
        if not people:
            continue
        words = f"「{question.text[:20]}」团长回复：{text}"
        if room_id:
            await chat.load(Member, room_id)
            chat.say_in(room_id, words, mention=people)
        else:
            for person in people:
                chat.say_to(person, words)
    if not shrug:
        words_of = _names_of(chat, question.product)
        about = topic(question.text, words_of)
        learn(
            chat.shop, chat.new_id(), question.product, question.text, about, text,
            chat.person_id, chat.now,
        )  # fmt: skip
    if chat.private:
        who = chat.name(question.asker_id, question.home or None)
        chat.reply(f"✅ 已转给{who}" + ("。" if shrug else "，下次我直接答。"))


def _names_of(chat: Chat, product: str) -> list[str]:
    row = by_name(chat.shop, product) if product else None
    return [product, *(row.aliases if row is not None else [])]


# -- what is missing, what is known --------------------------------------------------------------


@router.message(from_leader & Filter(lambda chat: _LIST.fullmatch(chat.text.strip()) is not None))
async def unanswered(chat: Chat) -> None:
    """没答上来的: what waits for a leader's answer (A18)."""
    if chat.room_id is not None:
        waiting = open_in(chat.shop, chat.room_id)
    else:
        waiting = [q for q in chat.rows(Question) if _open_question(chat, q.number) is not None]
    if not waiting:
        chat.reply("都答上来了，没有欠着的问题。")
        return
    lines = [
        f"问题{q.number} {chat.name(q.asker_id, q.home or None)}：{q.text[:24]}"
        + (f"（{q.product}）" if q.product and q.product not in q.text else "")
        for q in waiting[:SHOWN]
    ]
    more = f"，先列{SHOWN}个" if len(waiting) > SHOWN else ""
    head = f"没答上来的{len(waiting)}个{more}，回「问题{waiting[0].number}：答案」"
    text = "\n".join([head, *lines])
    if chat.private or len(lines) <= 3:
        chat.reply(text)
    else:
        chat.whisper(text)
        chat.reply(f"没答上来的{len(waiting)}个，私发您了。")


@router.message(from_leader & Filter(lambda chat: _STORE.fullmatch(chat.text.strip()) is not None))
async def store(chat: Chat) -> None:
    """存为知识：不送上楼 (L22)."""
    said = _STORE.fullmatch(written(chat)) or _STORE.fullmatch(chat.text.strip())
    assert said is not None
    fact = said["fact"].strip()
    named = in_words(chat, fact, home_room(chat))
    product = named[0] if len(named) == 1 else ""
    question, _, told = re.sub(r"[？?]\s*", "？", fact).partition("？")
    words = [*_names_of(chat, product), *all_words(open_subjects(chat, home_room(chat)))]
    about = topic(question, words)
    learn(
        chat.shop, chat.new_id(), product, question, about, told.strip() or fact,
        chat.person_id, chat.now,
    )  # fmt: skip
    chat.reply(f"记下了：{told.strip() or fact}")


@router.message(Filter(lambda chat: _SOURCE.fullmatch(chat.text.strip()) is not None))
async def provenance(chat: Chat) -> bool | None:
    """你咋知道: what the last answer to this person rests on (A19)."""
    last = chat.recall_flow("last_answer", chat.room_id, chat.person_id)
    just_now = bool(chat.recent) and chat.recent[-1].person_id == "bot"
    if last is None or not (chat.message.addressed or just_now):
        return False
    about = f"（{last['product']}）" if last["product"] else ""
    chat.reply(f"依据：{last['source']}{about}", mention=True)
    return None
