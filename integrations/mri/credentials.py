"""The five parts that MRI is shown with every call, and what else a login here is made of.

`Authorization: Basic base64("{client_id}/{database}/{user}/{key}:{password}")`
https://developers.apideck.com/apis/accounting/mrisoftware/configuration
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from ..base.limits import Quota, Window
from ..base.vendor import Login, LoginField

NAMED = ("client_id", "database", "user", "key")  # the parts before the colon, in their order
SEPARATORS = (("/", "/ (slash)"), ("\\", "\\ (backslash)"))
TIERS = (("partner", "Partner key"), ("developer", "Developer key"))
FORMATS = (("json", "JSON"), ("xml", "XML"))
WINDOW, WINDOW_SECONDS = "five minutes", 300.0
CALLS = 900  # of the 1,000 in five minutes that a partner key is said to have
MOST_CALLS, LARGEST_PAGE = 10_000, 1_000
PAGE_SIZE = 300  # the service's own
# The one name of the payables family that is publicly seen to answer.
TEST_API = "MRI_S-PMAP_Bank"

QUOTA = Quota((Window(WINDOW, WINDOW_SECONDS, CALLS),), in_flight=4)

FIELDS = (
    LoginField("database", "Database", help="The client database's name, as the MRI administrator gives it."),
    LoginField("user", "Web Services user", help="Made in MRI's Security Console, in a class with the APIs' rights."),
    LoginField("key_tier", "Kind of key", default="partner", choices=TIERS, help="Which of the two the key below is."),
    LoginField("key", "Partner or developer key", secret=True, max_length=500),
    LoginField("password", "Web Services password", secret=True, max_length=500),
    LoginField(
        "separator",
        "Separator",
        default="/",
        choices=SEPARATORS,
        help="What stands between the parts. The slash is usual; ask MRI when every call is answered with 401.",
    ),
    LoginField(
        "test_api",
        "API to test with",
        default=TEST_API,
        help="An API that the Web Services class may read for certain. It is asked for one record when the login is "
        "tested, and to tell a wrong password from a missing right.",
    ),
    LoginField("format", "Format", default="json", choices=FORMATS, help="JSON, unless an API knows only XML."),
    LoginField("page_size", "Records a page", default=str(PAGE_SIZE), help="MRI's own default is 300."),
    LoginField(
        "calls",
        "Calls in five minutes",
        default=str(CALLS),
        help="Partner keys may make 1,000. Developer keys have less; MRI does not publish how many.",
    ),
)


def token(login: Login) -> str:
    """The encoded five parts. Raises KeyError when one is missing."""
    parts = {"client_id": login.client_id, **login.fields}
    name = (login.fields.get("separator") or "/").join(parts[part].strip() for part in NAMED)
    return base64.b64encode(f"{name}:{parts['password']}".encode()).decode()


def login_faults(values: Mapping[str, str]) -> Mapping[str, str]:
    """What is wrong with a login, as sentences by field name; {} when nothing is."""
    return dict(_faults(values))


def _faults(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    separator = values.get("separator") or "/"
    for name in NAMED:
        if ":" in values.get(name, ""):
            yield name, "It must not hold a colon: the first colon ends the name that MRI reads."
        elif name != "key" and separator in values.get(name, ""):  # a key is given out, nobody can choose another
            yield name, f"It must not hold “{separator}”, which is the separator between the parts."
    for name, most in (("page_size", LARGEST_PAGE), ("calls", MOST_CALLS)):
        told = values.get(name, "")
        if told and not (told.isdecimal() and 1 <= int(told) <= most):
            yield name, f"It must be a whole number from 1 to {most:,}."
    if " " in values.get("test_api", ""):
        yield "test_api", "The name of an API holds no blanks."
