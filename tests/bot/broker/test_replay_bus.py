"""A replay over a broker gives the bytes that it gives without one, and leaves nothing there."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nats as client
import pytest
from logs import line, mixed, opened, played, written

from storage.errors import StorageError

if TYPE_CHECKING:
    from conftest import Nats


def told(result: tuple[list[dict[str, Any]], dict[str, Any]]) -> str:
    return json.dumps(result, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("batch", [128, 7])
async def test_over_a_broker_the_bytes_are_the_same(tmp_path: Path, nats: "Nats", batch: int) -> None:
    lines = mixed(5, 150)
    alone = told(await played(written(tmp_path / "a.jsonl", lines)))
    log = written(tmp_path / "b.jsonl", lines, config={"broker": nats.url, "database": "sqlite:///b.db"})
    assert told(await played(log, batch)) == alone
    connection = await client.connect(nats.url)
    stored = await connection.jetstream().stream_info("MSG")
    await connection.close()
    assert (stored.state.messages, stored.state.consumer_count) == (0, 0)


async def test_restarts_are_the_same_too(tmp_path: Path, nats: "Nats") -> None:
    restart = {"type": "restart", "at": line(200, "x", "x")["at"], "until": line(400, "x", "x")["at"]}
    lines = [*opened(), line(60, "u1", "A2"), restart, line(300, "u2", "A1 B1"), line(600, "u-lead", "名单")]
    alone = told(await played(written(tmp_path / "a.jsonl", lines)))
    assert told(await played(written(tmp_path / "b.jsonl", lines, config={"broker": nats.url}))) == alone


async def test_a_broker_that_does_not_answer_is_one_line(tmp_path: Path, nats: "Nats") -> None:
    nats.kill()
    log = written(tmp_path / "a.jsonl", opened(), config={"broker": nats.url})
    with pytest.raises(StorageError, match=f"^broker: 127.0.0.1:{nats.port} does not answer"):
        await played(log)
