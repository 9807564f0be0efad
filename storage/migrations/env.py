"""What Alembic runs. The connection is given by `storage.schema`, inside a transaction of its own."""

from typing import Any

from alembic import context

from storage.metadata import metadata

given = context.config.attributes


def _note(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:  # noqa: ARG001  the names are Alembic's
    given["passed"].append(step.up_revision_id)


context.configure(connection=given["connection"], target_metadata=metadata, on_version_apply=_note)
with context.begin_transaction():
    context.run_migrations()
