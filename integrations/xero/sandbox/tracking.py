"""The TrackingCategories resource. https://developer.xero.com/documentation/api/accounting/trackingcategories ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import wire
from .bodies import BadPost, argument, elements
from .listing import Listing
from .organisation import Organisation
from .query import fold
from .resource import XeroResource
from .state import Category, Option, new_id

MOST_ACTIVE, MOST = 2, 4
LONGEST_NAME = 100
STATUSES = ("ACTIVE", "ARCHIVED")
NOT_UNIQUE = "For each specified tracking option the name must be unique."
TOO_LONG = "Tracking option name must be less than or equal to 100 characters in length"

CATEGORIES: Listing[Category] = Listing(
    lambda category: {"Name": category.name, "Status": category.status, "TrackingCategoryID": category.id},
    ("Name", "Status", "TrackingCategoryID"),
)


def _show_option(option: Option) -> dict[str, Any]:
    return {
        "TrackingOptionID": option.id,
        "Name": option.name,
        "Status": option.status,
        "HasValidationErrors": False,
        "IsDeleted": option.status == "DELETED",
        "IsArchived": option.status == "ARCHIVED",
        "IsActive": option.status == "ACTIVE",
    }


def _show(category: Category, archived: bool) -> dict[str, Any]:
    statuses = STATUSES if archived else ("ACTIVE",)
    return {
        "Name": category.name,
        "Status": category.status,
        "TrackingCategoryID": category.id,
        "Options": [_show_option(option) for option in category.options if option.status in statuses],
    }


def _refused_option(body: Mapping[str, Any], messages: list[str]) -> dict[str, Any]:
    shown = {"TrackingOptionID": wire.NO_ID, **body, "HasValidationErrors": True}
    return {**shown, "ValidationErrors": wire.errors(messages)}


def _refused_category(body: Mapping[str, Any], message: str) -> dict[str, Any]:
    return {"TrackingCategoryID": wire.NO_ID, **body, "Options": [], "ValidationErrors": wire.errors([message])}


class TrackingRoutes(XeroResource):
    @route("GET", "/api.xro/2.0/TrackingCategories")
    def get_categories(self, request: Request) -> Response:
        """Not paged, and no If-Modified-Since."""
        archived = argument(request, "includeArchived").lower() == "true"
        statuses = STATUSES if archived else ("ACTIVE",)
        rows = [category for category in self.org(request).categories.values() if category.status in statuses]
        return self.whole(request, "TrackingCategories", CATEGORIES, rows, lambda row: _show(row, archived))

    @route("GET", "/api.xro/2.0/TrackingCategories/<category_id>")
    def get_category(self, request: Request, category_id: str) -> Response:
        category = self._category(self.org(request), category_id)
        if category is None:
            return wire.not_found()
        archived = argument(request, "includeArchived").lower() == "true"
        return self.answer(request, "TrackingCategories", [_show(category, archived)])

    @staticmethod
    def _category(org: Organisation, category_id: str) -> Category | None:
        category = org.categories.get(category_id.lower())
        return category if category and category.status != "DELETED" else None

    @route("PUT", "/api.xro/2.0/TrackingCategories")
    def put_category(self, request: Request) -> Response:
        org = self.org(request)
        body = elements(request, "TrackingCategories")[0]
        if why := self._category_problem(org, body.get("Name")):
            return self.invalid(request, [_refused_category(body, why)])
        category = org.add_category(body["Name"])
        return self.answer(request, "TrackingCategories", [_show(category, True)])

    def _category_problem(self, org: Organisation, name: Any, renamed: Category | None = None) -> str:
        others = [c for c in org.categories.values() if c.status != "DELETED" and c is not renamed]
        if not isinstance(name, str) or not name.strip():
            return "The tracking category name cannot be empty."
        if len(name) > LONGEST_NAME:
            return f"The tracking category name must be at most {LONGEST_NAME} characters."
        if self.switches.unique_category_names and any(fold(other.name) == fold(name) for other in others):
            return "The tracking category name must be unique."
        if renamed is None and (len(others) >= MOST or sum(c.status == "ACTIVE" for c in others) >= MOST_ACTIVE):
            return f"An organisation can have {MOST_ACTIVE} active and {MOST} tracking categories in total."
        return ""

    @route("POST", "/api.xro/2.0/TrackingCategories/<category_id>")
    def post_category(self, request: Request, category_id: str) -> Response:
        org = self.org(request)
        category = self._category(org, category_id)
        if category is None:
            return wire.not_found()
        body = elements(request, "TrackingCategories")[0]
        if why := self._category_problem(org, body.get("Name", category.name), category):
            return self.invalid(request, [_refused_category(body, why)])
        others = [c for c in org.categories.values() if c.status == "ACTIVE" and c is not category]
        if body.get("Status") == "ACTIVE" and len(others) >= MOST_ACTIVE:
            return self.invalid(request, [_refused_category(body, f"At most {MOST_ACTIVE} categories can be active.")])
        category.name = body.get("Name", category.name)
        category.status = body["Status"] if body.get("Status") in STATUSES else category.status
        return self.answer(request, "TrackingCategories", [_show(category, True)])

    @route("DELETE", "/api.xro/2.0/TrackingCategories/<category_id>")
    def delete_category(self, request: Request, category_id: str) -> Response:
        category = self._category(self.org(request), category_id)
        if category is None:
            return wire.not_found()
        category.status = "DELETED"
        return self.answer(request, "TrackingCategories", [_show(category, True)])

    # Options.

    @route("PUT", "/api.xro/2.0/TrackingCategories/<category_id>/Options")
    def put_options(self, request: Request, category_id: str) -> Response:
        """One option is documented; what a list does is a switch. More than a hundred options are allowed."""
        category, bodies = self._category(self.org(request), category_id), elements(request, "Options")
        if category is None:
            return wire.not_found()
        if len(bodies) > 1 and self.switches.bulk_options == "refuse":
            raise BadPost("More than one tracking option cannot be posted at once")
        if len(bodies) > 1 and self.switches.bulk_options == "ignore":
            return self.answer(request, "Options", [])
        return self._add(request, category, bodies)

    def _add(self, request: Request, category: Category, bodies: Sequence[Mapping[str, Any]]) -> Response:
        added, refused = [], []
        for body in bodies:
            if why := self._option_errors(category, body.get("Name")):
                refused.append(_refused_option(body, why))
            else:
                added.append(Option(new_id(), body["Name"]))
                category.options.append(added[-1])
        if refused and not (len(bodies) > 1 and self.switches.bulk_options == "partial"):
            category.options = [option for option in category.options if option not in added]
        if refused:
            return self.invalid(request, refused)
        return self.answer(request, "Options", [_show_option(option) for option in added])

    def _option_errors(self, category: Category, name: Any, renamed: Option | None = None) -> list[str]:
        if not isinstance(name, str) or not name.strip():
            return ["Tracking option name cannot be empty"]
        if len(name) > LONGEST_NAME:
            return [TOO_LONG]
        return [NOT_UNIQUE] if self._taken(category, name, renamed) else []

    def _taken(self, category: Category, name: str, renamed: Option | None) -> bool:
        statuses = STATUSES if self.switches.archived_option_names_block else ("ACTIVE",)

        def key(text: str) -> str:
            return " ".join(fold(text).split()) if self.switches.option_names_fold_case else text

        others = [option for option in category.options if option is not renamed and option.status in statuses]
        return any(key(other.name) == key(name) for other in others)

    @staticmethod
    def _option(category: Category | None, option_id: str) -> Option | None:
        options = category.options if category else []
        return next((o for o in options if o.id == option_id.lower() and o.status != "DELETED"), None)

    @route("POST", "/api.xro/2.0/TrackingCategories/<category_id>/Options/<option_id>")
    def post_option(self, request: Request, category_id: str, option_id: str) -> Response:
        category = self._category(self.org(request), category_id)
        option = self._option(category, option_id)
        if category is None or option is None:
            return wire.not_found()
        body = elements(request, "Options")[0]
        if why := self._option_errors(category, body.get("Name", option.name), option):
            return self.invalid(request, [_refused_option({"TrackingOptionID": option.id, **body}, why)])
        option.name = body.get("Name", option.name)
        option.status = body["Status"] if body.get("Status") in STATUSES else option.status
        return self.answer(request, "Options", [_show_option(option)])

    @route("DELETE", "/api.xro/2.0/TrackingCategories/<category_id>/Options/<option_id>")
    def delete_option(self, request: Request, category_id: str, option_id: str) -> Response:
        option = self._option(self._category(self.org(request), category_id), option_id)
        if option is None:
            return wire.not_found()
        if option.used and self.switches.delete_used_option == "refuse":
            why = ["The tracking option is used on a transaction and cannot be deleted."]
            return self.invalid(request, [_refused_option({"TrackingOptionID": option.id, "Name": option.name}, why)])
        option.status = "ARCHIVED" if option.used else "DELETED"
        return self.answer(request, "Options", [_show_option(option)])
