"""Writes the next migration: what the tables have become since the newest one (`make migration`)."""

import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from storage.migrate import FOLDER, move

VERSIONS = FOLDER / "versions"


def write(words: str, into: Path = VERSIONS) -> Path:
    """A revision from the newest migration to the table classes, to be read before it is committed."""
    numbers = [int(path.name[:4]) for path in VERSIONS.glob("[0-9]*.py")]
    revision = f"{max(numbers, default=0) + 1:04d}"
    slug = re.sub(r"\W+", "_", words.lower()).strip("_")
    config = Config()
    places = "\n".join(dict.fromkeys(str(folder) for folder in (VERSIONS, into)))
    for name, value in (
        ("script_location", str(FOLDER)),
        ("version_locations", places),
        ("path_separator", "newline"),
        ("file_template", f"{revision}_{slug}"),
    ):
        config.set_main_option(name, value.replace("%", "%%"))
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        with engine.begin() as connection:
            if numbers:
                move(connection, "head")
            config.attributes["connection"] = connection
            command.revision(config, words, autogenerate=True, rev_id=revision, version_path=str(into))
        engine.dispose()
    return into / f"{revision}_{slug}.py"


if __name__ == "__main__":
    sys.stdout.write(f"{write(' '.join(sys.argv[1:]) or 'Tables changed.')}\n")
