"""Words that an advert must not use (广告法 §9, §17, §28), and how the same can be said without them."""

import re
from dataclasses import dataclass

_SUPERLATIVE = r"最(?!近|后|晚|早|迟|多|少|终|初|新|爱|先|想|低起|高温|低温|低消|高限|大尺|小尺|大号|小号)"
_SCOPE = (
    r"(?:全网|全国|全球|全市|全城|全区|世界|国内|行业|同行|史上|历史|平台|市面上?|销量|品质|口碑|人气|质量)"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (rf"{_SCOPE}(?:价格)?(?:超|最)?(?:低价?|便宜)(?!于)", "价格实惠"),
        (r"(?:史上|历史|最)(?:超)?低价?(?!于|起|消|温)", "价格实惠"),
        (rf"{_SCOPE}(?:排名)?(?:第一|no\.?\s?1(?!\d)|top\s?1(?!\d))", "口碑好"),
        (r"第一(?:品牌|名牌|大牌|好)|(?<![a-z])(?:no\.?\s?1|top\s?1)(?!\d)", "大家都认可"),
        (r"(?:当之无愧的?|稳居|排名)第一", "大家都认可"),
        (r"最(?:佳|优|强|高级|顶级|先进)", "优质"),
        (rf"{_SUPERLATIVE}", "很"),
        (r"国家级|世界级|宇宙级|顶级|顶尖|极品|至尊|王牌|冠军级?", "优质"),
        (r"极致|无与伦比|史无前例|空前绝后|绝无仅有|独一无二|举世无双|唯一|无敌", "难得"),
        (r"首选|必买神器|销冠|遥遥领先", "值得试试"),
        (r"(?:100%|百分之?百|绝对|永久|万无一失|零风险)(?:的|地)?", ""),
        (r"领导品牌|驰名商标|国家免检|免检产品|特供|专供", "正规来源"),
    )
)
_MEDICAL = re.compile(
    r"治疗|治愈|根治|包治|主治|医治|疗效|药效|药用|防癌|抗癌|防治|抗病毒|杀菌消炎|消炎|降(?:血)?(?:压|糖|脂)"
    r"|降三高|减肥|瘦身|燃脂|壮阳|补肾|延年益寿|抗衰老?|增强免疫|提高免疫|增强抵抗|排毒|祛湿|祛斑|活血|化瘀"
    r"|清热解毒|护肝|养肝|止咳|安神助眠|治失眠|预防[^,，。!！\n]{0,6}(?:病|癌|感冒|流感|症)"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What must go (as written), and the text without it; `rewrite` "" when nothing is left."""

    words: tuple[str, ...]
    rewrite: str


def check(text: str) -> Finding | None:
    """What in an advert breaks the law, or None."""
    words = [found[0] for found in _MEDICAL.finditer(text)]
    for pattern, _ in _RULES:
        words.extend(found[0] for found in pattern.finditer(text))
    if not words:
        return None
    whole = [w for w in dict.fromkeys(words) if not any(w != v and w in v for v in words)]
    return Finding(tuple(whole), _rewritten(text))


def advice(text: str) -> str | None:
    """What is not forbidden but needs a proof or a date (原价, 限时); a hint for the leader."""
    if re.search(r"原价|市场价|专柜价", text):
        return "提到「原价」要有真实成交记录"
    if re.search(r"限时|限量抢|最后机会", text) and not re.search(r"\d|今|明|周[一二三四五六日天]", text):
        return "「限时」要写明截止时间"
    return None


def _rewritten(text: str) -> str:
    kept = "".join(
        "\n" * clause[0].count("\n") if _MEDICAL.search(clause[0]) else clause[0]
        for clause in re.finditer(r"[^,，。.!！;；\n]+[,，。.!！;；]*|\n|[,，。.!！;；]+", text)
    )
    for pattern, instead in _RULES:
        kept = pattern.sub(instead, kept)
    return re.sub(r"很很+", "很", kept).strip(" ,，、\n")
