"""Reading without a shop: what messages mean, what native lists say, what a recorded chat leads to."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands._common import (
    LinesFile,
    check_writable,
    json_text,
    note,
    records_of,
    say,
    write_whole,
)
from bot.failures import Mistake

if TYPE_CHECKING:
    from nlp.meaning import Context
    from nlp.products import ProductEntry

commands = typer.Typer()
SAMPLE_CATALOGUE = Path(__file__).parents[1] / "sample" / "catalogue.csv"


@commands.command()
def understand(
    file: LinesFile = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="The shop's products; without it the sample's.")
    ] = None,
) -> None:
    """Tell what messages mean: {"id","text","context"?} in, {"id","intent","sub",…} out."""
    from nlp.contract_json import meaning_json
    from nlp.understanding import Understander

    understander = Understander(_entries(catalogue or SAMPLE_CATALOGUE))
    for where, record in records_of(file):
        meaning = understander.understand(record["text"], _context(where, record))
        say(json_text(meaning_json(meaning, record.get("id"))))


def _entries(file: Path) -> "list[ProductEntry]":
    from nlp.products import ProductEntry
    from storage.catalogue_files import read_catalogue

    found = read_catalogue(file)
    for problem in found.problems:
        note(f"{file}:{problem} (left out)")
    return [ProductEntry(p.id, p.name, p.aliases, p.unit or None, p.pack or None) for p in found.products]


def _context(where: str, record: Mapping[str, Any]) -> "Context":
    from nlp.contract_json import context_of

    value = record.get("context")
    if value is not None and not isinstance(value, Mapping):
        raise Mistake(f"{where}: context: expected an object")
    names = (value or {}).get("open")
    if names is not None and not isinstance(names, list):
        raise Mistake(f"{where}: context.open: expected a list of names")
    try:
        return context_of(value)
    except ValueError:
        raise Mistake(f"{where}: context.now: expected an RFC 3339 time") from None


@commands.command()
def jielong(file: LinesFile = None) -> None:
    """Parse native 接龙 lists: {"id","text"} in, {"id","header","entries","trailing_note"} out."""
    from nlp.jielong import parse_list

    for _, record in records_of(file):
        say(json_text({"id": record.get("id"), **parse_list(record["text"]).to_json()}))


@commands.command()
def replay(
    log: Annotated[Path, typer.Argument(help="A recorded chat, JSON Lines.")],
    out: Annotated[Path | None, typer.Option(help="What the bot said; standard output without.")] = None,
    state: Annotated[Path | None, typer.Option(help="The end state, JSON.")] = None,
) -> None:
    """Feed a recorded chat through the real pipeline on a virtual clock."""
    check_writable(out, state)
    from bot.log import configure
    from bot.replay import replay as play

    configure("WARNING")
    lines, end = asyncio.run(play(log))
    said = "".join(json_text(line) + "\n" for line in lines)
    files = {} if out is None else {out: said.encode()}
    if state is not None:
        files[state] = (json_text(end, indent=1) + "\n").encode()
    write_whole(files)
    if out is None:
        typer.echo(said, nl=False)
