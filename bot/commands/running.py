"""`xiaotuan run` and `xiaotuan doctor`: the bot itself, and whether it could run."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands._common import ConfigFile, say
from bot.failures import Mistake

if TYPE_CHECKING:
    from bot.app import App

commands = typer.Typer()


class Part(StrEnum):
    """What a process does of the whole."""

    ALL = "all"
    GATEWAY = "gateway"
    WORKER = "worker"
    WEB = "web"


class Level(StrEnum):
    """From which severity on events are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@commands.command()
def run(
    config: ConfigFile = None,
    role: Annotated[Part, typer.Option(help="What this process does of the whole.")] = Part.ALL,
    log: Annotated[Level, typer.Option(help="Log from this severity on.")] = Level.INFO,
) -> None:
    """The bot with everything that the config names; Ctrl-C stops it."""
    from bot.config import load_config
    from bot.log import configure

    settings = load_config(config)
    if role is not Part.ALL:
        raise Mistake(f"--role {role}: needs several processes, which this version does not have; use all")
    if settings.broker != "memory":
        raise Mistake(f"{config}: broker: this version runs in one process; use memory")
    configure(log.upper())
    from bot.app import run as serve

    asyncio.run(serve(settings, on_ready=_ready))


def _ready(app: "App") -> None:
    assert app.runner is not None
    typer.echo(f"小团 is running at {app.runner.url} (Ctrl-C stops it)")
    if app.first_sign_in is not None:
        link = app.runner.url.rstrip("/") + app.first_sign_in
        typer.echo(f"Nobody is admin of the desk yet: set a password at {link} (once, within an hour)")


@commands.command()
def doctor(config: ConfigFile = None) -> None:
    """Check config, database, broker, channels, fonts and time zone, one line each."""
    from bot.doctor import examine

    findings = asyncio.run(examine(config))
    for finding in findings:
        say(str(finding))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
