"""What records of MRI are called: their outside keys in Procore, and the keys of documents that MRI has none for.

An id of MRI is text with zeros and letters, and is passed on as it is.
"""

from __future__ import annotations

JOIN = "/"  # between the parts of a key, as people write them: WHARF01/SC-001/3


def outside_key(database: str, kind: str, record_id: str) -> str:
    """The `origin_id` of what came from MRI. Several databases, and other ledgers, may share a Procore company."""
    return f"mri:{database}:{kind}:{record_id}"


def contract_key(job_id: str, number: str) -> str:
    """What tells a contract or purchase order of MRI from all others. It is its id among the links: that MRI's own
    key is read is not certain."""
    return JOIN.join((job_id, number))


def draw_key(job_id: str, contract_number: str, number: str) -> str:
    """What tells a draw from all others, and its id among the links: payments name draws so."""
    return JOIN.join((job_id, contract_number, number))


def code_key(phase: str, code: str) -> str:
    """The id of a cost code among the links; a phase is one without a code. Both may be "": not every client uses
    phases."""
    return JOIN.join((phase, code))


def code_parts(key: str) -> tuple[str, str]:
    """Phase and cost code of such an id."""
    phase, _, code = key.partition(JOIN)
    return phase, code
