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


def _twins(*names: str) -> dict[str, Any]:
    """The plain twins of dates, recorded in every document."""
    return {f"{name}String": TEXT for name in names}


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
    # Recorded in every invoice; empty without an online payment service.
    "Invoice": {**_twins("Date", "DueDate"), "InvoicePaymentServices": {"type": "array"}},
    # Recorded in lines that are read alone or written; the item's id in those of orders.
    "LineItem": {"ValidationErrors": MESSAGES, "ItemID": TEXT},
    # Recorded in lists, where the option's id is missing instead; journals have it in the description.
    "LineItemTracking": {"Options": {"type": "array"}},
    # Recorded in every credit note, which bears its id twice.
    "CreditNote": {**_twins("Date"), "ID": TEXT, "Attachments": {"type": "array"}},
    "Prepayment": {**_twins("Date"), "ID": TEXT},
    "Overpayment": {**_twins("Date"), "ID": TEXT},
    "BankTransaction": _twins("Date"),
    # Batches may be written with summarizeErrors=false, which marks every element of an answer.
    "BatchPayment": {"StatusAttributeString": TEXT},
    "PurchaseOrder": {
        **_twins("Date", "DeliveryDate", "ExpectedArrivalDate"),
        "Type": TEXT,
        "HasErrors": FLAG,
        "IsDiscounted": FLAG,
    },
}


# Components whose extra fields cannot be listed.
OPEN = {
    "Element": "an error's element is the element that was sent, whatever it was",
}

# Fields that are not sent or answered though they are called required.
OPTIONAL = {
    ("Allocation", "Date"): "Xero takes the later date of the two documents",
}

# Answers whose printed sample departs from their own schema: a bare object, an id spelt AllocationId, and a list.
UNDESCRIBED_ANSWERS = tuple(
    (f"/{name}s/{{{name}ID}}/Allocations/{{AllocationID}}", "delete")
    for name in ("CreditNote", "Prepayment", "Overpayment")
)

# Parameters that are declared otherwise than the service takes them.
FORMATS = {
    "ifModifiedSince": "the time has no zone, so it is not the date-time it is declared to be",
    "PurchaseOrderID": "an order is also found by its number, which is described at an address that looks the same",
}
HEADERS = {
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

# Files are sent as what they are, although only application/octet-stream is declared.
ANY_FILE: dict[str, Any] = {"*/*": {"schema": {}}}


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
    for name, field in OPTIONAL:
        schemas[name]["required"].remove(field)
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _correct(path, method, operation)
    for name in FORMATS:
        del parameters[name]["schema"]["format"]
    for name in HEADERS:
        parameters[name]["required"] = False
    return spec


def _correct(path: str, method: str, operation: Any) -> None:
    if not isinstance(operation, dict):
        return
    operation["responses"].setdefault("400", {"$ref": "#/components/responses/400Error"})
    if (path, method) in UNDESCRIBED_ANSWERS:
        operation["responses"]["200"]["content"] = {"application/json": {"schema": {}}}
    if "/Attachments/" in path and "requestBody" in operation:
        operation["requestBody"]["content"] = ANY_FILE
