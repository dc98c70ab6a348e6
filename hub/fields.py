"""Secrets at rest: a field whose JSON is encrypted with rotatable keys."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute


class WrongKey(InvalidToken):
    """A stored secret that none of the keys fits."""

    def __str__(self) -> str:
        return "None of TIEBACK_FIELD_KEYS fits a stored secret. What to do: docs/operating.md, “Keys”."


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in settings.HUB_FIELD_KEYS])


class Sealed:
    """A secret as it is stored, until somebody asks what is in it."""

    __slots__ = ("stored",)

    def __init__(self, stored: bytes) -> None:
        self.stored = stored

    def __repr__(self) -> str:
        return "<Sealed>"

    def open(self) -> dict[str, Any]:
        """Raises WrongKey."""
        try:
            return dict(json.loads(_box().decrypt(self.stored)))
        except InvalidToken:
            raise WrongKey from None


class _Opening(DeferredAttribute):
    """Opens a secret when it is asked for. Whoever only names a login needs no key: one secret that none of the keys
    fits must not hold up the work of others."""

    field: models.Field[Any, Any]

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = value.open()
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SecretJSONField(models.BinaryField):  # type: ignore[type-arg]
    """A dict that is encrypted in the database. The first of HUB_FIELD_KEYS encrypts, all of them decrypt.

    With a wrong key, asking for it raises WrongKey rather than handing out ciphertext, or nothing, which a form would
    then store; a row that is stored without having been asked keeps its secret as it is. `values_list` gives it out
    `Sealed`. It cannot be searched for, and dumps of the database (`dumpdata`) hold nothing of it.
    """

    descriptor_class = _Opening

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> bytes:
        return value.stored if isinstance(value, Sealed) else _box().encrypt(json.dumps(value or {}).encode())

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return model_instance.__dict__[self.attname]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | dict[str, Any]:
        return {} if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        return value

    def get_default(self) -> dict[str, Any]:
        return {}

    def value_to_string(self, obj: models.Model) -> str:
        return ""

    def get_lookup(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"“{self.name}” is encrypted and cannot be searched for.")
