"""The rules vote on what a message means, a model weighs the votes, the surroundings have the last word."""

import re
from math import exp, log
from typing import Protocol

from nlp.features import GOODS
from nlp.intents import (
    cancelling,
    changing,
    joining,
    leader,
    own_orders,
    questions,
    service,
    social,
)
from nlp.intents import cues as c
from nlp.intents.filling import filled
from nlp.intents.reading import NAME, PERSON, Reading, Verdict

CERTAIN = 0.93
"""A rule this confident decides alone."""
SURE = 0.6
"""Without a model the best vote must be this confident."""
QUIET = 0.6
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

_RULES = (
    leader.command,
    social.reaction,
    service.human,
    leader.opening,
    leader.closing,
    own_orders.own_orders,
    leader.report,
    cancelling.cancel,
    changing.change,
    service.complaint,
    questions.logistics,
    questions.product,
    joining.join,
)


class Guesser(Protocol):
    """A model of intents: labels with probabilities, best first."""

    def predict(self, text: str) -> tuple[tuple[str, float], ...]:
        """Labels are “intent” or “intent/sub”."""


def decide(r: Reading, model: Guesser | None) -> Verdict:
    """What the message means; without a model the best vote decides."""
    return _gated(r, _decided(r, model))


def _decided(r: Reading, model: Guesser | None) -> Verdict:
    """The rules vote; one that is certain decides alone, else the model weighs their votes."""
    votes: dict[str, Verdict] = {}
    for rule in _RULES:
        verdict = rule(r)
        if verdict is None:
            continue
        if verdict.confidence >= CERTAIN:
            return verdict
        known = votes.get(verdict.intent)
        if known is None or known.confidence < verdict.confidence:
            votes[verdict.intent] = verdict
    if model is None:
        best = max(votes.values(), key=lambda v: v.confidence, default=None)
        return best if best is not None and best.confidence >= SURE else Verdict(rule="nothing sure")
    return _weighed(r, votes, model)


def _weighed(r: Reading, votes: dict[str, Verdict], model: Guesser) -> Verdict:
    shares: dict[str, float] = {}
    subs: dict[str, str | None] = {}
    for label, share in model.predict(for_model(r.text)):
        intent, _, sub = label.partition("/")
        if intent not in shares:
            shares[intent] = 0.0
            subs[intent] = sub or None
        shares[intent] += share
    scores = {intent: _score(intent, share, votes.get(intent)) for intent, share in shares.items()}
    intent = max(scores, key=lambda i: scores[i])
    top = scores[intent]
    total = sum(exp(score - top) for score in scores.values())
    confidence = 1 / total
    voted = votes.get(intent)
    if voted is not None:
        voted.confidence = confidence
        if voted.sub is not None and subs[intent] is not None and voted.sub != subs[intent]:
            voted.sub = _sub(voted, subs[intent])
        return voted
    if intent == "chitchat":
        return Verdict(confidence=confidence, rule="model")
    return filled(r, intent, subs[intent], confidence)


def for_model(text: str) -> str:
    """The text as the model reads it: each product as one sign, people left out."""
    return _PERSONS.sub("", _NAMES.sub(GOODS, text))


_NAMES = re.compile(f"{NAME}+")
_PERSONS = re.compile(f"{PERSON}+")


def _score(intent: str, share: float, vote: Verdict | None) -> float:
    """The logarithm of how likely an intent is, given the model's share and the rules' vote."""
    score = log(share + 1e-3)
    if intent == "chitchat":
        score += QUIET
    if vote is not None:
        return score + _VOTE.get(intent, 2.0) * max(0.0, vote.confidence - 0.3)
    # Orders and commands have a grammar: what it does not recognise is hardly one.
    return score - _UNVOTED.get(intent, 1.0)


def _sub(voted: Verdict, guessed: str | None) -> str | None:
    return voted.sub if guessed is None else guessed


def _gated(r: Reading, verdict: Verdict) -> Verdict:
    """Where nothing is on offer and nobody spoke to the bot, the same words mean nothing."""
    context = r.context
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
