"""The words that carry meaning in a group buy, each with the cues it gives; found in one pass."""

from functools import cache
from pathlib import Path
from typing import Any

(
    WHEN, ARRIVE, SEND, PARCEL, TRACK, STATION, PICKUP, PICKUP_CODE, URGE, DELIVER, FEE,
    CARRIER, WHERE, PRICE, CHEAPER, STOCK, RESTOCK, SPEC, USE, HOW, GENUINE, ADVICE, ASK,
    QUESTION_WORD, NOT_YET, WANT, JOIN, AGAIN, LESS, CHANGE, CHANGE_TO, CANCEL, UNWANTED,
    UNDO, MY, ORDER_NOUN, CONTACT, QUERY, HOW_MANY, SAME, EVERY, REST, QUEUE, SPLIT, DAMAGED,
    WRONG, MISSING, LATE, BAD, FAKE, REFUND, REPLACE, ILL, ANGRY, HUMAN, CALL, COMPLAIN, BOSS,
    OPEN, OPEN_SOFT, CLOSE, CLOSE_SOFT, REPORT, REOPEN, LEAD, DEADLINE, FOREIGN, ELSEWHERE,
    PAST, MAYBE, NEGATION, PRAISE, THANKS, GREETING, YES, NO, BOT, PAID, RECEIVED, FILLER,
    LAUGH, EVIDENCE, PROMISE, DAYS, PART, SHIP_TALK, KIN, PACKING, MONEY,
    TALK, ASKED, ITEMS, CONTACT_GIVEN, TAKES_BACK, TO_BOT,
) = (1 << i for i in range(95))  # fmt: skip

"""The last five are no words: a question was asked, items or a phone or address were found, there is a
sign of taking back (a minus, 退, 撤), the bot was spoken to."""

_FILE = Path(__file__).parent.parent / "data" / "cues.txt"


def words() -> dict[str, list[str]]:
    """The words of each cue, as `data/cues.txt` lists them."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    cues = (line.split() for line in lines if line and line[0] != "#")
    return {name: members for name, *members in cues}


@cache
def _automaton() -> Any:
    import ahocorasick

    masks: dict[str, int] = {}
    for name, members in words().items():
        for word in members:
            masks[word] = masks.get(word, 0) | int(globals()[name])
    automaton = ahocorasick.Automaton()
    for word, mask in masks.items():
        automaton.add_word(word, (len(word), mask))
    automaton.make_automaton()
    return automaton


def scan(text: str) -> tuple[int, bytearray]:
    """The cues of `text` as one mask, and which of its characters some cue explains."""
    mask = 0
    covered = bytearray(len(text))
    for end, (size, bits) in _automaton().iter(text):
        mask |= bits
        if size == 1:
            covered[end] = 1
        else:
            covered[end + 1 - size : end + 1] = b"\x01" * size
    return mask, covered
