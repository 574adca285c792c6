"""Phone and address at the desk: for whoever works on the case, and that he looked is written down."""

from desks import Office


async def test_an_agent_sees_them_once_and_that_is_on_record(office: Office) -> None:
    await office.shop.say("小陈", "我电话13812345678", room=None)
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    page = await agent.read("/desk/tickets/101")
    assert "13812345678" not in page
    assert "看电话和地址" in page
    answer = await (await agent.post("/desk/tickets/101/contact")).json()
    assert answer["shown"] == "手机 13812345678"
    assert ("zhou", "ticket.contact", "A101") in await office.deeds()
    page = await agent.read("/desk/tickets/101")
    assert "客服小周查看联系方式" in page
    assert "13812345678" not in page


async def test_whose_business_it_is_not_sees_nothing(office: Office) -> None:
    await office.shop.say("小陈", "我电话13812345678", room=None)
    leader = await office.signed_in("mei", "leader", person="u-lead")
    foreign = await office.signed_in("hong", "agent", rooms=("r2",), person="u-agent2")
    for browser in (leader, foreign):
        response = await browser.post("/desk/tickets/101/contact")
        assert response.status == 404
        assert "13812345678" not in await response.text()


async def test_a_page_without_scripts_tells_no_number_in_its_address(office: Office) -> None:
    await office.shop.say("小陈", "我电话13812345678", room=None)
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    response = await agent.post("/desk/tickets/101/contact", script=False, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/desk/tickets/101")
