"""The chat accounts that a configuration names, as channels."""

from typing import TYPE_CHECKING

from bot.channels import Channel
from bot.clock import Clock, MovableClock, RealClock
from bot.config import Config, SimulatorChannel, WechatyChannel

if TYPE_CHECKING:
    from bot.server import Pages


def clock_of(config: Config) -> Clock:
    """The real time; where a simulator is, people may move it."""
    simulated = any(isinstance(channel, SimulatorChannel) for channel in config.channels)
    return MovableClock() if simulated else RealClock()


def account_of(settings: SimulatorChannel | WechatyChannel, index: int) -> str:
    """The name of the account at this place of the list, in every process the same."""
    if isinstance(settings, SimulatorChannel):
        return "simulator"
    return "wechaty" if index == 0 else f"wechaty-{index + 1}"


def accounts_of(config: Config) -> list[str]:
    """The names of all accounts."""
    return [account_of(settings, index) for index, settings in enumerate(config.channels)]


def open_channel(config: Config, index: int, clock: Clock, pages: "Pages") -> Channel:
    """The channel at this place of the list; its page, if it has one, goes into `pages`."""
    settings = config.channels[index]
    if isinstance(settings, SimulatorChannel):
        from bot.channels.page import simulator_page
        from bot.channels.simulator import SimulatorChannel as Simulator

        assert isinstance(clock, MovableClock)
        file = None if config.database == "sqlite://" else config.data_dir / "simulator.jsonl"
        simulator = Simulator(clock=clock, state_file=file)
        pages["simulator"] = simulator_page(simulator)
        return simulator
    from bot.channels.wechaty import WechatyChannel as Wechaty

    return Wechaty(
        settings.endpoint,
        settings.token.get_secret_value(),
        tls_enabled=settings.tls.enabled,
        ca=settings.tls.ca,
        server_name=settings.tls.server_name,
        data_dir=config.data_dir,
        clock=clock,
        name=account_of(settings, index),
    )
