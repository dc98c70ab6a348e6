"""What stands around records, in JSON and in XML, with and without errors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.base.errors import BadReply
from integrations.mri.envelope import children, document_errors, opened, parse, record_error, record_errors

XML = """<?xml version="1.0" encoding="utf-8"?>
<mri_s-pmjc_jobs>
  <entry>
    <JobCode>00S0009003</JobCode>
    <Description>A &amp; B </Description>
    <Amount>-180.15</Amount>
    <Phone/>
    <Lines><entry><CostCode>0100</CostCode></entry></Lines>
  </entry>
  <entry><JobCode>0042</JobCode></entry>
  <nextPageLink>https://h/api.asp?%24api=X&amp;%24format=xml&amp;%24skip=301</nextPageLink>
</mri_s-pmjc_jobs>"""


def test_xml_reads_like_json_and_its_text_stays_text() -> None:
    found = opened(parse(XML.encode(), "application/xml"))
    first, second = found.records
    assert first["JobCode"] == "00S0009003"
    assert first["Description"] == "A & B "
    assert first["Amount"] == "-180.15"
    assert first["Phone"] is None
    assert children(first, "Lines.entry") == [{"CostCode": "0100"}]
    assert second == {"JobCode": "0042"}
    assert found.next_link == "https://h/api.asp?%24api=X&%24format=xml&%24skip=301"


def test_xml_says_itself_how_it_is_encoded() -> None:
    body = '<?xml version="1.0" encoding="windows-1252"?><mri_x><entry><Name>Café</Name></entry></mri_x>'
    assert opened(parse(body.encode("cp1252"), "text/xml")).records == ({"Name": "Café"},)


@pytest.mark.parametrize(
    "body",
    [
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x "boo">]><r><entry><A>&x;</A></entry></r>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd"><r><entry><A>1</A></entry></r>',
        '<?xml version="1.0"?><!DOCTYPE r><r/>',
        "<r><entry>",
        "<r>" * 5000 + "</r>" * 5000,
        "<!DOCTYPE html><html><body>Log in</body></html>",
        "<html><body>Log in</body></html>",
        "  \r\n<HTML>",
        "{'value': []}",
        '{"value": NaN}',
        "Transaction was deadlocked",
    ],
)
def test_what_is_no_data_is_not_read(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the texts are for nobody
        parse(body.encode(), "application/json")


def test_a_document_type_in_another_encoding_is_seen_as_well() -> None:
    body = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY x "boo">]><r><entry><A>&x;</A></entry></r>'
    with pytest.raises(ValueError):  # noqa: PT011
        parse(body.encode("utf-16"), "application/xml")


def test_a_web_page_is_told_by_its_type_even_when_it_would_parse() -> None:
    with pytest.raises(ValueError, match="web page"):
        parse(b"<body><entry><JobCode>1</JobCode></entry></body>", "text/html; charset=utf-8")


def test_json_is_exact_and_a_byte_order_mark_is_no_fault() -> None:
    data = parse('\ufeff{"value": [{"A": 0.10, "B": "0001"}]}'.encode(), "text/plain")
    assert opened(data).records == ({"A": Decimal("0.10"), "B": "0001"},)


@pytest.mark.parametrize(
    ("data", "count"),
    [
        ({"odata.metadata": "x"}, 0),
        ({"value": None}, 0),
        ({"value": []}, 0),
        ({"value": {"A": "1"}}, 1),
        ({"value": {"entry": {"A": "1"}}}, 1),
        ({"value": {"entry": [{"A": "1"}, {"A": "2"}]}}, 2),
        ({"value": [{"A": "1"}]}, 1),
        (None, 0),
    ],
)
def test_one_many_or_none(data: Any, count: int) -> None:
    assert len(opened(data).records) == count


@pytest.mark.parametrize("data", [[], {"value": "text"}, {"value": [1]}, {"value": [], "nextLink": 3}, "text"])
def test_what_is_no_envelope_is_said_to_be_none(data: Any) -> None:
    with pytest.raises(BadReply, match="MRI sent"):
        opened(data)


LINES = [{"CostCode": "0100"}, {"CostCode": "0200"}]


@pytest.mark.parametrize("path", ["Lines", "Lines.entry"])
@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ({"entry": LINES}, 2),
        ({"entry": LINES[0]}, 1),
        ({"entry": None}, 0),
        (LINES, 2),
        ([], 0),
        (None, 0),
    ],
)
def test_lines_however_they_are_wrapped(path: str, lines: Any, count: int) -> None:
    assert children({"Lines": lines}, path) == LINES[:count]
    assert children({}, path) == []


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_json_comes_it_is_records_or_a_sentence(data: Any) -> None:
    document_errors(data)
    record_errors(data)
    try:
        found = opened(data)
    except BadReply as error:
        assert error.message.startswith("MRI sent")  # noqa: PT017
    else:
        assert all(isinstance(record, dict) for record in found.records)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"Message": "Vendor is on hold"}, "Vendor is on hold"),
        ("Vendor is on hold", "Vendor is on hold"),
        ([{"Message": "One."}, {"Message": "Two."}], "One. Two."),
        ({"entry": {"Message": "Inner"}}, "Inner"),
        ({"message": {"value": "Deep"}}, "Deep"),
        ({"code": "1042"}, "error 1042"),
        (None, ""),
        ("", ""),
        ({}, ""),
        ({"Message": ""}, ""),
    ],
)
def test_the_error_of_a_record(error: Any, said: str) -> None:
    assert record_error({"JobCode": "1", "Error": error}) == said
    assert record_errors({"value": [{"JobCode": "1", "Error": error}]}) == ((said,) if said else ())


def test_the_error_of_a_record_in_xml() -> None:
    body = b"<mri_x><entry><JobCode>1</JobCode><Error><Message>No such job</Message></Error></entry></mri_x>"
    assert record_errors(parse(body, "application/xml")) == ("No such job",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"error": {"code": "x", "message": "Invalid API"}}, ("Invalid API",)),
        ({"error": {"code": "", "message": {"lang": "en", "value": "Invalid API"}}}, ("Invalid API",)),
        ({"error": "Invalid API"}, ("Invalid API",)),
        ({"message": "Invalid API"}, ("Invalid API",)),
        ({"value": [], "message": "a hint"}, ()),
        ({"value": []}, ()),
    ],
)
def test_the_error_of_a_document(data: Any, said: tuple[str, ...]) -> None:
    assert document_errors(data) == said
