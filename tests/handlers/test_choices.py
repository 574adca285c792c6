"""What the bot asks about an order, and what people answer."""

import pytest
from chat import Shop

OFFER = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎C 冻虾仁 45元/袋⏎周六20点截止，5份成团，自提3号楼"
BERRIES = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"


@pytest.fixture
async def three(shop: Shop) -> Shop:
    """Pancakes, meatballs and shrimp are open."""
    await shop.opens(OFFER)
    return shop


# -- all of it -----------------------------------------------------------------------------------


async def test_all_that_is_left_is_asked_with_its_price(three: Shop) -> None:
    await three.plays(
        """
        团长小美：手抓饼总共6袋
        小团：团1 周末鲜货：手抓饼总共6袋
        小陈：剩下的手抓饼我都要
        小团：@小陈 剩下的 6袋 共¥90 都记给您？回「好」
        小陈：不用了
        王姐：手抓饼1袋
        小团：✅ 王姐 A1｜共1/5份，还差4
        王姐：剩下的手抓饼我都要
        小团：@王姐 剩下的 5袋 共¥75 都记给您？回「好」
        王姐：好
        小团→团长小美：团1 手抓饼订完了（已订6），要加量回「手抓饼补货10袋」
        （90秒后）
        小团：✅ 王姐 A6｜共6/5份，已够成团
        老周：剩下的手抓饼全要了
        小团：@老周 手抓饼没有了，要候补回「候补」
        老周：剩下的牛肉丸我全要
        小团：@老周 牛肉丸没有限量，您要几包？
        """
    )


async def test_one_of_each(three: Shop) -> None:
    await three.plays(
        """
        李姐：都要
        小团：✅ 李姐 A1 B1 C1 ¥90｜共3/5份，还差2
        """
    )


# -- the same ------------------------------------------------------------------------------------


async def test_there_is_no_usual_before_the_first_order(three: Shop) -> None:
    await three.plays(
        """
        李姐：老样子
        小团：@李姐 没找到您上次的单，直接说要什么就行
        """
    )


async def test_the_usual_leaves_out_what_is_not_sold_now(three: Shop) -> None:
    await three.plays(
        """
        李姐：A2 C1
        小团：✅ 李姐 A2 C1 ¥75｜共3/5份，还差2
        团长小美：截单
        小团：✅ 团1 周末鲜货 截单：3/5份，1人，共¥75⏎李姐 ¥75⏎付款：成团后微信转团长⏎自提：3号楼
        """
    )
    await three.opens("早餐⏎A 牛肉丸 30元/包⏎B 手抓饼 15元/袋⏎周六20点截止，自提3号楼")
    await three.plays(
        """
        李姐：老样子
        小团：@李姐 上次：手抓饼2袋（冻虾仁这次没有）。照这样记？回「好」
        李姐：好
        （90秒后）
        小团：✅ 李姐 B2｜共2份
        """
    )


async def test_the_same_as_nobody_is_asked_for(three: Shop) -> None:
    await three.plays(
        """
        王姐：@小团 跟上面一样
        小团：@王姐 跟哪位一样？请引用那条，或直接说要什么
        """
    )


async def test_the_same_as_a_quoted_order(three: Shop) -> None:
    await three.say("小陈", "A2", id="order-1")
    await three.say("老周", "B1", id="order-2")
    await three.passes(minutes=2)
    said = await three.say("王姐", "跟他一样", quote="order-1")
    said += await three.passes(minutes=2)
    assert [line["text"] for line in said] == ["✅ 王姐 A2｜共5/5份，已够成团"]


# -- how many, which -----------------------------------------------------------------------------


async def test_between_two_amounts_the_buyer_chooses(three: Shop) -> None:
    await three.plays(
        """
        张敏：三四包牛肉丸
        小团：@张敏 3 还是 4 包？
        张敏：四
        小团：✅ 张敏 B4｜共4/5份，还差1
        """
    )


async def test_an_unknown_unit_is_asked_back(three: Shop) -> None:
    await three.plays(
        """
        阿May：牛肉丸两桶
        小团：@阿May 牛肉丸按包算，您要几包？
        阿May：不急，我问问我老公
        阿May：两包吧
        小团：✅ 阿May B2｜共2/5份，还差3
        """
    )


async def test_a_question_in_between_leaves_the_choice_open(three: Shop) -> None:
    await three.plays(
        """
        王姐：来一份
        小团：@王姐 A 手抓饼 还是 B 牛肉丸 还是 C 冻虾仁？回 A/B/C
        王姐：手抓饼多少钱
        小团：@王姐 手抓饼：15元/袋
        王姐：那就手抓饼
        小团：✅ 王姐 A1｜共1/5份，还差4
        """
    )


async def test_one_for_me_and_one_for_my_mother(three: Shop) -> None:
    await three.plays(
        """
        阿May：给我和我妈各来一袋手抓饼
        小团：✅ 阿May代妈妈 A1 · 阿May A1｜共2/5份，还差3
        """
    )


async def test_of_two_group_buys_the_number_is_enough(three: Shop) -> None:
    await three.opens(BERRIES)
    await three.passes(minutes=15)
    await three.plays(
        """
        王姐：来一份，给我妈也来一份
        小团：@王姐 哪个团？团1 周末鲜货，团2 周六草莓。回团号就行
        王姐：团2
        小团：✅ 团2 王姐 1盒 · 王姐代妈妈 1盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        """
    )
