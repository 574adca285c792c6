"""Words about a running case that need no product knowledge: how it stands, again, giving up, a score."""

import re

OPERATIONS = frozenset(
    {"join_group_buy", "change_sign_up", "cancel_sign_up", "leader_open", "leader_close", "leader_report"}
)
"""What still counts while a person talks with a human (law 1: useful)."""
OWN_AFFAIRS = frozenset({"payment_claim", "pickup_done", "forget_me", "show_my_data", "opt_out", "undo"})
STATUS = re.compile(
    r"处理(?:了吗|好了吗|得?(?:怎么样|咋样|如何)|没|完了吗|到哪)|(?:事|单|问题|投诉|售后|工单|退款)[^,，]{0,4}(?:怎么样|咋样|咋整|如何|怎样|进展|处理)"
    r"|有(?:结果|消息|进展|说法|答复)(?:了)?(?:吗|没|么)|(?:什么时候|啥时候|多久|几时)[^,，]{0,4}(?:处理|解决|回复|答复|有结果)"
    r"|还没(?:处理|解决|人(?:理|回|管|联系)|回复|答复|结果)|没人(?:理|管|回)|(?:催|催催|催一下|快点|快一点|抓紧)(?:处理|啊|吧|呀|点)?$|工单(?:状态)?$|^(?:怎么样|咋样|怎样|咋整)了?[?？]?$"
    r"|退款?(?:到账|到了|退了)?(?:了)?(?:吗|没有?)[?？]?$|(?:钱|退款)[^,，]{0,6}(?:到账|到了|退了|还没到|没收到)|(?:怎么|咋|为什么)?还没(?:有)?(?:退|到账)"
)
AGAIN = re.compile(
    r"又(?:坏|烂|少|错|漏|臭|碎|是|来|出)|还是(?:没|不|坏|烂|那样|老样子|有问题)|没(?:有)?解决|根本没|没弄好|没处理好"
)
GIVES_UP = re.compile(
    r"^(?:算了|不要了|算了[,，\s]?不要了|不用了|不用管了|算了吧|不弄了|不投诉了|不退了)[。!！~吧]*$"
)
MEDIATE = re.compile(
    r"(?:帮我|替我|麻烦)(?:跟|和|向|给|同)?[^,，]{0,6}(?:商家|卖家|团长|老板|供应商|店家)[^,，]{0,4}(?:说|反映|沟通|讲|协商|反馈)"
)
DISPUTE = re.compile(
    r"(?:为什么|为啥|凭什么|怎么|咋)[^,，]{0,4}只?(?:退|赔|补)[^,，]{0,6}(?:一半|这么(?:点|少)|这点|半|少|部分|\d)|退少了|钱不对|少退"
)
ANYBODY = re.compile(
    r"^(?:请问)?(?:有人(?:在)?(?:吗|么|没|不|理)|人呢|有没有人|没人(?:吗|理|管)|人在吗|在吗|客服(?:呢|在吗)?|人工)\s*[?!？~。!！]*$"
)
_THANK = (
    r"(?:好|嗯|噢|哦|行|可以|收到|知道|明白|了解|没事(?!吧)|没问题|太好|辛苦|麻烦|谢|多谢|感谢|ok|thx|thanks|3q"
    r"|[🙏👌👍🌹😊]|\[(?:抱拳|强|OK|玫瑰|微笑|合十)\])"
)
_AFTER = r"[的了啦呀啊嘞滴吧哈\s,，.。!！~～]*"
THANKS = re.compile(
    rf"{_THANK}{_AFTER}(?:(?:{_THANK}|您|你们?|小团|客服|亲){_AFTER})*",
    re.IGNORECASE,
)
"""“好的谢谢” after an answer: nothing more is owed."""
ASKED = re.compile(r"[?？]|[吗么呢](?:[。!！~]|$)|要不要|行不行|好不好|可不可以|是不是|还是")
"""An agent's words that want an answer."""
SATISFIED = {"1": 1, "满意": 1, "很满意": 1, "非常满意": 1, "一": 1, "2": 2, "一般": 2, "二": 2, "还行": 2,
              "3": 3, "没解决": 3, "不满意": 3, "没有": 3, "还没": 3, "没": 3, "三": 3}  # fmt: skip


ME_TOO = re.compile(
    r"(?:我|我家|我们家?|俺|咱家?)(?:的|这边|这里|那)?(?:[一-龥]{1,4}?)?也(?:是|坏|烂|这样|一样|有(?:问题|坏|烂)|不好|不行|不甜|臭|碎|少)"
    r"[^,，?？]{0,8}[。!！~]*"
)
"""“我的也是” right after a neighbour's complaint."""


def score(text: str) -> int | None:
    """1 satisfied, 2 so-so, 3 not solved; None for words about something else."""
    plain = text.strip(" 。.!！~～,，")
    if plain in SATISFIED:
        return SATISFIED[plain]
    if len(plain) <= 14 and re.search(r"没(?:有)?(?:解决|处理|好|弄)|不满意|不行", plain):
        return 3
    if len(plain) <= 14 and re.search(r"满意|解决了|谢谢|好了|👍|可以了", plain):
        return 1
    return None
