"""An index that is built while everybody goes on working."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import AddIndex


class AddIndexQuietly(AddIndex):
    """Without a lock on the table where the database can do that: PostgreSQL builds it `CONCURRENTLY`. It must be the
    only operation of a migration with `atomic = False`. One that was cut short is left behind invalid: drop it, and
    migrate again. https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"""

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, **_quietly(schema_editor))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        schema_editor.remove_index(model, self.index, **_quietly(schema_editor))


def _quietly(schema_editor: Any) -> dict[str, bool]:
    return {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}
