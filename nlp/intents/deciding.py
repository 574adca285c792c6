"""The rules vote on what a message means, a model weighs the votes, the surroundings have the last word."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import exp
from operator import itemgetter
from typing import Any, Protocol

from nlp.complaints import complaint, is_review
from nlp.features import GOODS
from nlp.intents import (
    cancelling,
    changing,
    joining,
    leader,
    own_orders,
    polite,
    questions,
    service,
    social,
    way,
)
from nlp.intents import cues as c
from nlp.intents.filling import filled
from nlp.intents.reading import NAME, PERSON, Reading, Verdict
from nlp.model import Share

CERTAIN = 0.93
"""A rule this confident decides alone."""
SURE = 0.6
"""Without a model the best vote must be this confident."""
SURE_OF_BLAME = 0.8
"""A rule this confident hears a complaint where the model of reviews hears none."""
QUIET = 1.2
"""What silence is given in advance (in logarithms): a guess must be worth a word."""
_VOTE = {"complaint": 1.0, "product_question": 1.0, "logistics_question": 1.0}
_UNVOTED = {
    "complaint": 0.0,
    "product_question": 0.0,
    "logistics_question": 0.0,
    "chitchat": 0.0,
    "join_group_buy": 1.8,
    "cancel_sign_up": 1.5,
}
"""How much a vote weighs; wording that only a grammar can judge weighs 2."""

_ALONE = {
    "ask_human": 0.8,
    "change_sign_up": 0.85,
    "cancel_sign_up": 0.9,
    "complaint": 0.85,
    "leader_close": 0.8,
    "leader_open": 0.8,
    "leader_report": 0.85,
    "logistics_question": 0.85,
    "product_question": 0.9,
    "query_my_orders": 0.8,
}
"""A vote that nobody disputes decides from here on."""
_ANY = -1
_RULES: tuple[tuple[int, Callable[[Reading], Verdict | None]], ...] = (
    (_ANY, leader.command),
    (_ANY, changing.note),
    (
        c.BOT | c.TALK | c.PAID | c.RECEIVED | c.SPLIT | c.PRAISE | c.THANKS | c.GREETING,
        social.reaction,
    ),
    (c.HUMAN | c.CALL | c.COMPLAIN | c.BOSS | c.TALK, service.human),
    (c.OPEN | c.OPEN_SOFT | c.DEADLINE, leader.opening),
    (c.CLOSE | c.CLOSE_SOFT | c.REOPEN | c.LEAD, leader.closing),
    (
        c.QUERY | c.MY | c.TO_BOT | c.QUESTION_WORD | c.JOIN | c.ASKED | c.MISSING | c.MONEY,
        own_orders.own_orders,
    ),
    (c.REPORT | c.HOW_MANY | c.QUESTION_WORD | c.MISSING, leader.report),
    (c.CANCEL | c.UNWANTED | c.UNDO | c.TAKES_BACK, cancelling.cancel),
    (
        c.CHANGE | c.CHANGE_TO | c.LESS | c.AGAIN | c.UNWANTED | c.MY | c.DELIVER | c.PICKUP
        | c.CONTACT_GIVEN,
        changing.change,
    ),
    (service.HARM, service.complaint),
    (
        c.WHEN | c.ARRIVE | c.SEND | c.DELIVER | c.PARCEL | c.TRACK | c.STATION | c.PICKUP | c.PICKUP_CODE
        | c.URGE | c.NOT_YET | c.ASKED,
        way.logistics,
    ),
    (questions.NEEDS | c.ASKED, questions.product),
    (c.ITEMS | c.JOIN | c.EVERY | c.REST | c.QUEUE | c.SAME | c.WANT, joining.join),
)  # fmt: skip
"""Each rule with the cues of which it needs at least one."""


class Guesser(Protocol):
    """A model of intents: labels with probabilities, best first."""

    def shares(self, text: str) -> Sequence[Share]:
        """Every intent with its share of one, its likeliest sub, and the share of that."""

    def __hash__(self) -> int:
        """Opinions are remembered for each model."""


def decide(r: Reading, model: Guesser | None) -> Verdict:
    """What the message means; without a model the best vote decides."""
    return _gated(r, _decided(r, model))


_TAKEN_BACK = re.compile(
    r"(?<!不要)(?<!不要了)[,，。]\s*(?:那|就|还是|哎|唉)*(?:算了|当我没说)(?:吧|啊|哈|不要了)*[。!~]*$"
)
"""“帮我也记一板，不对，你奶奶已经记了，那算了”."""


def _decided(r: Reading, model: Guesser | None) -> Verdict:
    """The rules vote; one that is certain decides alone, else the model weighs their votes."""
    mask = r.mask
    if mask & c.ITEMS and _TAKEN_BACK.search(r.text):
        return Verdict(confidence=0.95, rule="taken back in the same breath")
    if mask & c.ITEMS and (order := joining.plain(r) or polite.order(r)):
        return order
    votes: dict[str, Verdict] = {}
    for cues, rule in _RULES:
        if not mask & cues:
            continue
        verdict = rule(r)
        if verdict is None:
            continue
        if verdict.confidence >= CERTAIN:
            return verdict
        known = votes.get(verdict.intent)
        if known is None or known.confidence < verdict.confidence:
            votes[verdict.intent] = verdict
    if len(votes) == 1:
        (only,) = votes.values()
        if only.confidence >= _ALONE.get(only.intent, CERTAIN) and only.sub != "spec":
            return only
    if model is None:
        best = max(votes.values(), key=lambda v: v.confidence, default=None)
        return best if best is not None and best.confidence >= SURE else Verdict(rule="nothing sure")
    if _is_review(r, votes):
        return _reviewed(r, votes.get("complaint"))
    return _blamed(r, votes) or _weighed(r, votes, model)


_REVIEW = 20
"""Characters from which a statement is read as a review of what came."""
_LONG_REVIEW = 36
"""Characters from which even a text that asks something is."""


def _is_review(r: Reading, votes: dict[str, Verdict]) -> bool:
    if r.length <= _REVIEW or votes.keys() & {"join_group_buy", "leader_open", "ask_human"}:
        return False
    return r.length > _LONG_REVIEW or not (r.question or votes.keys() - {"complaint", "chitchat"})


_PLAIN_BLAME = 0.9
"""How sure the model of reviews must be of blame in prose that also asks something."""


def _blamed(r: Reading, votes: dict[str, Verdict]) -> Verdict | None:
    """Prose of a line or two that blames: 难吃，肉还是生的, 这么贵的东西还有坏的？"""
    if not is_review(r.text) or votes.keys() & {"join_group_buy", "leader_open", "ask_human"}:
        return None
    found = complaint(for_model(r.text))
    asks = r.question or votes.keys() - {"complaint", "chitchat"}
    if found is None or (asks and found.confidence < _PLAIN_BLAME):
        return None
    return _reviewed(r, votes.get("complaint"))


def _reviewed(r: Reading, voted: Verdict | None) -> Verdict:
    """A long statement: praise and blame are weighed by the model of reviews."""
    found = complaint(for_model(r.text))
    if found is None:
        if voted is not None and voted.confidence >= SURE_OF_BLAME:
            return voted
        return Verdict(confidence=0.7, rule="a long statement")
    verdict = voted or Verdict("complaint", rule="model of reviews")
    verdict.sub, verdict.confidence = found.sub, max(verdict.confidence if voted else 0.0, found.confidence)
    verdict.flags, verdict.urgency = found.flags, found.urgency
    return verdict


def _weighed(r: Reading, votes: dict[str, Verdict], model: Guesser) -> Verdict:
    text = for_model(r.text)
    short = len(text) <= _SHORT
    elsewhere = r.has(c.FOREIGN | c.ELSEWHERE) and not r.named
    if votes:
        shares = _remembered(model, text) if short else model.shares(text)
        best, sub, confidence = _with_votes(r, shares, votes, elsewhere)
    else:
        best, sub, confidence = (_unvoted_of if short else _unvoted)(model, text, elsewhere)
    voted = votes.get(best)
    if voted is not None:
        voted.confidence = confidence
        if voted.sub is not None:
            voted.sub = sub or voted.sub
        return voted
    if best == "join_group_buy" and r.question and not r.polite and not r.has(c.ITEMS):
        return Verdict(confidence=confidence, rule="a question orders nothing")  # 我带，要几盒
    if best == "chitchat":
        return Verdict(confidence=confidence, rule="model")
    return filled(r, best, sub, confidence)


def _with_votes(
    r: Reading, shares: Sequence[Share], votes: dict[str, Verdict], elsewhere: bool
) -> tuple[str, str | None, float]:
    """The weightiest intent, its sub, and how sure that is."""
    # Where something is on offer, a short question that is all explained is about it.
    near = 1.0 if (r.context.open and r.rest <= 1) or (r.named and r.question) else 0.0
    told = "chitchat" in votes and "join_group_buy" not in votes
    best, sub, top, total = "chitchat", None, 0.0, 0.0
    for intent, share, guessed, _ in shares:
        vote = votes.get(intent)
        if vote is not None:
            worth = (_VOTE[intent] + near if intent in _VOTE else 2.0) * max(0.0, vote.confidence - 0.3)
            weight = (share + _LEAST) * exp(worth + _START.get(intent, 0.0))
        else:
            weight = _weight(intent, share, elsewhere)
            if told and intent == "join_group_buy":
                # 我妈寄来一箱苹果: the grammar has read it and says it tells of an order, it is none.
                weight *= _TOLD
        total += weight
        if weight > top:
            best, sub, top = intent, guessed, weight
    return best, sub, top / total


def _weight(intent: str, share: float, elsewhere: bool) -> float:
    """Orders and commands have a grammar: what it does not recognise is hardly one."""
    weight = (share + _LEAST) * _HANDICAP.get(intent, _HANDICAPPED)
    # 这导演真是假货: words of other things, and no rule that hears ours.
    return weight * _ELSEWHERE if elsewhere and intent in _OURS else weight


def _unvoted(model: Guesser, text: str, elsewhere: bool) -> tuple[str, str | None, float]:
    """What the model alone makes of it: the weightiest intent, its sub, and how sure that is."""
    weights = [
        (_weight(intent, share, elsewhere), intent, sub) for intent, share, sub, _ in model.shares(text)
    ]
    top = max(weights, key=_first)
    return top[1], top[2], top[0] / sum([weight for weight, _, _ in weights])


_first = itemgetter(0)
_OURS = ("complaint", "product_question", "logistics_question")
_LEAST = 1e-3
"""What every intent has at least, so that a vote can lift it."""
_START = {"chitchat": QUIET}
_HANDICAP = {intent: exp(_START.get(intent, 0.0) - minus) for intent, minus in _UNVOTED.items()}
_HANDICAPPED = exp(-1.0)
_ELSEWHERE, _TOLD = exp(-0.8), exp(-2.0)
_SHORT = 16
"""Characters up to which the model's opinion is remembered: short lines are what people repeat."""


