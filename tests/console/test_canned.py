"""Canned replies at the desk: leads keep everybody's, agents their own, and the slash finds them."""

import re

from desks import Browser, Office

from storage.canned import CannedReply


async def texts(browser: Browser, number: int = 101) -> dict[str, str]:
    """What the slash offers in a case."""
    response = await browser.http.get(browser.url(f"/desk/tickets/{number}/canned"))
    return {one["name"]: one["text"] for one in (await response.json())["canned"]}


async def test_a_lead_keeps_changes_and_removes_what_everybody_uses(office: Office) -> None:
    lead = await office.signed_in("boss", "lead", person="u-agent")
    agent = await office.signed_in("wu", "agent", person="u-agent2")
    await lead.act("/desk/canned", name="到货", text="{称呼}，{商品}到了", shared="yes", was="")
    assert (await texts(agent))["到货"] == "小陈，红颜草莓到了"
    await lead.act(
        "/desk/canned", name="到货", text="{称呼}，{数量}到了", shared="yes", was="{称呼}，{商品}到了"
    )
    assert (await texts(agent))["到货"] == "小陈，1盒到了"
    assert "{数量}到了" in await lead.read("/desk/canned")
    await lead.act("/desk/canned/drop", name="到货", shared="yes")
    assert "到货" not in await texts(agent)
    assert ("boss", "canned.keep", "到货") in await office.deeds()
    assert ("boss", "canned.drop", "到货") in await office.deeds()


async def test_an_agent_keeps_only_his_own(office: Office) -> None:
    agent = await office.signed_in("wu", "agent", person="u-agent2")
    other = await office.signed_in("zhou", "agent", person="u-agent")
    assert "客服主管或店主" in await agent.refused("/desk/canned", name="晚安", text="晚安", shared="yes")
    assert "客服主管或店主" in await agent.refused("/desk/canned/drop", name="退款", shared="yes")
    await agent.act("/desk/canned", name="退款", text="{客服}给您退", was="")
    assert (await texts(agent))["退款"] == "小吴给您退"
    assert (await texts(other))["退款"].startswith("小陈，给您退")
    await agent.act("/desk/canned/drop", name="退款")
    assert (await texts(agent))["退款"].startswith("小陈，给您退")
    assert "没有 /退款" in await agent.refused("/desk/canned/drop", name="退款")


async def test_the_replacement_of_a_built_in_one_can_be_taken_back(office: Office) -> None:
    lead = await office.signed_in("boss", "lead", person="u-agent")
    before = (await texts(lead))["谢谢"]
    await lead.act("/desk/canned", name="谢谢", text="{店名}谢谢{称呼}", shared="yes", was="")
    assert (await texts(lead))["谢谢"] != before
    await lead.act("/desk/canned/drop", name="谢谢", shared="yes")
    assert (await texts(lead))["谢谢"] == before


async def test_two_leads_do_not_overwrite_each_other(office: Office) -> None:
    one = await office.signed_in("boss", "lead", person="u-agent")
    two = await office.signed_in("mei", "admin", person="u-lead")
    await one.act("/desk/canned", name="到货", text="到了", shared="yes", was="")
    assert "被别人改过" in await two.refused("/desk/canned", name="到货", text="货到了", shared="yes", was="")
    assert (await texts(one))["到货"] == "到了"


async def test_what_cannot_be_typed_or_filled_in_is_refused(office: Office) -> None:
    lead = await office.signed_in("boss", "lead", person="u-agent")
    for name, text, words in (
        ("两 个", "x", "不能有空格"),
        ("a/b", "x", "不能有空格和斜杠"),
        ("", "x", "1到12个字"),
        ("长" * 13, "x", "1到12个字"),
        ("好", "{姓名}您好", "没有 {姓名} 这个空"),
        ("好", "", "1到500个字"),
        ("好", "字" * 501, "1到500个字"),
    ):
        assert words in await lead.refused("/desk/canned", name=name, text=text, shared="yes"), name
    assert not office.desk.shop().rows(CannedReply)


async def test_a_leader_who_only_looks_on_has_no_canned_replies(office: Office) -> None:
    leader = await office.signed_in("mei", "leader", person="u-lead")
    assert (await leader.get("/desk/canned")).status == 404
    assert (await leader.post("/desk/canned", {"name": "a", "text": "b"})).status == 404


async def test_a_nickname_in_braces_fills_nothing_in(office: Office) -> None:
    await office.shop.say("u91", "草莓烂了", name="{金额}{单号}")
    lead = await office.signed_in("boss", "lead", person="u-agent")
    assert (await texts(lead, 104))["谢谢"] == "谢谢{金额}{单号}，有问题随时找我们。"


async def test_the_page_offers_the_forms_to_those_who_may(office: Office) -> None:
    lead = await office.signed_in("boss", "lead", person="u-agent")
    agent = await office.signed_in("wu", "agent", person="u-agent2")
    shared = re.compile(r'name="shared"')
    assert shared.search(await lead.read("/desk/canned"))
    assert not shared.search(await agent.read("/desk/canned"))
