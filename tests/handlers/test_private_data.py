"""5,000 generated orders and questions: no member's phone number or address in any group send (law 9)."""

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from chat import Shop

SEED, SAMPLE, ALL = 11, 500, 5_000
HANS = dict(zip("零一二三四五六七八九〇幺两", "0123456789012", strict=True))
GOODS = ("草莓", "鸡蛋", "A", "B", "红颜草莓", "土鸡蛋")
STREETS = ("长宁路", "愚园路", "中山西路", "番禺路", "延安西路")


@dataclass(frozen=True)
class Neighbour:
    """Somebody with a number and a door of his own."""

    id: str
    name: str
    phone: str
    building: str
    door: str
    street: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """How the door and the street read when nothing is masked."""
        return (
            f"{self.building}-{self.door}",
            f"{self.building}号楼{self.door}",
            f"{self.building}栋{self.door}",
            self.street,
        )


def neighbours(chance: random.Random, count: int = 40) -> list[Neighbour]:
    made = []
    for number in range(count):
        phone = "1" + chance.choice("3578") + "".join(chance.choice("0123456789") for _ in range(9))
        building, door = str(chance.randint(2, 28)), f"{chance.randint(1, 18)}0{chance.randint(1, 6)}"
        street = f"{chance.choice(STREETS)}{chance.randint(101, 999)}号"
        made.append(Neighbour(f"n{number}", f"邻居{number}", phone, building, door, street))
    return made


def written(chance: random.Random, phone: str) -> str:
    """A number as people hide it from machines."""
    hans = {digit: char for char, digit in HANS.items() if char in "零一二三四五六七八九"}
    return chance.choice(
        (
            phone,
            f"{phone[:3]} {phone[3:7]} {phone[7:]}",
            f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            "".join(hans[digit] for digit in phone),
            "".join(chr(ord(digit) + 0xFEE0) for digit in phone),
            ".".join(phone),
            f"幺{phone[1:]}" if phone[0] == "1" else phone,
        )
    )


def said(chance: random.Random, one: Neighbour, other: Neighbour) -> str:
    """An order, a question or a complaint, more often than not with something private in it."""
    goods, count = chance.choice(GOODS), chance.randint(1, 3)
    phone, theirs = written(chance, one.phone), written(chance, other.phone)
    door = chance.choice((f"{one.building}-{one.door}", f"{one.building}号楼{one.door}室"))
    return chance.choice(
        (
            f"{goods}{count}",
            f"要{count}份{goods}，送{door}",
            f"{goods}+{count} 电话{phone}",
            f"帮{other.name}也来{count}份{goods}，{other.building}-{other.door}，{theirs}",
            f"{goods}改成{count}份，地址换成{one.street}{door}",
            f"{goods}{count}份 {phone} {door}",
            f"{phone}",
            f"我的电话{phone}，到了打我",
            f"@小团 {goods}多少钱，能送{one.street}吗",
            f"@小团 {goods}几点到，我住{door}",
            f"{goods}烂了，打我{phone}",
            f"@小团 人工，{phone}",
            f"{goods}还没收到，{one.street}{door}",
            "我的单",
            "名单",
            "还差多少",
            "不要了",
            f"{goods}有货吗",
            f"备注：放{door}门口",
            f"微信{phone}加我，{goods}要{count}份",
            f"已付，尾号{one.phone[-4:]}",
            f"跟{other.name}一样，也送{other.building}-{other.door}",
        )
    )


def spelt_out(text: str) -> str:
    """The text with every digit in its plain form."""
    return "".join(HANS.get(char, char) for char in unicodedata.normalize("NFKC", text))


def betrayed(text: str, everybody: list[Neighbour]) -> Iterator[str]:
    """Whose number or door a text tells; found without the code that masks."""
    plain = spelt_out(text)
    digits = re.sub(r"\D", "", plain)
    tight = re.sub(r"\s", "", plain)
    for one in everybody:
        if one.phone in digits:
            yield one.phone
        for secret in one.secrets:
            if re.search(rf"(?<!\d){re.escape(secret)}(?!\d)", tight):
                yield secret


async def test_no_number_and_no_door_in_any_group_send(shop: Shop, prove: bool) -> None:
    chance = random.Random(SEED)
    everybody = neighbours(chance)
    offer = "周六水果⏎A 红颜草莓 39.9元/盒⏎B 土鸡蛋 28.8元/板⏎明天20:00截止，3号楼自提"
    await shop.opens(offer)
    for turn in range(ALL if prove else SAMPLE):
        one, other = chance.sample(everybody, 2)
        words, room = said(chance, one, other), chance.choice(("r1", "r1", "r1", None))
        mentions = ("bot",) if words.startswith("@小团") else ()
        await shop.say(one.id, words, room=room, name=one.name, mentions=mentions)
        if turn % 7 == 0:
            await shop.passes(minutes=chance.choice((0, 1, 2)))
        if turn % 97 == 0:
            for command in ("名单", "导出", "谁没付", "分货单"):
                await shop.say("团长小美", command)
        if turn % 50 == 0:
            agents = chance.choice(("接", "队列", "A101", "A102 您好", "/退款 A101"))
            await shop.say("客服小周", agents, room="r-agents")
        if turn % 400 == 399:
            await shop.until(20)
            for command in ("到货了", "谁没拿"):
                await shop.say("团长小美", command)
            await shop.until(9)
            for words in (f"开团⏎{offer}".replace("⏎", "\n"), "开团"):
                await shop.say("团长小美", words)
    in_groups = [line for line in shop.outlet.lines if line["room"] in ("r1", "r2")]
    assert len(in_groups) > 100
    told = [(line["text"], list(betrayed(line["text"], everybody))) for line in in_groups]
    assert [(text, secrets) for text, secrets in told if secrets] == []


async def test_the_look_for_betrayals_finds_them() -> None:
    one = Neighbour("n", "邻居", "13812345678", "5", "301", "长宁路88号")
    for text in (
        "一三八一二三四五六七八",
        "138 1234 5678",
        "１３８１２３４５６７８",
        "送5-301",
        "五号楼301",
        "长宁路 88号",
    ):
        assert list(betrayed(text, [one])), text
    for text in ("5-3**", "138****5678", "3号楼自提", "共15-3012份", "长宁路**"):
        assert not list(betrayed(text, [one])), text
