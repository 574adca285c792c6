"""Questions: what is on file about goods, prices, times and ways; what is not is asked of the leader."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers import Chat, DueTimer, Filter, Recall, Router, Turn, intent, kind
from handlers._answers import LINES, Composed, Missing, Place, compose
from handlers._group_buys import home_room
from handlers._hearing import HELD, ellipsis, for_the_bot, hold, just_said, names_in
from handlers._late import closed_lately
from handlers._questions import Asked, asked_in, in_words, load_lines, open_subjects, spoken_of
from nlp.aspects import aspects_in
from storage.flows import EVERYONE, Flow
from storage.group_buys.find import collecting_in
from storage.outbox import Urgency
from storage.people import Member, Room
from storage.questions import Question, same_open

router = Router(
    "questions",
    rank=60,
    help_for={"buyer": "问：多少钱、甜不甜、还有吗、几点截止、怎么付"},
)

HOT = 5
"""Minutes in which the same question gets the fact again, shortly (A10)."""
LONG = 80
"""Characters of an answer that a group is spared; the person gets it in private (A11)."""

text_or_voice = kind("text", "voice")
# -- hearing -------------------------------------------------------------------------------------


def _holds(chat: Chat) -> bool:
    return chat.recall_flow(HELD, chat.room_id, chat.person_id) is not None


@router.message(Filter(_holds) & text_or_voice)
async def fragment(chat: Chat) -> bool | None:
    """A few more words of a question that waits: another aspect, or the product's name."""
    asked = asked_in(chat)
    if chat.meaning.intent in ("product_question", "logistics_question"):
        hold(chat, asked)
        return None
    named = in_words(chat, chat.text, home_room(chat)) if len(chat.text) <= 10 else []
    if chat.meaning.intent != "chitchat" or not named:
        return False
    hold(chat, Asked(asked.id, chat.text, (), None, tuple(named), True))
    return None


_HOW_TO = re.compile(
    r"(?:怎么|怎样|咋|如何)(?:才能|才可以|能)?(?:去)?(?:买|下单|订|预[订定]|接龙|接|报名?|参加|参团"
    r"|团购?)(?:的|得|呀|啊|呢|吗|法)*[?？~]*$"
)
_LATE = re.compile(r"还能(?:再)?(?:加|报|买|接|要|订)|还?来得及|漏了我|忘[了记](?:加|报|接|要|订)")


@router.message(text_or_voice & Filter(lambda chat: bool(_HOW_TO.search(chat.text))))
async def how_to_order(chat: Chat) -> bool | None:
    """“这个草莓怎么买呀”: by saying it."""
    home = home_room(chat)
    if chat.is_leader or len(chat.text) > 24 or home is None or not collecting_in(chat.shop, home):
        return False
    several = len(open_subjects(chat, home)) > 1
    example = "「A2」「B1」这样" if several else "「+1」或「要2份」"
    chat.reply(f"直接说要几份就行，比如{example}，我来登记", mention=True)
    return None


@router.message(intent("product_question") & Filter(lambda chat: bool(_LATE.search(chat.text))))
async def asks_late(chat: Chat) -> bool | None:
    """“忘了加一盒草莓，现在还能加吗” after the end: told so, with a way on (S38)."""
    home = home_room(chat)
    if chat.is_leader or home is None or collecting_in(chat.shop, home):
        return False
    closed = closed_lately(chat)
    if closed is None:
        return False
    chat.reply(f"团{closed.number}已截单。要排候补就说要什么、几份，团长加单会告诉您", mention=True)
    return None


@router.message(intent("product_question", "logistics_question") & text_or_voice)
async def hear(chat: Chat) -> bool | None:
    """“草莓甜吗”, “多少钱”, “几点截止”: held for a moment, then answered as one."""
    if ellipsis(chat):
        return None
    asked = asked_in(chat)
    if not for_the_bot(chat, asked):
        return False
    if not asked.products:
        asked = just_said(chat, asked)
    if not asked.products and _OF_THE_BOT.fullmatch(chat.text):
        return False  # 小团，怎么用: the help answers
    hold(chat, asked)
    return None


