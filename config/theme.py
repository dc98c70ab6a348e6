"""The admin's look: unfold's settings. https://unfoldadmin.com/docs/configuration/settings/"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static


def _style(request: HttpRequest) -> str:
    return static("hub/hub.css")


def _script(request: HttpRequest) -> str:
    return static("hub/hub.js")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Tieback",
    "SITE_HEADER": "Tieback",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("hub/icon.svg")}],
    "SITE_SYMBOL": "sync_alt",
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [_style],
    "SCRIPTS": [_script],
    "SIDEBAR": {"show_search": False, "navigation": "hub.admin.navigation.sidebar"},
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        }
    },
}
