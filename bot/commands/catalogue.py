"""`xiaotuan catalogue`: products from a file into the shop, and finding them."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands._common import ConfigFile, json_text, lines_of, say
from bot.failures import Mistake

if TYPE_CHECKING:
    from nlp.retrieval import ProductSearch
    from storage.catalogue import CatalogueChanged
    from storage.catalogue_files import ProductRecord

commands = typer.Typer()


@commands.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX with a header row.")],
    config: ConfigFile = None,
) -> None:
    """Add and change products; tells what was added, changed, refused and why."""
    from bot.log import configure
    from storage.catalogue_files import read_catalogue

    configure("WARNING")
    found = read_catalogue(file)
    imported = asyncio.run(_import(config, found.products))
    names = {record.id: record.name for record in found.products}
    for line in _told(imported, names):
        say(line)
    for problem in found.problems:
        say(f"refused {file}:{problem}")
    counts = (len(imported.added), len(imported.changed), imported.same, len(found.problems))
    say("{} added, {} changed, {} as before, {} refused".format(*counts))
    if found.problems and not found.products:
        raise Mistake(f"{file}: no row can be used")


def _told(imported: "CatalogueChanged", names: Mapping[str, str]) -> Iterator[str]:
    for id_ in imported.added:
        yield f"added {id_} {names[id_]}"
    for id_, fields in imported.changed:
        yield f"changed {id_} {names[id_]}: {', '.join(fields)}"


async def _import(config: Path | None, records: "Iterable[ProductRecord]") -> "CatalogueChanged":
    from bot.config import load_config
    from bot.offline import submitted

    changed: CatalogueChanged = await submitted(load_config(config), "import_catalogue", list(records))
    return changed


@commands.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for; - reads one query a line.")],
    file: Annotated[Path | None, typer.Option(help="Search this catalogue, not the store.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 10,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
    config: ConfigFile = None,
) -> None:
    """Find products, best first: {"id","name","score"}; a table on a terminal."""
    products = asyncio.run(_searchable(file, config))
    if query == "-":
        _search_lines(products, limit)
        return
    for hit in products.search(query, limit):
        if jsonl or not sys.stdout.isatty():
            say(json_text({"id": hit.id, "name": hit.name, "score": hit.score}))
        else:
            say(f"{hit.score:8.2f}  {hit.id}  {hit.name}")


def _search_lines(products: "ProductSearch", limit: int) -> None:
    from nlp.retrieval import found_lines

    queries = (text for _, _, text in lines_of(None))
    for line in found_lines(products, queries, limit):
        say(line)


async def _searchable(file: Path | None, config: Path | None) -> "ProductSearch":
    from nlp.retrieval import ProductSearch, SearchEntry, search_text

    if file is not None:
        from storage.catalogue import columns_of
        from storage.catalogue_files import read_catalogue

        rows = [(record.id, columns_of(record)) for record in read_catalogue(file).products]
        entries = [SearchEntry(i, c["name"], search_text(c["aliases"], c["facts"])) for i, c in rows]
        return ProductSearch(entries)
    from bot.config import load_config
    from bot.offline import reading
    from storage.catalogue import Product

    async with reading(load_config(config)) as shop:
        found = shop.rows(Product)
        return ProductSearch(SearchEntry(p.id, p.name, search_text(p.aliases, p.facts)) for p in found)
