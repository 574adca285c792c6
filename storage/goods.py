"""What the law says of goods by their names: not to be offered, for adults only, not to be sent back."""

import re

from storage.errors import Refused

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"处方药|阿莫西林|头孢|青霉素|阿奇霉素|左氧氟沙星|布洛芬|连花清瘟|奥司他韦|胰岛素|二甲双胍|降压药"
            r"|抗生素|安眠药|减肥药|伟哥|万艾可|司美格鲁肽"
        ),
        "药品",
    ),
    (
        re.compile(r"香烟|卷烟|(?:软|硬)中华|中华(?:烟|$)|玉溪烟|芙蓉王|利群烟|电子烟|烟弹|雪茄|烟丝"),
        "烟草",
    ),
    (
        re.compile(r"活(?:鸡|鸭|鹅|禽|鸽|鹌鹑)|野味|穿山甲|果子狸|野生(?:动物|鸟|蛇|蛙|龟)|河豚"),
        "活禽或野生动物",
    ),
    (re.compile(r"烟花(?!椒)|爆竹|鞭炮|管制刀具|气枪|汽油"), "危险品"),
    (re.compile(r"彩票|代开发票|假证|军用|警用"), "禁止私下买卖的东西"),
)
_ADULT = re.compile(
    r"(?:白|红|黄|啤|米|洋|药|清|果|梅|葡萄|青梅|气泡)酒(?!精|店|心|酿|糟|曲|杯|架|起)|茅台|五粮液|威士忌|伏特加|香槟|精酿"
)
_PERISHABLE = re.compile(
    r"鲜活|活[虾鱼蟹鸡鸭鹅]|鲜[虾鱼肉奶切]|[虾蟹贝蛋莓桃梨橙橘柚枣杏菇笋藕]$|西瓜|哈密瓜|樱桃|车厘子|荔枝|龙眼|葡萄|芒果"
    r"|榴莲|菠萝|苹果$|香蕉|猕猴桃|枇杷|杨梅|石榴|山竹|青菜|蔬菜|[肉鸡鸭鹅鱼]$|排骨|五花肉|牛腩|豆腐$|海鲜|河鲜"
)


class Prohibited(Refused):
    """Goods that may not be offered. Facts: item, why."""


def prohibited(name: str) -> str | None:
    """Why this may not be offered: 药品, 烟草, …; None: it may."""
    return next((why for pattern, why in _RULES if pattern.search(name)), None)


def for_adults(name: str) -> bool:
    """Alcohol: not for minors (未成年人保护法 §59)."""
    return _ADULT.search(name) is not None


def perishable(name: str, stored: str) -> bool:
    """Fresh goods: not returnable without a reason (消费者权益保护法 §25).

    `stored` tells how the catalogue says to keep them; where it says nothing, the name decides.
    """
    return _PERISHABLE.search(name) is not None if not stored else "冷藏" in stored or "冷冻" in stored
