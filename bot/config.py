"""Settings: config.yaml becomes one frozen Config, or one line that says where it is wrong.

Unknown keys are refused at any depth with the nearest known name, secrets come from the
environment as `${NAME}`, and paths are relative to the folder of the file.  The text of the file
is read by bot/config_text.py; here stand the settings themselves and what is true of each.
"""

import os
import re
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    model_validator,
)

from bot.config_text import ConfigError, Document, plain_document, read_document, validated

__all__ = ["SAMPLE", "Config", "ConfigError", "config_from_mapping", "load_config", "override"]

SAMPLE = Path(__file__).parent / "sample"
"""The sample shop that runs when no config is named."""


def _inside(value: Any, info: ValidationInfo) -> Any:
    """A path of the file, seen from the file's folder."""
    base = (info.context or {}).get("base")
    return base / Path(value).expanduser() if isinstance(value, str | Path) and base else value


def _clock_time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError('expected a time of day such as "22:30"')
    return time(int(found[1]), int(found[2]))


def _zone(value: Any) -> Any:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, TypeError, OSError):
        raise ValueError('expected a time zone such as "Asia/Shanghai"') from None


def _database(value: str, info: ValidationInfo) -> str:
    base = (info.context or {}).get("base")
    if value in ("sqlite://", "sqlite:///:memory:"):
        return "sqlite://"
    if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
        path, query, options = value.removeprefix("sqlite:///").partition("?")
        return f"sqlite:///{base / path if base else path}{query}{options}"
    if _has_host(value, ("postgresql",), socket=True) and urlsplit(value).path.strip("/"):
        return value
    raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/DATABASE")


def _broker(value: str) -> str:
    if value == "memory" or _has_host(value, ("nats", "tls")):
        return value
    raise ValueError("expected memory or nats://HOST:PORT")


def _has_host(url: str, schemes: tuple[str, ...], *, socket: bool = False) -> bool:
    try:
        parts = urlsplit(url)
        # `?host=/run/postgresql` names the folder of a socket.
        host = parts.hostname or (socket and parse_qs(parts.query).get("host"))
        return parts.scheme in schemes and bool(host) and parts.port != 0
    except ValueError:
        return False


def _endpoint(value: str) -> str:
    if not re.fullmatch(r"[^\s:/@]+:\d{1,5}", value) or not 0 < int(value.split(":")[1]) < 65536:
        raise ValueError('expected HOST:PORT such as "127.0.0.1:8788"')
    return value


def _network(value: Any) -> Any:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    try:
        network = ip_network(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError('expected an address or a network such as "127.0.0.1" or "10.0.0.0/8"') from None
    if network.prefixlen == 0:
        raise ValueError("would believe everybody: name the proxy's own address")
    return network


File = Annotated[Path, BeforeValidator(_inside)]
Proxy = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
TimeOfDay = Annotated[time, BeforeValidator(_clock_time)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Text = Annotated[str, Field(min_length=1)]
Kind = Literal[
    "damaged",
    "wrong_item",
    "missing",
    "late",
    "quality",
    "counterfeit",
    "refund",
    "safety",
    "legal",
    "human",
    "other",
]
"""The kinds of cases (contract §3)."""
Minutes = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseModel):
    """Frozen, and closed against keys that it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, hide_input_in_errors=True
    )


class Shop(Settings):
    """Who sells, where the clocks are, and the shop's own answers (配送 自提 付款 退换 电话 …)."""

    name: Text = "小团的店"
    timezone: Zone = ZoneInfo("Asia/Shanghai")
    facts: Mapping[str, str] = {}


class Http(Settings):
    """Where the web pages, the API and the health checks are served; port 0 takes a free one.

    `trusted_proxies`: addresses or networks of reverse proxies whose X-Forwarded-For is believed.
    """

    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    trusted_proxies: tuple[Proxy, ...] = ()


class Tls(Settings):
    """How the gateway is spoken to. `ca` None: the root that Wechaty gateways come with."""

    enabled: bool = True
    ca: File | None = None
    server_name: Text | None = None


class SimulatorChannel(Settings):
    """The rooms of the web page."""

    type: Literal["simulator"] = "simulator"


class WechatyChannel(Settings):
    """One WeChat account behind a Wechaty gateway."""

    type: Literal["wechaty"] = "wechaty"
    endpoint: Annotated[str, AfterValidator(_endpoint)]
    token: SecretStr = Field(min_length=1)
    tls: Tls = Tls()


ChannelSettings = Annotated[SimulatorChannel | WechatyChannel, Field(discriminator="type")]


class RoomMatch(Settings):
    """Names a room by its platform id, or by its topic (which binds once, contract §9.14)."""

    id: Text | None = None
    topic: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.id is None) == (self.topic is None):
            raise ValueError("expected either id or topic")
        return self


