"""What is kept of somebody is shown, and goes when he asks: at once, or when his order is done."""

from chat import Shop

from storage.group_buys.tables import SignUp

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"
ASKED = "会删除您的电话、地址、门牌、偏好和售后对话，删了找不回来；没取完的接龙保留到取货。⏎确定就回「确认删除」。"


async def doors(shop: Shop) -> list[str | None]:
    assert shop.worker is not None
    return [line.household for line in await shop.worker.shop.find(SignUp, buyer_id="u1")]


async def test_everything_that_is_kept_is_shown(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.say("小陈", "2盒 5-301")
    await shop.say("小陈", "草莓坏了", room=None)
    await shop.say("小陈", "别推了")
    (said,) = await shop.say("小陈", "我的信息", room=None)
    assert said["text"] == (
        "我记了您这些：\n门牌：5-3**\n接龙：1条（对账用，回「我的单」看）\n售后：1单（对话30天后清除）\n推广：已退订\n"
        "回「删除我的信息」可删除。"
    )


async def test_asked_in_the_group_it_is_confirmed_in_private(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        f"""
        小陈：1盒 5-301
        小团：✅ 小陈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        小陈：删除我的信息
        小团：@小陈 私聊您确认一下。
        小团→小陈：{ASKED}
        小陈（私聊）：等等，先问一下几点截止
        小团→小陈：明天20:00截止
        小陈（私聊）：确认删除
        小团→小陈：已删除。还有1单没取完，取完后一并清掉。
        """
    )
    assert await doors(shop) == ["5-301"]


async def test_the_door_goes_when_the_order_is_done(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        f"""
        小陈：1盒 5-301
        小团：✅ 小陈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        小陈（私聊）：删除我的信息
        小团→小陈：{ASKED}
        小陈（私聊）：确认
        小团→小陈：已删除。还有1单没取完，取完后一并清掉。
        """
    )
    await shop.passes(hours=25)
    assert await doors(shop) == ["5-301"]
    for words in ("截单", "到货了", "完成"):
        await shop.say("团长小美", words)
    await shop.passes(hours=25)
    assert await doors(shop) == [None]


async def test_at_the_desk_somebody_is_forgotten_by_command(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.say("小陈", "1盒 5-301")
    assert await shop.command("privacy.forget", {"person": "u1"}) == 1
    assert await shop.command("privacy.forget", {"person": "stranger"}) == 0