@router.message(intent("complaint") & text_or_voice & Filter(lambda chat: chat.meaning.fine == "policy"))
async def asks_policy(chat: Chat) -> bool | None:
    """“坏了包赔吗”, “能退吗”, asked by somebody to whom nothing has come: how the shop does it."""
    asked = asked_in(chat)
    if not for_the_bot(chat, asked):
        return False
    hold(chat, replace(asked, aspects=("policy",)))
    return None


_OF_THE_BOT = re.compile(
    r"(?:你|小团|这个?)?(?:要|该)?(?:怎么|咋|如何)(?:用|玩|弄|使用|操作)(?:你|小团|的)?[呀啊呢的]*[?？~]*"
)


@router.message(intent("chitchat") & text_or_voice & Filter(lambda chat: len(chat.text) <= 40))
async def named_fact(chat: Chat) -> bool | None:
    """“鸡蛋呢？” after a question, and words to the bot that only name a fact (“草莓配料表”)."""
    if chat.meaning.fine is not None or chat.is_agent:
        return False
    if ellipsis(chat):
        return None
    aspects = aspects_in(chat.text)
    if not chat.message.addressed or not aspects or len(chat.text) > 20:
        return False
    named = names_in(chat)
    asked = Asked(chat.message.id, chat.text, tuple(aspects), None, tuple(named), bool(named))
    hold(chat, asked)
    return None


@router.event(Recall)
async def taken_back(turn: Turn, recall: Recall) -> None:
    """A question that is recalled before its answer gets none."""
    message = recall.message_key.partition(":")[2]
    held = turn.recall_flow(HELD, recall.room_id, recall.person_id)
    if held is None:
        return
    parts = [part for part in held["parts"] if part["id"] != message]
    if parts:
        turn.remember(HELD, recall.room_id, recall.person_id, 10, **{**held, "parts": parts})
    else:
        turn.forget(HELD, recall.room_id, recall.person_id)


# -- answering -----------------------------------------------------------------------------------


@router.timer("answer", rank=20)
async def answer_held(turn: Turn, timer: DueTimer) -> None:
    """The fragments are complete: one answer to all, for the last of them."""
    room_id, person_id = timer.data["room"], timer.data["person"]
    held = turn.rows(Flow).get((room_id or "", person_id, HELD))
    if held is None:
        return
    data = held.data
    turn.forget(HELD, room_id, person_id)
    parts = [Asked.from_json(part) for part in data["parts"]]
    turn.cause = parts[-1].id
    place = Place(room_id, data["home"], person_id)
    if room_id is not None:
        await turn.load(Member, room_id)
    await load_lines(turn, place.home)
    asking = [part for part in _joined(parts) if part.aspects]
    made = await compose(turn, asking, place)
    if made.missing and place.home is None:
        place = Place(room_id, await _some_room_of(turn, person_id), person_id)
    _say(turn, made, asking, place)
    _remember(turn, made, place)


async def _some_room_of(turn: Turn, person_id: str) -> str | None:
    """A room whose leader can be asked for somebody who has never spoken in one."""
    served = [r.id for r in turn.rows(Room) if r.served and not r.is_agent_room]
    seen = {m.room_id for m in await turn.shop.find(Member, person_id=person_id) if m.present}
    return next((room_id for room_id in served if room_id in seen), served[0] if served else None)


def _joined(parts: Sequence[Asked]) -> list[Asked]:
    """A bare product name joins the question before or after it."""
    names = next((part.products for part in parts if not part.aspects), ())
    if not names:
        return list(parts)
    return [
        part
        if part.products or not part.aspects
        else Asked(part.id, part.text, part.aspects, part.sub, names, True, part.heard)
        for part in parts
    ]


def _say(turn: Turn, made: Composed, parts: Sequence[Asked], place: Place) -> None:
    lines = list(made.lines)
    if made.missing:
        lines.append(_not_on_file(turn, made, place))
    if not lines:
        lines = ["想问哪个商品？说下名字就行。"]
    heard = "，".join(part.heard for part in parts if part.heard)
    if heard:
        lines[0] = f"听到：{heard}。{lines[0]}"
    if place.room is None:
        turn.say_to(place.person, "\n".join(lines))
        return
    text = _short(turn, made, place) if not made.missing else None
    if text is None and (len(lines) > LINES or sum(map(len, lines)) > LONG * 2 or _lengthy(made)):
        turn.say_to(place.person, "\n".join(lines))
        text = f"有点长，私发你了（{_gist(lines[0])}）"
    turn.say_in(place.room, text or "\n".join(lines), mention=(place.person,))


