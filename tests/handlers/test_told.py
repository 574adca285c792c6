"""Who is told what where: muted rooms, no agents' room, people who want no calls, days that are full."""

from chat import Shop

from storage.people import Role, Room

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"


def room(shop: Shop, room_id: str) -> Room:
    assert shop.worker is not None
    found = shop.worker.shop.rows(Room).get(room_id)
    assert found is not None
    return found


async def test_without_an_agents_room_each_agent_is_told_in_private(shop: Shop) -> None:
    room(shop, "r-agents").is_agent_room = False
    said = await shop.say("老周", "人工", room=None)
    assert [line["to"] for line in said] == ["u-agent", "u-agent2", "u3"]
    assert "A101 转人工" in said[0]["text"]


async def test_without_agents_the_lead_is_told() -> None:
    shop = await Shop(config={"lead": "u-lead"}).open()
    assert shop.worker is not None
    room(shop, "r-agents").is_agent_room = False
    rows = shop.worker.shop.rows(Role)
    for role in [role for role in rows if role.role == "agent"]:
        rows.drop(role)
    said = await shop.say("老周", "人工", room=None)
    assert "A101 转人工" in "\n".join(line["text"] for line in said if line["to"] == "u-lead")
    await shop.close()


async def test_in_a_muted_room_results_go_to_the_leader(shop: Shop) -> None:
    await shop.opens(OFFER)
    room(shop, "r1").setting("muted", True)
    await shop.plays(
        """
        小陈：2盒
        （90秒后）
        团长小美：截单
        小团→团长小美：✅ 团1 周六草莓 截单：2/5盒，1人，共¥79.8⏎小陈 ¥79.8⏎付款：成团后微信转团长⏎自提：3号楼架空层
        团长小美：到货了
        小团→团长小美：团1 周六草莓 到货啦！取货：3号楼架空层，拿了说一声
        """
    )


async def test_who_wants_no_calls_is_not_reminded_to_pay(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        小陈：别推了
        小团：@小陈 好，不再@你推广；订单通知保留。
        团长小美（私聊）：催一下
        小团→团长小美：已私下提醒0位，1位退订了提醒
        """
    )