@lru_cache(maxsize=4096)
def _unvoted_of(model: Any, text: str, elsewhere: bool) -> tuple[str, str | None, float]:
    return _unvoted(model, text, elsewhere)


@lru_cache(maxsize=2048)
def _remembered(model: Any, text: str) -> tuple[Share, ...]:
    return tuple(model.shares(text))


def for_model(text: str) -> str:
    """The text as the model reads it: each product as one sign, people left out."""
    if NAME in text:
        text = _NAMES.sub(GOODS, text)
    return text.replace(PERSON, "") if PERSON in text else text


_NAMES = re.compile(f"{NAME}+")


def _gated(r: Reading, verdict: Verdict) -> Verdict:
    """Where nothing is on offer and nobody spoke to the bot, the same words mean nothing."""
    context = r.context
    if r.to_others and not r.named and verdict.intent not in ("complaint", "ask_human"):
        return Verdict(rule="said to somebody else")
    if r.open:
        if context.role == "buyer" and verdict.intent.startswith("leader_") and verdict.rule == "model":
            return Verdict(rule="a buyer's guess at a command")
        return verdict
    if verdict.intent == "join_group_buy" or (verdict.intent == "product_question" and not r.named):
        return Verdict(rule="nothing is open here")
    if verdict.intent in ("logistics_question", "query_my_orders") and r.length <= 4 and not context.previous:
        return Verdict(rule="nothing is open here")
    if verdict.intent == "leader_close" and context.open == ():
        return Verdict(rule="nothing is open here")
    if verdict.intent in ("cancel_sign_up", "change_sign_up") and not (
        r.named or r.has(c.MY | c.ORDER_NOUN | c.CONTACT) or context.previous
    ):
        return Verdict(rule="nothing is open here")
    return verdict
