"""Reserved and not paid: two days after the end the leader is asked, and nothing goes by itself."""

from chat import Shop

from storage.catalogue import Product

GOODS = """编号,名称,别名,价格,单位,规格,库存
G1,阳光玫瑰葡萄,葡萄,26.80,盒,,20
G2,盘锦大米,大米,55.00,袋,,
"""


async def closed(offer: str) -> Shop:
    shop = await Shop(catalogue=GOODS).open()
    await shop.opens(offer)
    for said in ("小陈：3盒", "王姐：2盒", "老周：1盒", "团长小美：截单", "小陈：已付"):
        await shop._acts(said.replace("盒", "袋") if "大米" in offer else said)
    return shop


def stock(shop: Shop) -> str:
    assert shop.worker is not None
    return f"{shop.worker.shop.rows(Product)['G1'].reserved}"


async def test_the_leader_lets_go_what_nobody_paid() -> None:
    shop = await closed("葡萄团⏎葡萄 26.8元/盒")
    await shop.plays(
        """
        （10:00）
        小团：✅ 王姐 2盒 · 老周 1盒｜共6盒⏎（鲜活易腐，不支持七日无理由）
        小团→团长小美：早，今天：⏎团1 葡萄团：共6盒，未付2户
        （10:00）
        小团→团长小美：早，今天：⏎团1 葡萄团：共6盒，未付2户
        （10:10）
        小团→团长小美：团1 葡萄团 收单2天了，2户（王姐¥53.6、老周¥26.8）没付，还占着库存。放给别人回「放掉没付的」，不回就留着
        团长小美（私聊）：放掉没付的
        小团→王姐：团1 没等到付款，您的阳光玫瑰葡萄2盒没再留。还要请跟团长说
        小团→老周：团1 没等到付款，您的阳光玫瑰葡萄1盒没再留。还要请跟团长说
        小团→团长小美：团1 放掉了2户没付的，货回到库存
        """
    )
    assert stock(shop) == "3"
    await shop.close()


async def test_asked_for_by_itself_it_is_confirmed_first() -> None:
    shop = await closed("葡萄团⏎葡萄 26.8元/盒")
    await shop.plays(
        """
        团长小美：放掉没付的
        小团→团长小美：将放掉团1 2户（王姐¥53.6、老周¥26.8）的单，确定请再回一次「放掉没付的」
        """
    )
    assert stock(shop) == "6"
    await shop._acts("王姐：放掉没付的")
    assert stock(shop) == "6"
    await shop._acts("团长小美：放掉没付的")
    assert stock(shop) == "3"
    await shop.close()


async def test_what_is_not_counted_keeps_nothing_from_anybody() -> None:
    shop = await closed("大米团⏎大米 55元/袋")
    await shop.until(8)
    await shop.until(8)
    said = [shop.written(line) for line in await shop.until(20)]
    assert said == []
    await shop.close()
