"""Stock in the catalogue and in the group buys is one: nearly and wholly sold out, restocked, sold."""

from chat import Shop

from storage.catalogue import Product
from storage.catalogue_files import parse_catalogue

GOODS = """编号,名称,别名,价格,单位,规格,库存
G1,阳光玫瑰葡萄,葡萄,26.80,盒,1箱=8盒,20
G2,盘锦大米,大米,55.00,袋,10斤/袋,
"""


async def goods(*offers: str) -> Shop:
    shop = await Shop(catalogue=GOODS).open()
    for offer in offers:
        await shop.opens(offer)
    return shop


def stock(shop: Shop, ident: str = "G1") -> tuple[str, str]:
    assert shop.worker is not None
    product = shop.worker.shop.rows(Product)[ident]
    return f"{product.stock}", f"{product.reserved}"


async def reads(shop: Shop, text: str) -> None:
    """The catalogue's file is read."""
    found = parse_catalogue(text.encode(), "goods.csv")
    assert not found.problems
    await shop.command("import_catalogue", found.products)


async def test_the_leader_hears_once_each_of_little_and_of_nothing_left() -> None:
    shop = await goods("葡萄团⏎葡萄 26.8元/盒⏎今晚8点截止")
    await shop.plays(
        """
        小陈：9盒
        小团：✅ 小陈 9盒｜共9盒⏎（鲜活易腐，不支持七日无理由）
        王姐：8盒
        小团→团长小美：团1 阳光玫瑰葡萄只剩3盒（已订17），要加量回「阳光玫瑰葡萄补货10盒」
        老周：1盒
        阿May：2盒
        小团→团长小美：团1 阳光玫瑰葡萄订完了（已订20），要加量回「阳光玫瑰葡萄补货10盒」
        张敏：2盒
        小团：@张敏 阳光玫瑰葡萄没有了，候补2盒（第1位）
        团长小美：葡萄补货1箱
        小团：@张敏 补货了，候补的阳光玫瑰葡萄2盒给您记上了，不要请说「不要了」
        小团：@团长小美 阳光玫瑰葡萄加了8盒，还剩6盒
        李姐：6盒
        小团→团长小美：团1 阳光玫瑰葡萄订完了（已订28），要加量回「阳光玫瑰葡萄补货10盒」
        小团：✅ 王姐 8盒 · 老周 1盒 · 阿May 2盒 · 张敏 2盒 · 李姐 6盒｜共28盒⏎（鲜活易腐，不支持七日无理由）
        """
    )
    assert stock(shop) == ("28", "28")
    await shop.close()


async def test_more_of_what_the_leader_had_limited() -> None:
    shop = await goods("大米团⏎大米 55元/袋 共6袋⏎今晚8点截止")
    await shop.plays(
        """
        小陈：6袋
        小团→团长小美：团1 盘锦大米订完了（已订6），要加量回「盘锦大米补货10袋」
        小团：✅ 小陈 6袋｜共6袋
        王姐：2袋
        小团：@王姐 盘锦大米没有了，候补2袋（第1位）
        团长小美：大米又进了五袋
        小团：@王姐 补货了，候补的盘锦大米2袋给您记上了，不要请说「不要了」
        小团：@团长小美 盘锦大米加了5袋，还剩3袋
        """
    )
    assert stock(shop, "G2") == ("None", "8")
    await shop.close()


async def test_less_than_was_promised_is_told_to_the_leader() -> None:
    shop = await goods("葡萄团⏎葡萄 26.8元/盒⏎今晚8点截止")
    await shop._acts("小陈：8盒")
    await reads(shop, GOODS.replace("1箱=8盒,20", "1箱=8盒,5"))
    assert [shop.written(said) for said in shop.outlet.lines[-1:]] == [
        "小团→团长小美：阳光玫瑰葡萄库存改成5，已订8，多订了3盒。补货回「阳光玫瑰葡萄补货3盒」"
    ]
    await shop.plays(
        """
        王姐：1盒
        小团：@王姐 阳光玫瑰葡萄没有了，候补1盒（第1位）
        小团→团长小美：团1 阳光玫瑰葡萄订完了（已订8），要加量回「阳光玫瑰葡萄补货10盒」
        """
    )
    [group_buy] = (await shop.state())["group_buys"]
    assert group_buy["items"][0]["taken"] == 8
    await shop.close()


async def test_what_was_sold_does_not_come_back_with_the_file() -> None:
    shop = await goods("葡萄团⏎葡萄 26.8元/盒⏎今晚8点截止")
    for said in ("小陈：5盒", "团长小美：截单", "团长小美：到货了", "团长小美：完成"):
        await shop._acts(said)
    assert stock(shop) == ("15", "0")
    await reads(shop, GOODS)
    await shop.restart()
    await reads(shop, GOODS)
    assert stock(shop) == ("15", "0")
    await reads(shop, GOODS.replace("1箱=8盒,20", "1箱=8盒,40"))
    assert stock(shop) == ("40", "0")
    await reads(shop, GOODS)
    assert stock(shop) == ("20", "0")
    await shop.close()


async def test_what_one_group_buy_gives_back_goes_to_who_waits_in_another() -> None:
    shop = await goods("早市⏎葡萄 26.8元/盒⏎今晚8点截止", "晚市⏎葡萄 25.8元/盒⏎明晚8点截止")
    await shop.plays(
        """
        小陈：团1 20盒
        小团→团长小美：团1 阳光玫瑰葡萄订完了（已订20），要加量回「阳光玫瑰葡萄补货10盒」
        小团：✅ 团1 小陈 20盒｜共20盒⏎（鲜活易腐，不支持七日无理由）
        王姐：团2 3盒
        小团：@王姐 阳光玫瑰葡萄没有了，候补3盒（第1位）
        （90秒后）
        小陈：团1改成18盒
        小团：@王姐 有货了，候补的阳光玫瑰葡萄2盒给您记上了，不要请说「不要了」
        小团：✅ 团2 王姐 2盒 候补1盒｜共2盒⏎✅ 团1 小陈 18盒｜共18盒⏎（鲜活易腐，不支持七日无理由）
        """
    )
    assert stock(shop) == ("20", "20")
    await shop._acts("团长小美：取消团购团1")
    await shop._acts("团长小美：确认取消")
    assert stock(shop) == ("20", "2")
    await shop.plays(
        """
        （11分钟后）
        小团：@王姐 有货了，候补的阳光玫瑰葡萄1盒给您记上了，不要请说「不要了」
        """
    )
    assert stock(shop) == ("20", "3")
    await shop.close()


async def test_what_failed_is_given_back_once() -> None:
    shop = await goods("早市⏎葡萄 26.8元/盒⏎30盒成团 今晚8点截止", "晚市⏎葡萄 25.8元/盒⏎明晚8点截止")
    await shop._acts("小陈：团1 5盒")
    await shop._acts("王姐：团2 6盒")
    await shop.until(20)
    assert stock(shop) == ("20", "6")
    await shop._acts("团长小美：取消团1")
    await shop._acts("团长小美：确认取消")
    assert stock(shop) == ("20", "6")
    await shop.close()
