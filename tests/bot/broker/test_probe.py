"""What the doctor hears of a broker: one line, whatever is the matter with it."""

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.broker.connection import Connection
from bot.broker.nats import NatsBus
from bot.broker.probe import look
from bot.doctor import examine

if TYPE_CHECKING:
    from conftest import Nats


async def test_one_that_answers_tells_what_it_keeps(nats: "Nats", tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"broker: {nats.url}\n", "utf-8")
    found = {finding.part: finding for finding in await examine(tmp_path / "c.yaml")}
    assert str(found["broker"]) == f"ok   broker: 127.0.0.1:{nats.port} answers, nothing carried yet"
    connection = Connection(nats.url)
    connection.start()
    await NatsBus(connection).stream()
    await connection.stop()
    assert (await look(nats.url)).endswith("0 messages kept")


async def test_one_that_is_down_is_told_without_its_password(nats: "Nats") -> None:
    nats.kill()
    with pytest.raises(ConnectionError, match=f"^127.0.0.1:{nats.port} does not answer") as told:
        await look(nats.url.replace("127", "shop:geheim@127"))
    assert "geheim" not in str(told.value)


async def test_one_that_is_no_broker_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(ConnectionError, match="does not answer"):
            await look(f"nats://127.0.0.1:{port}")


async def test_one_that_keeps_nothing_is_told(nats: "Nats") -> None:
    nats.kill()
    nats.start(jetstream=False)
    with pytest.raises(ConnectionError, match="without JetStream"):
        await look(nats.url)
