"""Config files: what they may say, and one line for each mistake in them."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.config import (
    Config,
    ConfigError,
    Settings,
    SimulatorChannel,
    WechatyChannel,
    config_from_mapping,
    load_config,
    override,
)
from bot.config_text import known_names

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
ENVIRON = {"WECHATY_TOKEN": "gateway-secret"}


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str, environ: dict[str, str] | None = None) -> Config:
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return load_config(path, environ=environ or {})

    return write


def mistake(written, text: str, environ: dict[str, str] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        written(text, environ)
    assert "\n" not in str(caught.value)
    return caught.value


def test_the_sample_shop_needs_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    config = load_config(None, environ={})
    assert config.shop.name
    assert config.catalogue is not None
    assert config.catalogue.is_file()
    assert config.database == f"sqlite:///{tmp_path / 'data/xiaotuan.db'}"
    assert config.channels == (SimulatorChannel(),)


def test_an_empty_file_is_all_defaults(written, tmp_path: Path):
    config = written("")
    assert (config.http.host, config.http.port) == ("127.0.0.1", 8080)
    assert config.http.trusted_proxies == ()
    assert config.broker == "memory"
    assert config.data_dir == tmp_path / "data"
    assert config.quiet_hours is not None
    assert (config.quiet_hours.from_, config.quiet_hours.to) == (time(22, 30), time(7, 30))
    assert config.shop.timezone == ZoneInfo("Asia/Shanghai")
    assert (config.sla.safety, config.digest_seconds, config.lead) == (2, 90, None)


def test_paths_are_relative_to_the_folder_of_the_file(written, tmp_path: Path):
    config = written(
        "database: sqlite:///shop.db\ncatalogue: lists/today.csv\ndata_dir: /var/lib/x\n"
        "channels: [{type: wechaty, endpoint: 'g:8788', token: t, tls: {ca: ca.pem}}]"
    )
    assert config.database == f"sqlite:///{tmp_path}/shop.db"
    assert config.catalogue == tmp_path / "lists/today.csv"
    assert config.data_dir == Path("/var/lib/x")
    channel = config.channels[0]
    assert isinstance(channel, WechatyChannel)
    assert channel.tls.ca == tmp_path / "ca.pem"


def test_secrets_come_from_the_environment_and_are_not_printed(written):
    config = written(
        "broker: nats://shop:${PASSWORD}@bus:4222\n"
        "channels: [{type: wechaty, endpoint: 'g:1', token: '${TOKEN}'}]",
        {"PASSWORD": "pa55", "TOKEN": "t0ken"},
    )
    channel = config.channels[0]
    assert isinstance(channel, WechatyChannel)
    assert channel.token.get_secret_value() == "t0ken"
    assert config.broker == "nats://shop:pa55@bus:4222"
    assert "t0ken" not in repr(config)
    assert "pa55" not in repr(config)


def test_the_process_environment_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHOP_NAME", "小巷水果")
    path = tmp_path / "config.yaml"
    path.write_text("shop: {name: '${SHOP_NAME}'}", encoding="utf-8")
    assert load_config(path).shop.name == "小巷水果"


def test_a_missing_secret_is_named(written):
    error = mistake(written, "http: {port: 1}\nlead: ${LEAD_ID}")
    assert (error.line, error.key) == (2, "lead")
    assert "LEAD_ID" in error.message


def test_a_wrong_secret_is_not_shown(written):
    error = mistake(written, "http: {port: '${PORT}'}", {"PORT": "hunter2"})
    assert "hunter2" not in str(error)


@pytest.mark.parametrize(
    ("text", "line", "key", "near"),
    [
        ("lead: a\nbrokr: memory", 2, "brokr", "broker"),
        ("shop:\n  name: a\n  timezon: UTC", 3, "shop.timezon", "timezone"),
        ("pace: {daily_message_per_room: 5}", 1, "pace.daily_message_per_room", "daily_messages"),
        ("quiet_hours: {form: '1:00', to: '2:00'}", 1, "quiet_hours.form", "from"),
        ("rooms:\n- match: {topic: a}\n- match: {topc: b}", 3, "rooms[1].match.topc", "topic"),
        ("rooms:\n- match: {topic: a}\n  leader: [x]", 3, "rooms[0].leader", "leaders"),
        ("agents: [{id: a, nmae: b}]", 1, "agents[0].nmae", "name"),
        ("agent_room: {topik: a}", 1, "agent_room.topik", "topic"),
        (
            "channels:\n- type: simulator\n- type: wechaty\n  endpoint: g:1\n  token: t\n"
            "  tls:\n    enable: false",
            7,
            "channels[1].tls.enable",
            "enabled",
        ),
        ("channels: [{type: simulator, endpoint: 'g:1'}]", 1, "channels[0].endpoint", "type"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_name(written, text, line, key, near):
    error = mistake(written, text)
    assert (error.line, error.key) == (line, key)
    assert "unknown key" in error.message
    assert near in error.message
    assert str(error).startswith(f"{error.file}:{line}: {key}: ")


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("shop: {name: ''}", "shop.name", "some text"),
        ("shop: {name: [a]}", "shop.name", "expected text, got a list"),
        ("shop: {timezone: Mars/Olympus}", "shop.timezone", "time zone"),
        ("shop: {timezone: ../etc/passwd}", "shop.timezone", "time zone"),
        ("shop: {facts: {电话: {a: b}}}", "shop.facts.电话", "expected text"),
        ("shop:", "shop", "expected keys and values"),
        ("database: mysql://u:pw@h/d", "database", "postgresql://"),
        ("database: 'sqlite:///'", "database", "sqlite:///FILE"),
        ("broker: kafka", "broker", "nats://"),
        ("broker: nats://h:port", "broker", "nats://"),
        ("http: {port: 65536}", "http.port", "at most 65535"),
        ("http: {trusted_proxies: [proxy]}", "http.trusted_proxies[0]", "an address or a network"),
        ("http: {trusted_proxies: [0.0.0.0/0]}", "http.trusted_proxies[0]", "believe everybody"),
        ("http: {trusted_proxies: ['::/0']}", "http.trusted_proxies[0]", "believe everybody"),
        ("http: {trusted_proxies: [10.0.0.1/8]}", "http.trusted_proxies[0]", "an address or a network"),
        ("http: {port: web}", "http.port", "whole number, got 'web'"),
        ("channels: simulator", "channels", "a list"),
        ("channels: [{type: wechat}]", "channels[0].type", '"wechaty"'),
        ("channels: [{typ: wechaty}]", "channels[0]", '"type"'),
        ("channels: [{}]", "channels[0]", "type is missing"),
        ("channels: [{type: wechaty, token: t}]", "channels[0].endpoint", "missing"),
        (
            "channels: [{type: wechaty, token: t, endpoint: 'http://g'}]",
            "channels[0].endpoint",
            "HOST:PORT",
        ),
        ("rooms: [{match: {}}]", "rooms[0].match", "id or topic"),
        ("rooms: [{match: {id: a, topic: b}}]", "rooms[0].match", "id or topic"),
        ("pace: {seconds_between_sends: -1}", "pace.seconds_between_sends", "at least 0"),
        ("pace: {daily_messages_per_room: 1.5}", "pace.daily_messages_per_room", "whole number"),
        ("quiet_hours: {from: '22:30', to: '24:30'}", "quiet_hours.to", "time of day"),
        ("quiet_hours: {from: '8:00', to: '08:00'}", "quiet_hours", "differ"),
        ("business_hours: {from: '9:00'}", "business_hours.to", "missing"),
        ("sla: {safety: 0}", "sla.safety", "more than 0"),
        ("sla: {safety: .nan}", "sla.safety", "number"),
        ("digest_seconds: 1e999", "digest_seconds", "finite"),
        ("catalogue: [a.csv]", "catalogue", "file name"),
    ],
)
def test_a_wrong_value_is_told_with_its_key_and_what_was_expected(written, text, key, expected):
    error = mistake(written, text)
    assert error.key == key
    assert error.line == 1
    assert expected in error.message
    assert "pw" not in error.message


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("shop: [", 1, "not YAML"),
        ("- shop", 1, "keys and values"),
        ("lead: a\nlead: b", 2, "twice"),
        ("rooms: &all [*all]", 1, "alias"),
        ("{[a]: b}", 1, "name as key"),
        ("a: \x07", None, "not YAML"),
    ],
)
def test_a_file_that_is_no_config_is_told_with_its_line(written, text, line, expected):
    error = mistake(written, text)
    assert error.line == line
    assert expected in str(error)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: cannot be read"):
        load_config(tmp_path / "nowhere.yaml", environ={})
    path = tmp_path / "gbk.yaml"
    path.write_bytes("lead: 团长".encode("gb18030"))
    with pytest.raises(ConfigError, match="expected UTF-8"):
        load_config(path, environ={})
    path.write_text("[" * 50_000, encoding="utf-8")
    with pytest.raises(ConfigError, match="not YAML"):
        load_config(path, environ={})


def test_numbers_and_times_are_read_as_they_are_written(written):
    config = written(
        "shop: {facts: {电话: 021, 邮编: 0200, 折扣: 1.50}}\nquiet_hours: {from: 22:05, to: 6:00}"
    )
    assert config.shop.facts == {"电话": "021", "邮编": "0200", "折扣": "1.50"}
    assert config.quiet_hours is not None
    assert config.quiet_hours.from_ == time(22, 5)


def test_hours_reach_over_midnight_and_can_be_switched_off(written):
    config = written("business_hours: null")
    night = config.quiet_hours
    assert night is not None
    assert [night.covers(time(h, m)) for h, m in [(22, 29), (22, 30), (0, 0), (7, 29), (7, 30)]] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert config.business_hours is None


def test_a_recording_overrides_any_setting(tmp_path: Path):
    config = config_from_mapping({"shop": {"name": "甲", "facts": {"a": "1"}}}, tmp_path, "log")
    changed = override(
        config,
        {"shop": {"facts": {"b": 2}}, "pace": {"seconds_between_sends": 0.5}, "lead": "u1"},
        tmp_path,
        "log.jsonl:1",
    )
    assert changed.shop.name == "甲"
    assert changed.shop.facts == {"a": "1", "b": "2"}
    assert changed.pace.seconds_between_sends == 0.5
    assert changed.pace.daily_messages_per_room == 60
    assert changed.lead == "u1"
    assert (config.lead, changed.database) == (None, config.database)
    again = override(changed, {"channels": [{"type": "simulator"}]}, tmp_path, "log.jsonl:1")
    assert again == changed


def test_an_override_may_name_the_agents_room_another_way(written, tmp_path: Path):
    config = written("agent_room: {topic: 售后群}")
    room = override(config, {"agent_room": {"id": "r9"}}, tmp_path, "log").agent_room
    assert room is not None
    assert (room.id, room.topic) == ("r9", None)


def test_a_wrong_override_names_the_recording(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        override(Config(), {"sla": {"saftey": 1}}, tmp_path, "log.jsonl:1")
    assert str(caught.value) == 'log.jsonl:1: sla.saftey: unknown key; did you mean "safety"?'


def test_secrets_survive_an_override(written, tmp_path: Path):
    config = written("channels: [{type: wechaty, endpoint: 'g:1', token: abc}]")
    channel = override(config, {"lead": "x"}, tmp_path, "log").channels[0]
    assert isinstance(channel, WechatyChannel)
    assert channel.token.get_secret_value() == "abc"


def test_the_example_loads():
    config = load_config(EXAMPLE, environ=ENVIRON)
    assert config.catalogue is not None
    assert config.catalogue.is_file()
    assert len(config.channels) == 2


def test_the_example_shows_every_setting():
    data = yaml.load(EXAMPLE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    shown = dict(places(data))
    assert {("rooms", 0, "match"), ("channels", 1, "tls")} <= shown.keys()
    for place, keys in shown.items():
        wanted = set(known_names(Config, place, data))
        # A match names either a topic or an id; the comment beside it shows the other.
        if place and place[-1] in ("match", "agent_room"):
            wanted.discard("id")
        if place == ():  # shown in a comment: set, it must be a real key
            assert "# personal_data_key:" in EXAMPLE.read_text(encoding="utf-8")
            wanted.discard("personal_data_key")
        assert keys == wanted, place


def places(data: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple, set]]:
    if isinstance(data, dict) and at[-1:] != ("facts",):
        yield at, set(data)
        for key, value in data.items():
            yield from places(value, (*at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from places(value, (*at, index))


def test_every_line_of_the_example_has_a_reason_above_it():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    settings = [n for n, line in enumerate(lines) if ":" in line and not line.lstrip().startswith("#")]
    unexplained = [
        lines[n]
        for n in settings
        if lines[n].split("#")[0].rstrip(" :").strip(" -") not in CONTAINERS
        and not any(above.lstrip().startswith("#") for above in lines[max(0, n - 6) : n])
    ]
    assert unexplained == []


CONTAINERS = {"shop", "http", "match", "tls"}


def test_the_config_is_frozen_at_every_depth():
    kinds = Settings.__subclasses__()
    assert {Config, WechatyChannel} < set(kinds)
    assert all(kind.model_config.get("frozen") for kind in kinds)
    assert all(kind.model_config.get("extra") == "forbid" for kind in kinds)