class RoomSettings(Settings):
    """A room that is served, and who leads it; nobody named: its owner."""

    match: RoomMatch
    leaders: tuple[Text, ...] = ()


class Agent(Settings):
    """A person who answers tickets; `skills`: the kinds of cases that are for him first, none: all."""

    id: Text
    name: Text
    skills: tuple[Kind, ...] = ()


class Pace(Settings):
    """How fast one chat account may speak (platforms punish hurry)."""

    seconds_between_sends: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 3.0
    daily_messages_per_room: Annotated[int, Field(ge=1)] = 60


class Hours(Settings):
    """A stretch of every day, local time, over midnight when `to` is before `from`."""

    from_: TimeOfDay = Field(alias="from")
    to: TimeOfDay

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.from_ == self.to:
            raise ValueError("expected from and to to differ (write null for none)")
        return self

    def covers(self, at: time) -> bool:
        """Whether `at` lies in the stretch; its first minute does, its last does not."""
        if self.from_ < self.to:
            return self.from_ <= at < self.to
        return at >= self.from_ or at < self.to


class Answers(Settings):
    """Minutes to a human answer, by what the case is about."""

    safety: Minutes = 2.0
    complaint: Minutes = 5.0
    refund: Minutes = 15.0
    question: Minutes = 30.0


class Sla(Answers):
    """Minutes to the first human answer; `next`: to each later one, None: the same."""

    next: Answers | None = None


class Config(Settings):
    """Everything that can be set.

    `quiet_hours` None: never quiet; `business_hours` None: always open; `lead` None: the room's
    leader; `catalogue` None: only what the database holds.
    """

    shop: Shop = Shop()
    database: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///data/xiaotuan.db", repr=False, validate_default=True
    )
    broker: Annotated[str, AfterValidator(_broker)] = Field(default="memory", repr=False)
    data_dir: File = Field(default=Path("data"), validate_default=True)
    personal_data_key: SecretStr | None = Field(default=None, min_length=1)
    http: Http = Http()
    catalogue: File | None = None
    channels: tuple[ChannelSettings, ...] = (SimulatorChannel(),)
    rooms: tuple[RoomSettings, ...] = ()
    agents: tuple[Agent, ...] = ()
    agent_room: RoomMatch | None = None
    pace: Pace = Pace()
    quiet_hours: Hours | None = Hours.model_validate({"from": "22:30", "to": "07:30"})
    business_hours: Hours | None = Hours.model_validate({"from": "09:00", "to": "21:00"})
    lead: Text | None = None
    sla: Sla = Sla()
    propose_refunds_up_to: Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=2)] = Decimal(0)
    digest_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 90.0


def load_config(path: Path | None, *, environ: Mapping[str, str] | None = None) -> Config:
    """The config in a file, or without one the sample shop with its data in the working folder.

    Raises ConfigError with file, line and key.  `environ` stands in for the process environment.
    """
    if path is None:
        document = read_document(SAMPLE / "config.yaml").extended(
            {"catalogue": str(SAMPLE / "catalogue.csv")}
        )
        return _config(document, Path.cwd(), environ)
    return _config(read_document(path), path.resolve().parent, environ)


def config_from_mapping(
    data: Mapping[str, Any],
    base: Path,
    source: str,
    *,
    environ: Mapping[str, str] | None = None,
) -> Config:
    """A config from plain values in the shape of config.yaml; `source` names them in errors."""
    return _config(plain_document(data, source), base.resolve(), environ)


def override(
    config: Config,
    changes: Mapping[str, Any],
    base: Path,
    source: str,
    *,
    environ: Mapping[str, str] | None = None,
) -> Config:
    """The config with some settings changed; keys merge at every depth, lists are replaced."""
    merged = _merged(config.model_dump(by_alias=True), changes)
    return _config(plain_document(merged, source), base.resolve(), environ)


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(old)
    for key, value in new.items():
        known = both.get(key)
        # The agents' room is named by topic or by id: one way replaces the other.
        if key != "agent_room" and isinstance(known, Mapping) and isinstance(value, Mapping):
            both[key] = _merged(known, value)
        else:
            both[key] = value
    return both


def _config(document: Document, base: Path, environ: Mapping[str, str] | None) -> Config:
    environment = os.environ if environ is None else environ  # noqa: TID251
    return validated(Config, document.with_secrets(environment), {"base": base})
