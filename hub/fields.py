"""Secrets at rest: a field whose JSON is encrypted with rotatable keys."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


class WrongKey(InvalidToken):
    """A stored secret that none of the keys fits."""

    def __str__(self) -> str:
        return "None of TIEBACK_FIELD_KEYS fits a stored secret. What to do: docs/operating.md, “Keys”."


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in settings.HUB_FIELD_KEYS])


class SecretJSONField(models.BinaryField):  # type: ignore[type-arg]
    """A dict that is encrypted in the database. The first of HUB_FIELD_KEYS encrypts, all of them decrypt.

    A wrong key raises InvalidToken rather than handing out ciphertext, or nothing, which a form would then store.
    Values cannot be searched for, and dumps of the database (`dumpdata`) hold nothing.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> bytes:
        return _box().encrypt(json.dumps(value or {}).encode())

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> dict[str, Any]:
        if value is None:
            return {}
        try:
            plain = _box().decrypt(bytes(value))
        except InvalidToken:
            raise WrongKey from None
        return dict(json.loads(plain))

    def to_python(self, value: Any) -> Any:
        return value

    def get_default(self) -> dict[str, Any]:
        return {}

    def value_to_string(self, obj: models.Model) -> str:
        return ""

    def get_lookup(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"“{self.name}” is encrypted and cannot be searched for.")
