"""The admin's look: unfold's settings. https://unfoldadmin.com/docs/configuration/settings/"""

from __future__ import annotations

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Tieback",
    "SITE_HEADER": "Tieback",
    "SITE_SYMBOL": "link",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
}
