"""The real Wechaty gateway for tests: started, driven and killed from Python."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.certificates import Certificates
from gateway.node import HERE, install

BOT_ID = "wxid_xiaotuan"
BOT_NAME = "小团"


class Gateway:
    """A gateway process with a WeChat world of its own: people, rooms, and the bot's account.

    The account is BOT_ID, called BOT_NAME; it logs in by itself when a client starts it.  Rooms
    need an "@" in their id (`r1@chatroom`), as in WeChat; members that were not added before are
    made, and are friends of the account only if `add_person(…, friend=True)` says so.  Ports are
    free ones, loopback only, and stay the same over `kill` and `restart`, as do people, rooms and
    what was sent.

        gateway = Gateway(tmp_path)                       # TLS: tls=Certificates.make(folder)
        await gateway.start()
        await gateway.add_room("r1@chatroom", "果园一群", owner="lead", members={"lead": "小美"})
        config["channels"] = [gateway.channel_config()]   # then run `xiaotuan run --config …`
        await gateway.until_attached()                    # the bot is connected and logged in
        await gateway.say("r1@chatroom", "lead", "开团 草莓 39.9")
        await gateway.until_sent("r1@chatroom", 1)        # waits; all texts that the bot has sent
        await gateway.kill()                              # kill -9
        await gateway.restart()
        await gateway.stop()                              # always, in the end

    `sent(room)` (or `sent(person)`, for private chats) is the texts in order, from the beginning.
    They hold the mentions as WeChat gets them: "@阿珍\\u2005已登记".  `sent_messages` has it all.
    Every call may be made while no client is attached; events are lost then, as in real life.
    """

    def __init__(
        self,
        folder: Path,
        *,
        tls: Certificates | bool = False,
        token: str = "insecure_a-test-token",
        echo: bool = True,
        ids: bool = True,
        login: bool = True,
    ) -> None:
        """`tls` True: the certificate that gateways bring along. `echo`: the account sees what it
        sends. `ids`: the puppet knows the ids of what it sends."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.tls, self.token = tls, token
        self.port, self.control = free_port(), free_port()
        self.endpoint = f"127.0.0.1:{self.port}"
        self._options = {"echo": echo, "ids": ids, "login": login}
        self._people: dict[str, dict[str, Any]] = {}
        self._rooms: dict[str, dict[str, Any]] = {}
        self._sent = folder / "sent.jsonl"
        self._sent.touch()
        self._process: subprocess.Popen[bytes] | None = None

    # The process

    async def start(self) -> None:
        """Start it and wait until it serves."""
        await asyncio.to_thread(self.start_now)

    def start_now(self) -> None:
        """`start` for where nothing can be awaited."""
        install()
        world = self.folder / "world.json"
        world.write_text(json.dumps({"people": [*self._people.values()], "rooms": [*self._rooms.values()]}))
        tls: Any = self.tls  # false: without; true: the certificate that it brings along
        if isinstance(self.tls, Certificates):
            tls = {"cert": str(self.tls.cert), "key": str(self.tls.key)}
        options = self._options | {
            "port": self.port,
            "control": self.control,
            "token": self.token,
            "tls": tls,
            "world": str(world),
            "sent": str(self._sent),
            "bot": {"id": BOT_ID, "name": BOT_NAME},
        }
        with (self.folder / "gateway.log").open("ab") as output:
            self._process = subprocess.Popen(
                ["node", str(HERE / "gateway.mjs"), json.dumps(options)],
                stdout=output,
                stderr=output,
                env={**os.environ, "WECHATY_LOG": "error"},  # noqa: TID251
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                self._post("state", {})
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"no gateway:\n{self.log()[-3000:]}") from None
            time.sleep(0.05)

    async def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    async def restart(self) -> None:
        """Start again on the same ports, with the same people and rooms."""
        await self.start()

    async def stop(self) -> None:
        """End the process."""
        self.stop_now()

    def stop_now(self) -> None:
        """`stop` for where nothing can be awaited."""
        self._end(signal.SIGKILL)  # it has nothing to save

    def freeze(self) -> None:
        """Neither answer nor close anything (SIGSTOP)."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _end(self, how: int) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(30)

    def log(self) -> str:
        """What the process has printed."""
        return (self.folder / "gateway.log").read_text("utf-8", "replace")

    def channel_config(self) -> dict[str, Any]:
        """The entry for `channels` in config.yaml."""
        tls: dict[str, Any] = {"enabled": bool(self.tls)}
        if isinstance(self.tls, Certificates):
            tls |= {"ca": str(self.tls.ca), "server_name": self.tls.name}
        return {"type": "wechaty", "endpoint": self.endpoint, "token": self.token, "tls": tls}

    # The world

    async def add_person(self, id: str, name: str, *, friend: bool = False) -> None:
        """Somebody on WeChat; again: changed."""
        person = {"id": id, "name": name, "friend": friend}
        self._people[id] = person
        await self.call("person", person)

    async def add_room(
        self,
        room: str,
        topic: str,
        *,
        owner: str,
        members: Mapping[str, str],
        with_bot: bool = True,
    ) -> None:
        """A room; `members` maps ids to nicknames; again: changed."""
        for id, name in members.items():
            if self._people.get(id, {}).get("name") != name:
                friend = self._people.get(id, {}).get("friend", False)
                await self.add_person(id, name, friend=friend)
        ids = [*members, *([BOT_ID] if with_bot else [])]
        self._rooms[room] = {"room": room, "topic": topic, "owner": owner, "members": ids}
        await self.call("room", self._rooms[room])

    async def change_owner(self, room: str, owner: str, *, quietly: bool = False) -> None:
        """The room belongs to somebody else; only a dirty payload tells so, if not `quietly`."""
        self._rooms[room]["owner"] = owner
        change = {"ownerId": owner}
        await self.call("changeRoom", {"room": room, "change": change, "quietly": quietly})

    async def alias(self, room: str, person: str, alias: str) -> None:
        """Somebody changes their nickname in the room (群昵称)."""
        await self.call("alias", {"room": room, "id": person, "alias": alias})

    # What happens

    async def say(
        self,
        room: str,
        sender: str,
        text: str,
        id: str | None = None,
        mentions: Sequence[str] = (),
        **more: Any,
    ) -> str:
        """A message in the room; its id. `more`: type, at (ms), filename, payload=False."""
        message = {"room": room, "sender": sender, "text": text, "mentions": list(mentions)}
        return await self.call("say", message | ({"id": id} if id else {}) | more)

    async def say_all(self, room: str, lines: Sequence[tuple[str, str]]) -> list[str]:
        """Many messages at once, as (sender, text), in this order; their ids."""
        messages = [{"room": room, "sender": sender, "text": text} for sender, text in lines]
        return await self.call("says", {"messages": messages})

    async def dm(self, sender: str, text: str, id: str | None = None, **more: Any) -> str:
        """A private message to the bot; its id."""
        message = {"sender": sender, "text": text}
        return await self.call("say", message | ({"id": id} if id else {}) | more)

    async def recall(self, room: str | None, message: str, sender: str) -> None:
        """The sender takes a message back."""
        await self.call("recall", {"room": room, "message": message, "sender": sender})

    async def join(self, room: str, members: Mapping[str, str], inviter: str = "") -> None:
        """People come in; without an inviter they scanned a code. BOT_ID: the bot does."""
        for id, name in members.items():
            if id not in self._people and id != BOT_ID:
                await self.add_person(id, name)
        self._rooms[room]["members"] = [*{*self._rooms[room]["members"], *members}]
        await self.call("join", {"room": room, "members": list(members), "inviter": inviter})

    async def leave(self, room: str, members: Sequence[str], remover: str = "") -> None:
        """People go, or are removed."""
        await self.call("leave", {"room": room, "members": list(members), "remover": remover})

    async def topic(self, room: str, topic: str, changer: str = "") -> None:
        """The room is called otherwise now."""
        self._rooms[room]["topic"] = topic
        await self.call("topic", {"room": room, "topic": topic, "changer": changer})

    async def ask_friendship(self, id: str, person: str, type: int = 2) -> None:
        """Somebody asks to be a friend (type 1: has become one)."""
        await self.call("friendship", {"id": id, "contactId": person, "type": type})

    async def emit(self, event: str, payload: Any) -> None:
        """Any event of a puppet."""
        await self.call("emit", {"event": event, "payload": payload})

    async def raw(self, type: int, payload: str) -> None:
        """Any bytes on the event stream."""
        await self.call("raw", {"type": type, "payload": payload})

    async def fail(self, call: str, mode: str = "throw", times: int = 1, message: str = "") -> None:
        """The next calls fail: "throw" before it is done, "after" it is done, or they "hang".

        `call`: sendText sendUrl sendFile messagePayload contactPayload roomPayload memberPayload.
        """
        failure = {"call": call, "mode": mode, "times": times}
        await self.call("fail", failure | ({"message": message} if message else {}))

    # What can be seen

    def sent_messages(self, to: str) -> list[dict[str, Any]]:
        """Everything that was sent to a room or person, in order, over all restarts."""
        lines = self._sent.read_text("utf-8").splitlines()
        return [line for line in map(json.loads, lines) if line["conversation"] == to]

    def sent(self, to: str) -> list[str]:
        """The texts that were sent to a room or person, in order, over all restarts."""
        return [line["text"] for line in self.sent_messages(to) if line["kind"] == "text"]

    async def until_sent(self, to: str, count: int, seconds: float = 30) -> list[str]:
        """The texts, once there are `count` of them (or the time is up)."""
        deadline = time.monotonic() + seconds
        while len(self.sent(to)) < count and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return self.sent(to)

    async def until_attached(self, seconds: float = 30) -> None:
        """Wait for a client that reads events, and for the login.

        After killing a client, `until_detached` first: the gateway learns of it a little later.
        """
        await self._until(lambda state: state["attached"] and state["loggedIn"], seconds)

    async def until_detached(self, seconds: float = 30) -> None:
        """Wait until no client reads events."""
        await self._until(lambda state: not state["attached"], seconds)

    async def _until(self, true: Callable[[dict[str, Any]], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not true(state := await self.state()):
            assert time.monotonic() < deadline, f"not in time: {state}"
            await asyncio.sleep(0.05)

    async def until_called(self, call: str, times: int = 1, seconds: float = 30) -> None:
        """Wait until the client has made a call so often (see `calls` of `state`)."""
        await self._until(lambda state: state["calls"].get(call, 0) >= times, seconds)

    async def state(self) -> dict[str, Any]:
        """`attached`, `loggedIn`, and `calls`: how often what was called."""
        return await self.call("state", {})

    async def call(self, control: str, body: Any = None) -> Any:
        """Any control of gateway.mjs."""
        return await asyncio.to_thread(self._post, control, {} if body is None else body)

    def _post(self, control: str, body: Any) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.control}/{control}", json.dumps(body).encode(), method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                raise RuntimeError(f"{control}: {error.read().decode()}") from None


def free_port() -> int:
    """A loopback port that is free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