def _lengthy(made: Composed) -> bool:
    return any(len(line) > LONG for line in made.lines)


def _gist(line: str) -> str:
    return line if len(line) <= 24 else f"{line[:24]}…"


def _short(turn: Turn, made: Composed, place: Place) -> str | None:
    """The fact again, shortly, when the room has just heard it (A10); the first time None."""
    topic = "+".join([*sorted(s.name for s in made.subjects[:3]), *sorted(made.aspects)])
    kind = f"hot:{topic}"[:120]
    before = turn.recall_flow(kind, place.room, EVERYONE)
    at = f"{turn.shop.settings.local(turn.now):%H:%M}"
    if before is None or before["text"] != made.lines:
        turn.remember(kind, place.room, EVERYONE, HOT, at=at, text=made.lines)
        return None
    if _lengthy(made):
        return None
    return f"↑{before['at']}答过：{'；'.join(made.lines)}"


def _remember(turn: Turn, made: Composed, place: Place) -> None:
    if len(made.subjects) == 1:
        spoken_of(turn, made.subjects[0], made.aspects, place.person, place.room)
    if made.sources:
        sources = "、".join(dict.fromkeys(s for one in made.sources for s in one.split("；")))
        of_goods = len(made.subjects) == 1 and "商品资料" in sources
        name = made.subjects[0].name if of_goods else ""
        turn.remember("last_answer", place.room, place.person, 30, source=sources, product=name)


# -- not on file ---------------------------------------------------------------------------------


def _not_on_file(turn: Turn, made: Composed, place: Place) -> str:
    """“资料里没写，已问团长”: and the leader is really asked (law 7)."""
    asked = [ask_leader(turn, missing, place) for missing in made.missing]
    waiting = "有答复我@你" if place.room is not None else "有答复我告诉你"
    shown = "、".join(dict.fromkeys(m.shown for m in made.missing if m.shown))
    what = f"{shown}资料里没写" if made.lines and shown else "资料里没写"
    if any("没有凭证" in line for line in made.lines):
        what = "凭证的事"
    if not any(asked):
        own = place.home is not None and turn.shop.is_leader(place.person, place.home)
        return (
            "资料里没写，您知道就回「存为知识：…」，以后我来答"
            if own
            else "资料里没写，我记下了，等团长来答。"
        )
    return f"{what}，已问团长，{waiting}"


def ask_leader(turn: Turn, missing: Missing, place: Place) -> bool:
    """Put a question to the leader of the room; who asks the same waits with the first."""
    home = place.home or ""
    same = same_open(turn.shop, home, missing.product, missing.about)
    if same is not None:
        same.wait_too(place.room or "", place.person)
        return bool(same.leader_id)
    leaders = turn.shop.leaders_of(home) if home else []
    leader = leaders[0] if leaders else turn.shop.settings.lead
    if home and turn.shop.is_leader(place.person, home):
        return False  # who could answer asks: nobody else is to be asked
    if leader == place.person:
        leader = None
    number = turn.shop.next_number("question")
    turn.rows(Question).add(
        Question(
            tenant_id=turn.shop.tenant,
            number=number,
            room_id=place.room or "",
            home=home,
            asker_id=place.person,
            text=missing.asked.text,
            product=missing.product,
            message=missing.asked.id,
            asked_at=turn.now,
            leader_id=leader or "",
        )
    )
    if leader is not None:
        _put_to(turn, leader, number, missing, place)
    return leader is not None


def _put_to(turn: Turn, leader: str, number: int, missing: Missing, place: Place) -> None:
    who = turn.name(place.person, place.room)
    about = f"（{missing.product}）" if missing.product not in ("", missing.about) else ""
    turn.say_to(
        leader,
        f"❓问题{number} {who}问{about}：{missing.asked.text}\n资料里没写。回这条，我去告诉TA并记住。",
        urgency=Urgency.RESULT,
    )
    before: dict[str, Any] = turn.recall_flow("questions_put", None, leader) or {"numbers": []}
    numbers = [*before["numbers"], number][-9:]
    turn.remember("questions_put", None, leader, 72 * 60, numbers=numbers)
