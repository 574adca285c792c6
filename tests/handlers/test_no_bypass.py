"""No word of somebody who does not lead the room changes what only a leader may change (T16)."""

import random
from typing import Any

from chat import PEOPLE, Shop

from storage.catalogue import Product
from storage.deals import Deal
from storage.people import Role, Room

SAMPLE, FULL = 400, 50_000
GOODS = {"水饺": "包", "大米": "袋", "草莓": "盒", "鲜牛奶": "箱"}
NAMES = ("小陈", "王姐", "老周", "李姐")
COMMANDS = (
    "截单 封单 结团 不收了 结团{n} 团{n}截单 停止接龙 截单团{n} 现在截单！ 取消团购 这团不做了 取消团{n} 解散团{n} 确认取消 确认",
    "重开 重开团{n} 再开一天 延一天 延到明晚8点 截止改到周日20点 截止改成今晚{h}点 延长{n}小时 重开到{h}点",
    "{item}改价{p} {item}涨到{p} {item}降到{p}元 {letter}改成{p}元 {item}价格写错了，应该是{p} 改价{p} {item}便宜{n}块",
    "每人限{n} 限每户{n}份 {item}总共{q}{unit} 不限购 {item}每人限{n}{unit} 限购{n} 库存{q} 目标{q}份 {q}份成团",
    "暂停{letter} {item}先别接了 恢复{item} 停售{item} 去掉{letter} 加一个C␣蓝莓␣{p}元/盒 标题改成便宜团 自提改到东门",
    "移除␣{n}␣{name} 移除{n} 把第{n}行去掉 删掉第{n}行 更改␣{n}␣{name}␣{other} {name}改成{n} {name}取消 {name}那份取消",
    "{name}已付 都付了除了{name} {name}已退 大家都付了 催付款 谁没付 催一下 {name}付了 {name}已退款",
    "已下单 到货了 {item}到{q}{unit} 晚一天到 今天送不了 完成 {name}拿了 团购完成 {item}晚一天到",
    "设{name}当副团长 交班给{name} 设我为团长 设我当副团长 取消{name}副团长 把团长交给我",
    "同步到果园二群 导出 进货单 分货单 先来后到 先每户1份 抽签 {item}补货{q}{unit} 补货{item}{q}{unit} {item}又进了{q}{unit}",
    "每天9点发：早市 每周五9点发预告：特价 明晚8点提醒截单 暂停推送 推送列表 删除推送1 小团闭嘴 热闹模式 晚上10点后别说话",
    "存为知识：不送上楼 再来一次 水果团再来一次 导入⏎1.␣{name}␣{item}{n}{unit} 补录⏎1.␣{name}␣{letter}{n} 开团⏎A␣{item}␣{p}元⏎今晚8点截止 开团 发布",
)


def commands(chance: random.Random) -> str:
    """A leader's command in somebody else's mouth."""
    words = chance.choice(chance.choice(COMMANDS).split(" "))
    item = chance.choice(list(GOODS))
    said = words.format(
        n=chance.randint(1, 5),
        q=chance.randint(10, 90),
        p=chance.randint(10, 90),
        h=chance.randint(8, 11),
        letter=chance.choice("ABCab"),
        item=item,
        unit=GOODS[item],
        name=chance.choice(NAMES),
        other=chance.choice(NAMES),
    )
    said = said.replace("␣", " ")
    return (
        chance.choice(("", "", "", "@小团 ", "小团，", "团长说："))
        + said
        + chance.choice(("", "", "！", "。", "吧"))
    )


async def facts(shop: Shop) -> dict[str, Any]:
    """Everything that a leader decides."""
    assert shop.worker is not None
    state = await shop.state()
    rows = shop.worker.shop.rows
    return {
        "group_buys": state["group_buys"],
        "posts": state["posts"],
        "deals": sorted(deal.values().items().__repr__() for deal in rows(Deal)),
        "roles": sorted((role.room_id, role.person_id, role.role) for role in rows(Role)),
        "rooms": {room.id: dict(room.settings) for room in rows(Room)},
        "stock": {product.id: (product.stock, product.reserved) for product in rows(Product)},
    }


async def selling(*, locked: bool) -> Shop:
    shop = await Shop(config={"pace": {"daily_messages_per_room": 1_000_000}}).open()
    await shop.opens("水果团⏎A 手工水饺 22元/包⏎B 五常大米 69元/袋⏎5份成团 周日20点截止")
    for name in NAMES[:3]:
        await shop.say(name, "A2 B1")
    await shop.say("王姐", "已付")
    await shop.passes(minutes=30)
    if locked:
        await shop.say("团长小美", "截单")
    return shop


async def test_no_command_of_a_stranger_or_namesake_changes_anything(prove: bool) -> None:
    chance = random.Random(7)
    count = FULL if prove else SAMPLE
    for locked in (False, True):
        shop = await selling(locked=locked)
        before = await facts(shop)
        for number in range(count // 2):
            said = commands(chance)
            name = chance.choice(("路人", "团长小美", "李姐"))
            who = PEOPLE["李姐"] if name == "李姐" and number % 50 == 0 else f"u-evil{number % 500}"
            room = chance.choice(("r1", "r1", "r1", None))
            mentions = ("bot",) if said.startswith("@小团") else ()
            await shop.say(who, said.replace("⏎", "\n"), room=room, name=name, mentions=mentions)
            after = await facts(shop)
            assert after == before, f"{name}: {said!r} (locked: {locked})"
        await shop.close()


async def test_a_buyer_s_own_words_still_count(shop: Shop) -> None:
    await shop.opens("水果团⏎A 手工水饺 22元/包⏎B 五常大米 69元/袋⏎周日20点截止")
    await shop.plays(
        """
        小陈：水饺总共要3包
        小团：✅ 小陈 A3｜共3份⏎（鲜活易腐，不支持七日无理由）
        王姐：我家恢复了，水饺来2包
        老周：每人限几包
        小团：@老周 手工水饺：每人不限量；五常大米：每人不限量
        小陈：水饺改到4包
        （90秒后）
        小团：✅ 王姐 A2 · 小陈 A4｜共6份⏎（鲜活易腐，不支持七日无理由）
        """
    )


async def test_what_is_a_leader_s_to_say_is_no_order_of_a_buyer(shop: Shop) -> None:
    await shop.opens("水果团⏎A 手工水饺 22元/包⏎B 五常大米 69元/袋⏎周日20点截止")
    await shop.plays(
        """
        王姐：B1
        小团：✅ 王姐 B1｜共1份⏎（鲜活易腐，不支持七日无理由）
        小陈：每人限2包水饺
        小团：@小陈 这个操作只有团长能做，需要的话喊一下团长。
        小陈：导入⏎1. 老周 水饺9包
        老周：王姐改成3
        小团：@老周 王姐 的单要本人或团长来改
        老周：水饺补货20包
        小团：@老周 这个操作只有团长能做，需要的话喊一下团长。
        （90秒后）
        """
    )
    [group_buy] = (await shop.state())["group_buys"]
    assert [item["taken"] for item in group_buy["items"]] == [0, 1]
