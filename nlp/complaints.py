"""Whether a text complains about what was bought, of what, and how urgently it wants a human."""

import re
from dataclasses import dataclass
from math import exp, log

from nlp.features import features
from nlp.model import IntentModel, review_model

_REVIEW_LENGTH = 20
"""Characters from which a text is read as a review: people tell then what was good and bad."""
_REVIEW_SENTENCE = 10
"""The same for texts with the punctuation of prose, which chat lines do without."""
_PROSE = re.compile("[，。！,!…~～；;]|[.][.]")
_SURE = 0.35
"""Log-odds that a chat line must reach (precision before recall: a wrong hand-off is noise)."""
_SURE_IN_PRIVATE = -0.4
"""In a private chat people speak to the shop, so less is needed."""
_INTENT_SHARE = 1.0
_REVIEW_SHIFT = 0.8
"""How the two models add up on reviews: polarity + share x intent + shift, in log-odds."""

_SAFETY = re.compile(
    "拉肚|拉稀|腹泻|呕吐|上吐下泻|吐了|中毒|过敏|起疹|疹子|红疹|浑身痒|脸肿|嘴肿|肿了|医院|急诊|挂水|住院"
    "|肚子疼|肚子痛|吃坏|玻璃渣|碎玻璃|钢丝|铁丝|铁片|钉子|刀片|异物|塑料片|漏电|触电|电到|着火|起火"
    "|冒烟|爆炸|炸了|烫伤|烧伤|割伤|划伤|噎|窒息|昏|晕倒|变质奶|三聚氰胺"
)
_NO_HARM = re.compile("(?:没|没有|不会|不)(?:再)?(?:过敏|拉肚子|中毒|吐|异物)|快递|炸了锅")
_LEGAL = re.compile(
    "12315|12345|消协|消费者协会|工商局?|市场监管|市监局|食药监|律师|起诉|告你|法院|法庭|报警|警察|曝光"
    "|举报|投诉|媒体|记者|黑猫|维权|315"
)
_ANGRY = re.compile(
    "垃圾|骗子|骗人|坑人|坑爹|黑心|奸商|无良|混蛋|王八|傻|妈的|他妈|tmd|滚|狗屎|不要脸|要脸|恶心|气死|气炸"
    "|太过分|过分了|欺负|受够|忍无可忍|无语|死哪|有病|耍我|当我|什么玩意|什么东西|什么态度|服了你|良心|烦死"
    "|缺德|[!]{2,}|[?]{3,}|！{2,}|？{3,}"
)
_REFUND = re.compile("退款|退钱|退货|退掉|退了|退给|退我|给退|能退|退回|退一|退费|还钱|赔|差价|补偿")
_REPLACE = re.compile("换一|换个|换新|换货|给换|能换|更换|调换|換一|换只|换盒")
_RESHIP = re.compile("补发|补一|补给|补我|补个|补寄|给补|再补|重发|重新发|再发一|重寄|补上|补两|補")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody complains about.

    `sub` is the contract's kind (damaged, wrong_item, missing, late, quality, counterfeit, refund);
    `urgency` is `urgent` for safety and law, else `high`; `flags` of safety, legal, angry,
    wish_refund, wish_replace, wish_reship; `confidence` between 0 and 1.
    """

    sub: str
    urgency: str
    flags: frozenset[str]
    confidence: float


def complaint(text: str, *, private: bool = False) -> Complaint | None:
    """The complaint in a chat line or a shop review, or None.

    Chat lines follow the intent model's complaint share.  In reviews both models vote, as praise
    and blame weigh against each other there.
    """
    found = features(text)
    shares = IntentModel.load().linear.shares(found)
    if any(best > 0.5 and intent not in ("complaint", "chitchat") for intent, _, _, best in shares):
        return None
    kind, share = next((kind or "", share) for intent, share, kind, _ in shares if intent == "complaint")
    odds = _log_odds(share)
    needed = _SURE_IN_PRIVATE if private else _SURE
    if is_review(text):
        blame, praise = review_model().scores(found)
        odds = blame - praise + _INTENT_SHARE * odds + _REVIEW_SHIFT
        needed = 0.0
    if odds <= needed:
        return None
    flags = flags_of(text)
    urgency = "urgent" if flags & {"safety", "legal"} else "high"
    return Complaint(kind, urgency, flags, 1 / (1 + exp(-odds)))


def flags_of(text: str) -> frozenset[str]:
    """What a complaint's wording asks of the people who handle it (see `Complaint.flags`)."""
    flags = {
        name
        for name, words in (
            ("legal", _LEGAL),
            ("angry", _ANGRY),
            ("wish_refund", _REFUND),
            ("wish_replace", _REPLACE),
            ("wish_reship", _RESHIP),
        )
        if words.search(text)
    }
    if _SAFETY.search(_NO_HARM.sub("", text)):
        flags.add("safety")
    return frozenset(flags)


def is_review(text: str) -> bool:
    """Whether a text is long or prose enough to weigh praise and blame in it."""
    size = len(text)
    return size > _REVIEW_LENGTH or (size > _REVIEW_SENTENCE and _PROSE.search(text) is not None)


def _log_odds(share: float) -> float:
    bounded = min(max(share, 1e-6), 1 - 1e-6)
    return log(bounded / (1 - bounded))
