"""One process of a race for a login: so many writes, each with a token that must be renewed first.

usage: python -m tests.ops.refresher CONNECTION WRITES NAME
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from hub.connect import client_for  # noqa: E402
from hub.models import Connection  # noqa: E402
from integrations.base.client import ApiClient, Request  # noqa: E402
from integrations.base.errors import Unavailable  # noqa: E402
from tests.ops.hurried import no_windows  # noqa: E402


def write(client: ApiClient, name: str) -> int:
    """One contact; gives back how often the login's answer was lost on the way."""
    lost = 0
    while True:
        try:
            client.send(Request("PUT", "/api.xro/2.0/Contacts", body=json.dumps({"Contacts": [{"Name": name}]})))
        except Unavailable:  # the login did not answer, so nothing was sent
            lost += 1
        else:
            return lost


def race(connection_id: int, writes: int, name: str) -> int:
    connection = Connection.objects.select_related("grant").get(pk=connection_id)
    with no_windows():
        client = client_for(connection, background=True)
        return sum(write(client, f"{name} {number}") for number in range(writes))


if __name__ == "__main__":
    sys.stdout.write(str(race(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
