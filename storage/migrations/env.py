"""Alembic's entry: migrates over the connection it is given."""

from alembic import context
from sqlmodel import SQLModel

from storage.shop import all_models

all_models()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False,
)
context.run_migrations()
