"""Where Xero's own API description is wrong about the live service, and why we think so.

Applied to the description before it is used, so that everything else can be held to it strictly: a field that it does
not know is an error, on both sides.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
MESSAGES = {"type": "array", "items": {"$ref": "#/components/schemas/ValidationError"}}

# Every recorded reply has these four around its list; the description has only the list.
ENVELOPE = {"Id": TEXT, "Status": TEXT, "ProviderName": TEXT, "DateTimeUTC": TEXT}

# Fields that live answers carry and the description leaves out.
EXTRA_FIELDS: dict[str, dict[str, Any]] = {
    # Recorded in contacts and in groups of contacts; named in the printed samples of groups.
    "ContactGroup": {"HasValidationErrors": FLAG, "ValidationErrors": MESSAGES},
    # Recorded in the read of one account.
    "Account": {"Attachments": {"type": "array"}},
    # Recorded on every option; printed in the vendor's samples of options.
    "TrackingOption": {
        "HasValidationErrors": FLAG,
        "ValidationErrors": MESSAGES,
        "IsDeleted": FLAG,
        "IsArchived": FLAG,
        "IsActive": FLAG,
    },
}

# Components whose extra fields cannot be listed.
OPEN = {
    "Element": "an error's element is the element that was sent, whatever it was",
}

# Headers that are declared otherwise than the service takes them.
HEADERS = {
    "ifModifiedSince": "the time has no zone, so it is not the date-time it is declared to be",
    "requiredHeader": "a custom connection opens one organisation and sends no xero-tenant-id",
}

# Answers that an operation may give though they are not declared for it.
ERRORS = {
    "400": "a filter that cannot be read and a list that is too long are refused on reads as well",
}

# Requests that the description does not know.
UNDESCRIBED_CONTENT = {
    ("PUT", "application/xml"): "a list of tracking options is known to be taken in XML only",
}


def corrected(spec: dict[str, Any]) -> dict[str, Any]:
    """`spec` itself, corrected in place."""
    schemas, parameters = spec["components"]["schemas"], spec["components"]["parameters"]
    for schema in schemas.values():
        if "x-objectArrayKey" in schema:
            schema["properties"].update(ENVELOPE)
    for name, fields in EXTRA_FIELDS.items():
        schemas[name]["properties"].update(fields)
    for name in OPEN:
        schemas[name]["additionalProperties"] = True
    for path in spec["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation["responses"].setdefault("400", {"$ref": "#/components/responses/400Error"})
    del parameters["ifModifiedSince"]["schema"]["format"]
    parameters["requiredHeader"]["required"] = False
    return spec
