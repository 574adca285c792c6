"""The whole life of a group buy, from the pasted paragraph to the last pickup, for any place to chat."""

import asyncio
import time
from collections import Counter
from typing import Any, Protocol

GROUP = "群"
LEADER = "小美"
BUYERS = ("小陈", "王姐", "老周", "阿May", "张敏", "李阿姨")
PATIENCE = 40.0

PARAGRAPH = """开团
周末鲜果
A 红颜草莓 2斤/盒 39.9元
B 土鸡蛋 30枚/板 28.8元
{deadline}截止，12份成团，3号楼架空层自提"""
NATIVE = """#接龙
团1 周末鲜果
A 红颜草莓 38元/盒，B 土鸡蛋 28.8元/板

1. 小陈：A2盒
2. 王姐：A2盒 B1板
3. 李阿姨：A2盒"""
ROLL = """1. 小陈：A2盒
2. 王姐：A2盒 B1板
3. 老周：A2盒 B1板
4. 阿May代5-3** 妈妈：A1盒
5. 张敏：A1盒 B2板
6. 李阿姨：A2盒

共14/8份，已够成团"""


class Stage(Protocol):
    """People by their names, in one group with the bot."""

    deadline: str
    """When sign-ups end, in the words of a leader."""

    async def say(self, who: str, text: str) -> str:
        """Somebody says something in the group; the message's id."""

    async def recall(self, who: str, message: str) -> None:
        """Somebody takes a message back."""

    def said(self, place: str) -> list[str]:
        """What the bot has said in the group (GROUP) or to a person, from the beginning."""

    async def deadline_comes(self) -> None:
        """Time passes until sign-ups end."""


class Life:
    """Plays it, and wants to read what must be said, in order and once."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._read: Counter[str] = Counter()

    async def say(self, who: str, text: str, *words: str, to: str = GROUP, seconds: float = PATIENCE) -> str:
        """Somebody says something; with words, the bot says something that holds all of them."""
        message = await self.stage.say(who, text)
        if words:
            await self.hear(*words, to=to, seconds=seconds)
        return message

    async def hear(self, *words: str, to: str = GROUP, seconds: float = PATIENCE) -> str:
        """The next text with these words; what came before it is not looked at again."""
        deadline = time.monotonic() + seconds
        while True:
            texts = self.stage.said(to)
            for index in range(self._read[to], len(texts)):
                if all(word in texts[index] for word in words):
                    self._read[to] = index + 1
                    return texts[index]
            assert time.monotonic() < deadline, f"not in time: {words} among {texts[self._read[to] :]}"
            await asyncio.sleep(0.05)

    async def whole(self) -> None:
        """From the paragraph to the last pickup."""
        await self.opened()
        await self.signed_up()
        await self.closed()
        await self.paid()
        await self.delivered()
        await self.fetched()

    async def opened(self) -> None:
        paragraph = PARAGRAPH.format(deadline=self.stage.deadline)
        await self.say(LEADER, paragraph, "我理解为", "39.9元/盒", "12份成团")
        await self.say(LEADER, "A改成38", "我理解为", "38元/盒")
        await self.say(LEADER, "成团改8份", "我理解为", "38元/盒", "8份成团")
        await self.say(LEADER, "开团", "团1 周末鲜果", "38元/盒", "8份成团", "接龙回")

    async def signed_up(self) -> None:
        await self.say("小陈", "A1", "小陈 A1", "共1/8份")
        await self.say("王姐", "A2 B1", "王姐 A2 B1")
        await self.say("老周", "跟楼上一样", "老周 A2 B1")
        await self.say("阿May", "帮我妈也来一盒草莓 5-301", "阿May代5-3** 妈妈 A1")
        slip = await self.say("张敏", "草莓三盒，鸡蛋两板", "张敏 A3 B2")
        await self.stage.recall("张敏", slip)
        await self.say("张敏", "A1 B2", "张敏 A1 B2")
        await self.say("小陈", "A改成2", "小陈 A2", "共12/8份，已够成团")
        await self.say("李阿姨", NATIVE, "李阿姨 A2", "共14/8份")
        await self.say(LEADER, "名单", "#接龙", ROLL)

    async def closed(self) -> None:
        await self.stage.deadline_comes()
        result = await self.hear("团1 周末鲜果 成团：14/8份，6人，共¥495.2", seconds=150)
        assert "王姐 ¥104.8 · 老周 ¥104.8 · 阿May代5-3** 妈妈 ¥38" in result

    async def paid(self) -> None:
        await self.say("小陈", "已付", "小陈 说已付 团1 ¥76", to=LEADER)
        await self.say(LEADER, "小陈已付", "小陈 已付", "还有5户未付")
        await self.say(LEADER, "都付了除了老周", "还有1户未付")
        await self.say(LEADER, "谁没付", "未付1户\n老周 ¥104.8", to=LEADER)
        await self.say("老周", "已转", "收到，等团长核对")
        await self.say(LEADER, "老周已付", "老周 已付。都付了")

    async def delivered(self) -> None:
        await self.say(LEADER, "进货单", "红颜草莓 10盒", "土鸡蛋 4板", to=LEADER)
        await self.say(LEADER, "已下单", "团1 周末鲜果 已向供应商下单")
        await self.say(LEADER, "草莓到10盒坏1", "到货10盒，坏1，少1盒", "李阿姨少1")
        await self.hear("要退差价：李阿姨¥38", to=LEADER)
        await self.say(LEADER, "鸡蛋到4板", "土鸡蛋 到货4板，够分")
        await self.say(LEADER, "分货单", "5-301 阿May代妈妈 A1", "李阿姨 A1", to=LEADER)

    async def fetched(self) -> None:
        await self.say("小陈", "我拿了", "已记您取货")
        await self.say(LEADER, "王姐拿了", "王姐 已取，还剩4户")
        await self.say(LEADER, "谁没拿", "没拿的4户", "老周", "李阿姨", to=LEADER)
        await self.say("阿May", "我拿了", "已记您取货")
        await self.say("老周", "我拿了", "已记您取货")
        await self.say("张敏", "我拿了", "已记您取货")
        await self.say(LEADER, "李阿姨拿了", "李阿姨 已取，都拿完了")

    def ended(self, state: dict[str, Any]) -> None:
        """The state JSON after it all; nothing was said twice."""
        (group_buy,) = state["group_buys"]
        assert (group_buy["state"], group_buy["target"]) == ("done", 8)
        assert {item["code"]: item["taken"] for item in group_buy["items"]} == {"A": 9, "B": 4}
        lines = {line["name"]: line for line in group_buy["sign_ups"] if line["items"]}
        assert set(lines) == set(BUYERS)
        assert all(line["paid"] for line in lines.values())
        assert lines["阿May"]["household"] == "5-301"
        said = Counter(self.stage.said(GROUP))
        assert {text for text, count in said.items() if count > 1 and "已记您取货" not in text} == set()
