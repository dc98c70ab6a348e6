"""Names: cleaned, folded, shortened, recognised."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.procore_kit import names
from integrations.procore_xero import option_names

TEMPLATE = "{number} {name}"


def named(number: str, name: str, template: str = TEMPLATE) -> str:
    return option_names.option_name(template, "number", names.clean(number), names.clean(name))


def attempt(number: str, name: str) -> str | names.NameFault:
    try:
        return named(number, name)
    except names.NameFault as fault:
        return fault


@given(st.text(), st.text())
def test_any_name_fits_begins_with_its_number_or_is_refused(number: str, name: str) -> None:
    made = attempt(number, name)
    if isinstance(made, names.NameFault):
        assert made.code in ("bad_characters", "too_long")
        assert any(map(names.unsendable, (" ".join(number.split()), " ".join(name.split())))) or len(number) > 50
        return
    assert names.length(made) <= 100
    assert made == " ".join(made.split())
    assert made.startswith(names.clean(number))
    made.encode()


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=60))
def test_a_name_with_room_is_never_changed_but_for_blanks(name: str) -> None:
    composed = " ".join(unicodedata.normalize("NFC", name).split())
    if names.length(composed) <= 90:
        assert named("24-001", name) == f"24-001 {composed}".strip()


@pytest.mark.parametrize(
    ("number", "name", "made"),
    [
        (" 24-001 ", "  Wharf   9 ", "24-001 Wharf 9"),
        ("24-001", "Cafe\u0301", "24-001 Café"),
        ("24-001", "line\nbreak\tand tab", "24-001 line break and tab"),
        ("24-001", "", "24-001"),
        ("24-001", "x" * 93, "24-001 " + "x" * 93),
        ("24-001", "x" * 94, "24-001 " + "x" * 92 + "…"),
        ("9" * 100, "any", "9" * 100),
        ("9" * 99, "any", "9" * 99),
        ("9" * 98, "any", "9" * 98 + " …"),
    ],
)
def test_option_names(number: str, name: str, made: str) -> None:
    assert named(number, name) == made


@pytest.mark.parametrize("name", ["👷🏽‍♀️" * 40, "é́" * 90, "🇦🇺🇳🇿" * 30, "🏗️" * 60])
def test_shortening_cuts_between_characters_as_people_see_them(name: str) -> None:
    made = named("1", name).removeprefix("1 ").removesuffix("…")
    whole = list(option_names._clusters(names.clean(name)))
    assert made in {"".join(whole[:count]).rstrip() for count in range(len(whole))}
    assert names.length(made) > 80


@pytest.mark.parametrize("name", ["a\x00b", "\ud83d", "bell\x07", "\ufffe", "\U0001ffff"])
def test_what_is_no_text_is_refused(name: str) -> None:
    with pytest.raises(names.NameFault, match="it holds the character U") as caught:
        named("1", name)
    assert caught.value.code == "bad_characters"


def test_a_number_over_a_hundred_characters_is_refused_not_cut() -> None:
    with pytest.raises(names.NameFault) as caught:
        named("9" * 101, "any")
    assert caught.value.code == "too_long"


@pytest.mark.parametrize(
    ("option", "key", "fits"),
    [
        ("24-001", "24-001", 3),
        (" 24-001 ", "24-001", 3),
        ("a1", "A1", 3),
        ("24-001 Wharf", "24-001", 2),
        ("24-001: Wharf", "24-001", 2),
        ("24-001 - Wharf", "24-001", 2),
        ("24-001-Wharf", "24-001", 1),
        ("24-001-A Wharf", "24-001", 1),
        ("24-0010 Wharf", "24-001", 0),
        ("24-001A Wharf", "24-001", 0),
        ("Wharf 24-001", "24-001", 0),
        ("24-001 Wharf", "", 0),
    ],
)
def test_how_an_option_fits_a_number(option: str, key: str, fits: int) -> None:
    assert option_names.fit(option, key) == fits


@pytest.mark.parametrize(
    ("option", "template", "name", "key"),
    [
        ("24-009 Wharf 9", TEMPLATE, "Wharf 9", "24-009"),
        ("24-009 WHARF  9", TEMPLATE, "Wharf 9", "24-009"),
        ("Wharf 9 (24-009)", "{name} ({number})", "Wharf 9", "24-009"),
        ("Old Wharf 9", TEMPLATE, "Wharf 9", ""),
        ("24-009 Wharf 10", TEMPLATE, "Wharf 9", ""),
        ("24-009", "{number}", "Wharf 9", ""),
        ("24-009 ", TEMPLATE, "", ""),
        ("24-009 a.b", TEMPLATE, "axb", ""),
    ],
)
def test_the_number_an_option_carries_beside_a_name(option: str, template: str, name: str, key: str) -> None:
    assert option_names.key_in(option, template, "number", name) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Pty Ltd", "ACME P/L"),
        ("Acme Pty. Ltd.", "acme"),
        ("Acme Limited", "Acme Ltd"),
        ("Acme, Inc.", "Acme"),
        ("Müller & Söhne", "Muller and Sohne"),
        ("O'Neill Tiling", "ONeill  Tiling"),
        ("O’Neill Tiling", "O'Neill Tiling"),
    ],
)
def test_spellings_of_one_company(one: str, other: str) -> None:
    assert names.company_key(one) == names.company_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Acme North", "Acme South"), ("Co-op", "Op"), ("Ltd", "Pty"), ("Pty Tiling", "Tiling")]
)
def test_different_companies_stay_different(one: str, other: str) -> None:
    assert names.company_key(one) != names.company_key(other)
