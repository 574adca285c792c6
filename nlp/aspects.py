"""What a question can be about, how it is asked, and under which names shops note the answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Aspect:
    """One kind of fact.

    `shown`: its name in an answer; `asked`: how questions ask for it; `product`, `shop`: names of
    the facts that answer it, best first; `told`: what a sentence of a description says about it.
    """

    shown: str
    asked: re.Pattern[str]
    product: Sequence[str] = ()
    shop: Sequence[str] = ()
    told: re.Pattern[str] = NEVER


def _aspect(shown: str, asked: str, product: str = "", shop: str = "", told: str = "") -> Aspect:
    sentence = re.compile(told) if told else NEVER
    return Aspect(shown, re.compile(asked), product.split(), shop.split(), sentence)


ASPECTS: Mapping[str, Aspect] = {
    "discount": _aspect(
        "优惠",
        "便宜[点些]|优惠|打折|满减|满几|折扣|[有用发]券|活动价|团购价",
        shop="优惠 活动 满减 券 折扣",
    ),
    "payment": _aspect(
        "付款",
        "怎么付|付款|付钱|到付|转账|收款|转给谁|怎么给钱|微信转|支付",
        shop="付款 支付 收款 付钱 转账",
    ),
    "price": _aspect(
        "价格", "多少钱|多少[元块]|几[块元]|价[格钱位]|[啥什]么?价|[怎咋]么?卖|一[份盒箱斤]多少|贵"
    ),
    "deadline": _aspect(
        "截止时间",
        "截[止单团]|(?:几点|什么时候|啥时候|哪天|多久)[^,，]{0,4}(?:截|停|结束)|还?来得及",
    ),
    "progress": _aspect(
        "进度", "成团了?[没吗]|还差(?:几|多少)?[个户份人单盒箱]?|凑够|够人|够数|成了没|多少人[报参]|几个人"
    ),
    "restock": _aspect("补货", "再有|补货|再团|再上|还会有|下次", "补货 下次到货", "补货"),
    "stock": _aspect("库存", "有货|还有[吗没么不多几]|剩|库存|卖完|现货|缺货|没货|还能[报买加订接]"),
    "evidence": _aspect(
        "凭证",
        "正品|真[的货假]|保真|授权|假|防伪|检测|质检|合格证|许可|认证|证书|报告|证明|验[真码]|溯源|正规|三无|凭证",
        "evidence 凭证 证书 检测报告 资质",
    ),
    "origin": _aspect(
        "产地",
        "产地|哪里?产|哪儿产|哪里的|进口|国产|产自|是[^,，吗]{2,6}的吗",
        "origin 产地 原产地",
    ),
    "shelf_life": _aspect(
        "保质期",
        "保质|[能可]?[以]?[放存]多久|[放存]几天|日期|新鲜|过期",
        "shelf_life 保质期 生产日期",
        told="新鲜|当天|现[摘杀做磨]|日期",
    ),
    "storage": _aspect(
        "保存",
        "怎么[存放保]|保存|储存|存放|[放进]冰箱|冷藏|冷冻|常温|放哪",
        "storage 储存 保存 储存方式",
        told="冰箱|冷藏|冷冻|常温|避光",
    ),
    "ingredients": _aspect(
        "配料",
        "配料|成分|添加|防腐剂|[无含加蔗]糖|原料|什么做的",
        "配料 配料表 成分 原料",
        told="配料|添加|不[含加]|无糖|蔗糖|只用",
    ),
    "allergen": _aspect(
        "过敏原", "过敏|麸质|花生|含[^,，]{1,4}吗", "过敏原 配料 配料表 成分", told="不含|配料"
    ),
    "safety": _aspect(
        "适合谁吃",
        "(?:孕妇|怀孕|宝宝|婴儿|小孩|孩子|儿童|老人|糖尿病|血糖|痛风|哺乳|坐月子|月子)[^,，]{0,6}(?:吃|喝|用)",
        "适用人群 适合人群 适宜人群",
        told="岁以上|孕妇|婴幼儿|老人|适合|未成年",
    ),
    "taste": _aspect(
        "口味",
        "甜[吗不度么]|多甜|酸[吗不么]|辣[吗不么]|咸[吗不么]|苦|好吃|口感|口味|味道|软[吗不的糯]|硬[吗不的]|脆|糯|嫩|老不老",
        "口味 口感 味道 甜度 辣度",
        told="甜|酸|辣|咸|香|糯|脆|软|硬|嫩|糖度|粉|汁|馅",
    ),
    "size": _aspect(
        "大小",
        "多大|多[重长高厚宽]|尺寸|大小|个头|果径|净重|重量|码",
        "大小 尺寸 重量 净重 净含量 个头 果径 尺码",
        told="果径|单果|大果|毫米|厘米|\\d+(?:克|g|斤|mm|cm)|颗|净重",
    ),
    "pack": _aspect(
        "规格",
        "规格|几[斤两个只颗根枚瓶包片支块粒条袋]|多少[斤克个只颗根枚瓶包片支块粒条袋]|一[盒箱袋份板提包][^,，]{0,3}(?:多少|几)|包装|怎么装",
        "pack 规格 包装",
    ),
    "usage": _aspect(
        "吃法用法",
        "怎么[吃做用煮蒸炒泡喝洗养装]|用法|做法|吃法|[煮蒸烤泡]多久|几分钟|要不要[洗泡煮解]|直接吃|生吃|解冻",
        "用法 吃法 做法 食用方法 使用方法",
        told="分钟|解冻|蒸|煮|烤|煎|炖|生吃|即食|熟吃|洗|泡|开袋|放软|削皮",
    ),
    "invoice": _aspect("发票", "发票|开票", shop="发票 开票"),
    "policy": _aspect(
        "退换",
        "退[货款换吗不]|能退|换货|坏[了果的]怎|包赔|售后|七天|无理由|保退",
        shop="退换 退货 售后 退款 坏果 包赔 赔",
    ),
    "contact": _aspect("电话", "电话|热线|怎么联系|联系方式|手机号|打给谁", shop="电话 热线 联系 客服 手机"),
    "fee": _aspect("运费", "运费|邮费|配送费|包邮", shop="运费 邮费 配送费 包邮 配送"),
    "pickup": _aspect(
        "自提",
        "自提|自取|(?:几点|几时|什么时候|啥时候|周几|哪天)[^,，]{0,3}[拿取领提]|[在去到]哪[里儿]?[拿取领提]|[拿取领提]货|提货点|取货点",
        shop="自提 提货 取货 领货",
    ),
    "arrival": _aspect(
        "到货",
        "(?:几点|几时|几号(?!楼)|周几|[什啥][么]?(?:时候|辰光)|哪天|多久|今天|明天)[^,，]{0,4}?(?:到|发|送|来)|到货",
        shop="到货 送达 发货 配送",
    ),
    "delivery": _aspect(
        "配送",
        "送[^,，]{0,6}[到货上不吗么没]|能送|[给帮包]送|配送|上门|快递|物流|发什么|寄|邮",
        shop="配送 送货 派送 快递 物流 送",
    ),
    "hours": _aspect("营业时间", "几点[开关]门|营业|上班时间|几点下班", shop="营业 上班 时间"),
    "address": _aspect("地址", "店在哪|地址|门店|在哪里?开", shop="地址 门店 位置"),
}
"""In the order in which words that several could claim are given away (有券吗 is no price)."""

FAMILIES: Mapping[str, Sequence[str]] = {
    "price": ("price", "discount", "payment"),
    "stock": ("stock", "deadline", "progress", "restock"),
    "spec": ("pack", "size", "taste", "origin", "shelf_life", "storage", "ingredients", "allergen", "safety"),
    "usage": ("usage", "storage"),
    "shipping": ("delivery", "fee", "pickup", "arrival", "payment"),
    "authenticity": ("evidence",),
    "recommend": ("taste", "size"),
    "eta": ("arrival",),
    "urge": ("arrival",),
    "tracking": ("arrival",),
    "pickup_code": ("pickup",),
    "compare": ("taste", "size"),
}
"""The aspects of each sub of a question (contract §4), the usual one first."""


def aspects_in(
    question: str,
    asks: Sequence[str] = (),
    aspect: str | None = None,
    *,
    names: Sequence[str] = (),
) -> list[str]:
    """Everything a question is about, in the order it was asked.

    `asks` and `aspect` are what understanding already saw: a sub of which the text shows no finer
    aspect stands for its usual one.  `names`: what the product was called (冷冻虾仁 asks nothing).
    """
    for name in names:
        question = question.replace(name, " ")
    places = {name: m for name, a in ASPECTS.items() if (m := a.asked.search(question))}
    kept = [name for name in places if not _claimed(places, name)]
    found: list[str] = sorted(kept, key=lambda name: places[name].start())
    for ask in asks:
        family = FAMILIES.get(ask, (ask,))
        if not any(name in family for name in found):
            found.append(aspect if aspect and aspect in family else family[0])
    if not found and aspect:
        found.append(aspect)
    return [name for name in dict.fromkeys(found) if name in ASPECTS]


def _claimed(places: Mapping[str, re.Match[str]], name: str) -> bool:
    """Whether an aspect further up has taken the very words."""
    mine = places[name]
    for other, found in places.items():
        if other == name:
            return False
        if found.start() < mine.end() and mine.start() < found.end():
            return True
    return False


def shown_names(aspects: Sequence[str]) -> str:
    """The aspects in words, for “资料里没写…”."""
    return "、".join(ASPECTS[name].shown for name in aspects if name in ASPECTS)
