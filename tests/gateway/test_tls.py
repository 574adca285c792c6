"""TLS: with a CA of one's own, with the certificate that gateways bring along, and mismatched."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from gateway.certificates import Certificates
from gateway.conftest import make_room
from gateway.driver import Gateway
from gateway.ears import listening

from bot.channels import Incoming, Outgoing

pytestmark = pytest.mark.gateway


@asynccontextmanager
async def running(folder: Path, tls: Certificates | bool) -> AsyncIterator[Gateway]:
    gateway = Gateway(folder / "gateway", tls=tls)
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.stop()


async def test_own_ca(tmp_path: Path) -> None:
    async with running(tmp_path, Certificates.make(tmp_path / "tls")) as gateway:
        room = await make_room(gateway)
        async with listening(gateway, tmp_path) as ears:
            await ears.heard(Incoming, id=await gateway.say(room, "u1", "苹果多少钱"))
            await ears.channel.send(Outgoing(key="k", room=room, text="5元"))
            assert gateway.sent(room) == ["5元"]
        other = Certificates.make(tmp_path / "other")
        async with listening(gateway, tmp_path, ready=False, ca=other.ca) as ears:
            await ears.until(lambda: "TLS" in ears.channel.state().detail)
        async with listening(gateway, tmp_path, ready=False, server_name="else.test") as ears:
            await ears.until(lambda: "TLS" in ears.channel.state().detail)
        async with listening(gateway, tmp_path, ready=False, tls_enabled=False) as ears:
            await ears.until(lambda: "lost" in ears.channel.state().detail)


async def test_certificate_that_gateways_bring_along(tmp_path: Path) -> None:
    async with running(tmp_path, True) as gateway:
        room = await make_room(gateway)
        async with listening(gateway, tmp_path) as ears:
            await ears.heard(Incoming, id=await gateway.say(room, "u1", "苹果多少钱"))
        async with listening(gateway, tmp_path, server_name="insecure") as ears:
            await ears.heard(Incoming, id=await gateway.say(room, "u1", "香蕉呢"))


async def test_tls_to_a_gateway_without(gateway: Gateway, room: str, tmp_path: Path) -> None:
    async with listening(gateway, tmp_path, ready=False, tls_enabled=True) as ears:
        await ears.until(lambda: "TLS" in ears.channel.state().detail)
        assert not ears.channel.state().connected


async def test_ca_that_is_not_there(gateway: Gateway, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"missing\.pem"):
        async with listening(gateway, tmp_path, tls_enabled=True, ca=tmp_path / "missing.pem"):
            pass
