"""One canonical key for the many ways of writing a phone number."""

from typing import Any

from tests.support.school import Database


def keys(db: Database, region: str | None, *phones: str | None) -> Any:
    return [
        row[0]
        for row in db.execute(
            "select school.phone_key(p, %s) from unnest(%s::text[]) with ordinality as t (p, n)"
            " order by n",
            (region, list(phones)),
        )
    ]


def test_every_way_of_writing_a_number_has_one_key(db: Database) -> None:
    for region, key, phones in (
        (
            "US",
            "+15552010100",
            (
                "+1 555 201 0100",
                "+1 (555) 201-0100",
                "1-555-201-0100",
                "(555) 201-0100",
                "555.201.0100",
                "5552010100",
                "011 1 555 201 0100",
                "001 555 201 0100",
                "555-201-0100 ext. 12",
                "555-201-0100 x12",
                "555 201 0100;ext=12",
                "\uff0b1 \uff15\uff15\uff15 201 0100",
                " +1\u00a0555\u00a0201\u20110100 ",
            ),
        ),
        (
            "GB",
            "+442079460018",
            ("+44 20 7946 0018", "020 7946 0018", "0044 20 7946 0018", "+44 (0)20 7946 0018"),
        ),
        (
            "IN",
            "+919876543210",
            ("+91 98765 43210", "098765 43210", "98765-43210", "0091 9876543210"),
        ),
        ("IT", "+390612345678", ("06 1234 5678", "+39 06 1234 5678")),
        ("HU", "+3612345678", ("06 1 234 5678", "+36 1 234 5678")),
        ("RU", "+74951234567", ("8 (495) 123-45-67", "+7 495 123-45-67")),
    ):
        assert set(keys(db, region, *phones)) == {key}, region


def test_different_numbers_have_different_keys(db: Database) -> None:
    phones = ("555 201 0100", "555 201 0101", "+44 555 201 0100", "+1 555 201 010")
    assert len(set(keys(db, "US", *phones))) == len(phones)
    assert keys(db, "US", "020 7946 0018") != keys(db, "GB", "020 7946 0018")


def test_text_without_digits_has_no_key_and_an_unknown_region_no_country(db: Database) -> None:
    assert keys(db, "US", "unknown", "", "ext. 12", None) == [None] * 4
    assert keys(db, "ZZ", "020 1", "+44 1") == ["+0201", "+441"]
    assert [len(key) for key in keys(db, "US", "5" * 60)] == [40]
