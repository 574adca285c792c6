"""绑定 CODE: an account of the desk becomes somebody's who says its code in private."""

from storage.accounts import hashed
from storage.bindings import person_of
from storage.people import Role


async def offered(shop, code="K7M4PQ2X", account="acc", **about):
    data = {"account": account, "code": hashed(code), "name": "小吴", **about}
    await shop.command("binding.offer", data)


async def test_the_code_said_in_private_binds(shop):
    await offered(shop, role="agent")
    await shop.plays("""
        老周（私聊）：绑定 k7m4pq2x
        小团→老周：✅ 已绑定客服台账号「小吴」。
        王姐（私聊）：绑定 K7M4PQ2X
        小团→王姐：绑定码不对或过期了，请在客服台重新生成一个。
    """)
    live = shop.worker.shop
    assert person_of(live, "acc") == "u3"
    assert "u3" in [role.person_id for role in live.agents()]
    await shop.restart()
    assert person_of(shop.worker.shop, "acc") == "u3"


async def test_a_leaders_code_gives_the_rooms_it_names(shop):
    await offered(shop, role="leader", rooms=["r2"])
    await shop.say("老周", "绑定K7M4PQ2X", room=None)
    roles = {(row.room_id, row.role) for row in shop.worker.shop.rows(Role).by("person_id", "u3")}
    assert roles == {("r2", "leader")}


async def test_a_code_holds_ten_minutes_and_the_latest_counts(shop):
    await offered(shop)
    await offered(shop, code="ZZZZ2222")
    await shop.plays("""
        老周（私聊）：绑定 K7M4PQ2X
        小团→老周：绑定码不对或过期了，请在客服台重新生成一个。
        （10分钟后）
        老周（私聊）：绑定 ZZZZ2222
        小团→老周：绑定码不对或过期了，请在客服台重新生成一个。
    """)
    assert person_of(shop.worker.shop, "acc") is None


async def test_guessing_stops_after_five(shop):
    await offered(shop)
    for _ in range(5):
        await shop.say("老周", "绑定 AAAAAAAA", room=None)
    await shop.plays("""
        老周（私聊）：绑定 K7M4PQ2X
        小团→老周：试得太多了，10分钟后再试。
        王姐（私聊）：绑定 K7M4PQ2X
        小团→王姐：✅ 已绑定客服台账号「小吴」。
    """)


async def test_in_a_group_a_code_is_only_talk(shop):
    await offered(shop)
    await shop.plays("""
        老周：绑定 K7M4PQ2X
    """)
    assert person_of(shop.worker.shop, "acc") is None
