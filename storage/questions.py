"""Questions that nobody could answer yet, and what leaders have answered since (A5, A18)."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON
from sqlmodel import Field

from storage.rows import Row, UtcDateTime
from storage.shop import Shop

OPEN, ANSWERED = "open", "answered"
ALIKE = 0.5
"""Share of pairs of characters that two wordings of one question have in common at least."""

CONTAINED = 0.9
"""The likeness of a wording that holds the whole other one."""

_FILLER = re.compile(
    r"请问|想问(?:一?下)?|问一?下|麻烦|你好|您好|有没有|有木有|是不是|能不能|可不可以|会不会|要不要|行不行|对不对"
    r"|是否|可以|多少钱|什么价|怎么卖|多少|什么时候|什么|怎么样?|哪里|哪个|这个|那个|这款|那款|这种|那种|咱们?|我们"
    r"|你们|团长|小团|老板|一下|到底|呢|吗|么|嘛|吧|啊|呀|哦|哈|啦|的|了|是|有(?![机毒害效籽核糖盐刺骨])|没|不|能|会|要|都|还|和|跟|它"
)
_SIGNS = re.compile(r"[\W_]+")


def _open_ones(table: Any) -> Any:
    return table.c.state == OPEN


class Question(Row, table=True):
    """What a buyer asked and no record answers; the leader has been asked instead.

    `room_id` "" is the private chat; `also`: who else waits, as [room, person] pairs.
    """

    index_by = ("room_id",)
    where_live = _open_ones

    tenant_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    room_id: str
    home: str
    """The room whose leader was asked; the same as room_id unless it was asked in private."""
    asker_id: str
    text: str
    product: str = ""
    message: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    leader_id: str = ""
    also: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    state: str = OPEN
    answer: str = ""

    def wait_too(self, room_id: str, person_id: str) -> None:
        """Somebody else wants to hear the answer."""
        if person_id != self.asker_id and [room_id, person_id] not in self.also:
            self.also = [*self.also, [room_id, person_id]]

    def settle(self, answer: str) -> list[tuple[str, list[str]]]:
        """It is answered; who is to be told, by room ("" in private)."""
        self.state, self.answer = ANSWERED, answer
        told: dict[str, list[str]] = {self.room_id: [self.asker_id]}
        for room_id, person_id in self.also:
            told.setdefault(room_id, []).append(person_id)
        return list(told.items())


class Knowledge(Row, table=True):
    """A fact that somebody answerable for it has said, and when: the provenance of an answer."""

    index_by = ("product",)

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    product: str = ""
    """The product's name; "" for the shop as a whole."""
    question: str
    topic: str
    answer: str
    said_by: str
    said_at: datetime = Field(sa_type=UtcDateTime)


def topic(text: str, names: Iterable[str] = ()) -> str:
    """What a question is about once the product and the words of asking are taken away."""
    for name in sorted(names, key=len, reverse=True):
        if name:
            text = text.replace(name, "")
    return _SIGNS.sub("", _FILLER.sub("", text.lower()))


def alike(a: str, b: str) -> float:
    """How much two topics have in common: 0 to 1."""
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    if a in b or b in a:
        return CONTAINED if min(len(a), len(b)) >= 2 else 0.0
    first, second = ({x + y for x, y in pairwise(text)} for text in (a, b))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def known(shop: Shop, product: str, about: str) -> Knowledge | None:
    """What a leader has said on this before: of the product, else of the shop; the latest wins."""
    rows = [*shop.rows(Knowledge).by("product", product)]
    if product:
        rows += shop.rows(Knowledge).by("product", "")
    fitting = [(alike(row.topic, about), row.said_at, row.id, row) for row in rows]
    best = max((f for f in fitting if f[0] >= ALIKE), default=None, key=lambda f: f[:3])
    return best[3] if best else None


def learn(
    shop: Shop, id: str, product: str, question: str, about: str, answer: str, by: str, now: datetime
) -> Knowledge:
    """Keep an answer; an older one to the same question makes way."""
    for row in shop.rows(Knowledge).by("product", product):
        if row.topic == about and about:
            shop.rows(Knowledge).drop(row)
    return shop.rows(Knowledge).add(
        Knowledge(
            tenant_id=shop.tenant,
            id=id,
            product=product,
            question=question,
            topic=about,
            answer=answer,
            said_by=by,
            said_at=now,
        )
    )


def open_in(shop: Shop, home: str) -> list[Question]:
    """The room's questions that wait for an answer, oldest first."""
    waiting = [q for q in shop.rows(Question) if q.home == home and q.state == OPEN]
    return sorted(waiting, key=lambda question: question.number)


def open_for(shop: Shop, leader_id: str) -> list[Question]:
    """What a leader has been asked and not answered yet, oldest first."""
    waiting = [q for q in shop.rows(Question) if q.leader_id == leader_id and q.state == OPEN]
    return sorted(waiting, key=lambda question: question.number)


def same_open(shop: Shop, home: str, product: str, about: str) -> Question | None:
    """The waiting question that asks the same."""
    for question in open_in(shop, home):
        if question.product == product and alike(topic(question.text, [product]), about) >= ALIKE:
            return question
    return None


async def unanswered_state(shop: Shop, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Open questions as contract §3 gives them."""
    waiting: Sequence[Question] = sorted(shop.rows(Question), key=lambda q: q.number)
    return [
        {
            "room": question.room_id or None,
            "question": question.text,
            "asker": question.asker_id,
            "at": question.asked_at.astimezone(zone).isoformat(),
        }
        for question in waiting
        if question.state == OPEN
    ]
