"""After an outage the rooms that were signing up hear of it once."""

from datetime import timedelta

from chat import Shop

OFFER = "大米团⏎五常大米 69元/袋⏎明晚8点截止"


async def told(shop: Shop, **gap: float) -> list[str]:
    before = len(shop.outlet.lines)
    await shop.command("outage", shop.now - timedelta(**gap))
    return [shop.written(line) for line in shop.outlet.lines[before:]]


async def test_a_room_that_was_signing_up_hears_how_long(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.passes(hours=4)
    assert await told(shop, minutes=40) == ["小团：刚才掉线了40分钟，可能漏单：没收到确认的请再发一次"]
    assert await told(shop, hours=3, minutes=20) == [
        "小团：刚才掉线了3小时，可能漏单：没收到确认的请再发一次"
    ]


async def test_nobody_else_and_not_of_a_hiccup(shop: Shop) -> None:
    assert await told(shop, hours=1) == []
    await shop.opens(OFFER)
    assert await told(shop, hours=1) == []  # opened when it was over
    await shop.passes(hours=2)
    assert await told(shop, minutes=9) == []
    await shop.say("团长小美", "截单")
    assert await told(shop, minutes=40) == []


async def test_nobody_is_woken(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.until(23)
    assert await told(shop, minutes=40) == []


async def test_a_process_that_starts_again_knows_when_it_was_last_alive(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.passes(minutes=5)
    await shop.command("alive", None)
    shop.now += timedelta(minutes=30)
    await shop.restart()
    before = len(shop.outlet.lines)
    await shop.command("outage", None)
    texts = [line["text"] for line in shop.outlet.lines[before:]]
    assert texts == ["刚才掉线了30分钟，可能漏单：没收到确认的请再发一次"]
