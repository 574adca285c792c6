"""Gates: one member's flood of messages or another bot's chatter must not make this bot chatter, too.

What a message changes stays changed; only the answers to it are held back (T8, A20).
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from handlers import Chat
from storage.outbox import OutboxRow, Urgency

WINDOW = timedelta(seconds=60)
ANSWERS = 12
"""Answers to one member of a group within the window; the next one is the last for a while."""
LOOP_GAP = timedelta(seconds=2)
LOOP_TURNS = 3
"""So many answered messages, each within the gap after the bot's word, look like another bot."""
PEOPLE = 10_000


class _Talk:
    __slots__ = ("answers", "last_answer", "told", "turns")

    def __init__(self) -> None:
        self.answers: deque[datetime] = deque(maxlen=ANSWERS)
        self.last_answer: datetime | None = None
        self.turns = 0
        self.told = False


class Gates:
    """Counts answers per member, in memory."""

    def __init__(self) -> None:
        self._talks: OrderedDict[tuple[str | None, str], _Talk] = OrderedDict()

    def after(self, chat: Chat) -> None:
        """Look at what a handled message made the bot say in a group, and hold back the excess."""
        answers = [row for row in chat.said if row.urgency == Urgency.ANSWER and row.room_id]
        if not answers or chat.room_id is None or chat.roles:
            return
        talk = self._talk((chat.room_id, chat.person_id))
        if self._too_much(talk, chat.now):
            chat.why("held back: too many answers to one member")
            self._hold_back(chat, answers, talk)
            return
        talk.told = False
        talk.answers.append(chat.now)
        talk.last_answer = chat.now

    def _too_much(self, talk: _Talk, now: datetime) -> bool:
        quick = talk.last_answer is not None and now - talk.last_answer <= LOOP_GAP
        talk.turns = talk.turns + 1 if quick else 0
        full = len(talk.answers) == ANSWERS and now - talk.answers[0] <= WINDOW
        return full or talk.turns >= LOOP_TURNS * 2

    def _hold_back(self, chat: Chat, answers: list[OutboxRow], talk: _Talk) -> None:
        outbox = chat.rows(OutboxRow)
        for row in answers:
            outbox.drop(row)
            chat.said.remove(row)
        if not talk.told:
            talk.told = True
            chat.reply("您发得太快啦，我先歇一会儿，已记下的都算数。", mention=True)

    def _talk(self, key: tuple[str | None, str]) -> _Talk:
        talk = self._talks.get(key)
        if talk is None:
            talk = self._talks[key] = _Talk()
            while len(self._talks) > PEOPLE:
                self._talks.popitem(last=False)
        return talk
