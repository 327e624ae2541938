"""Search by index, one by one and page by page find the same: the leads whose text holds a term."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.support.asking import one
from tests.support.school import Caller, School

Database = psycopg.Connection[Any]

LEADS = 300
# Letters with and without accents, in two cases, of other scripts, outside the basic plane; what
# has a meaning in LIKE, in JSON, in arrays; what pg_trgm takes for the end of a word.
LETTERS = "aAbBnNeEøØßéÉe\u0301łñçяЖ山田ひ𝄞🎻0123456789"
SIGNS = "%_\\'\"*?+-.,:;(){}[]|&!<>=~#$/@  "
TERMS = 400


def word(dice: random.Random, most: int) -> str:
    return "".join(
        dice.choice(LETTERS if dice.random() < 0.8 else SIGNS) for _ in range(dice.randint(1, most))
    )


@pytest.fixture
def terms(db: Database, school: School) -> list[str]:
    """Fill the school with leads of generated words; give parts of them, and words of nobody."""
    dice = random.Random(2027)  # noqa: S311 - every run tries the same
    people = [school["sam"], school["sue"], None]
    teachers = [school["tom"], school["tia"], None]
    with db.cursor() as cursor:
        cursor.executemany(
            "insert into school.leads (stage_id, name, phone, guardian_name, follow_up_date,"
            " owner_id, assigned_teacher_id, deleted_at)"
            " values (%s, 'x' || %s, %s, nullif(%s, ''), '2027-03-01'::date + %s, %s, %s,"
            " case when %s then now() end)",
            [
                (
                    school["stage_new"],
                    word(dice, 30),
                    "+44 20 " + str(dice.randint(10**6, 10**7)),
                    word(dice, 20).strip(),
                    dice.randint(0, 300),
                    dice.choice(people),
                    dice.choice(teachers),
                    dice.random() < 0.1,
                )
                for _ in range(LEADS)
            ],
        )
    texts = [text for (text,) in db.execute("select search_text from school.leads order by id")]
    found = []
    for _ in range(TERMS):
        text = dice.choice(texts)
        start, length = dice.randrange(len(text)), dice.choice((1, 1, 2, 2, 3, 3, 4, 6, 10))
        part = text[start : start + length]
        found.append(dice.choice((part, part.upper(), part[::-1], word(dice, 3))))
    return [term for term in found if "\n" not in term]


@pytest.fixture
def gateway(db: Database, conninfo: Callable[..., str]) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the gateway on which a few hundred leads are looked up as many are."""
    others = (
        "select string_agg(indexrelid::regclass::text, ', ') from pg_catalog.pg_index"
        " where indrelid = 'school.leads'::regclass and not indisprimary"
        " and indexrelid <> 'school.leads_by_search_text'::regclass"
    )
    db.execute(f"drop index {one(db, others)}")
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        gateway.execute("set enable_seqscan = off; set enable_indexscan = off")
        yield gateway


def test_every_way_to_search_finds_the_leads_whose_text_holds_the_term(
    db: Database,
    school: School,
    terms: list[str],
    call: Callable[[str], Caller],
    gateway: psycopg.Connection[Any],
) -> None:
    asked = "select t, school.lead_ids_matching(t) from unnest(%s::text[]) as t"
    assert len(terms) > TERMS / 2
    for person in ("ada", "sam", "tom"):
        seen = {row[0] for row in call(person).rows("select id from school.leads")}
        texts = dict(
            db.execute(
                "select id, search_text from school.leads"
                " where deleted_at is null and id = any(%s)",
                (list(seen),),
            ).fetchall()
        )
        cleaned = dict(
            db.execute(
                "select t, lower(school.clean(t)) from unnest(%s::text[]) as t", (terms,)
            ).fetchall()
        )
        expected = {
            term: {lead for lead, text in texts.items() if text_of_term in text}
            for term, text_of_term in cleaned.items()
            if text_of_term is not None
        }
        hits, many = 0, []
        for caller in (call(person), Caller(gateway, school.token(person))):
            for term, found in caller.rows(asked, (list(expected),)):
                if found is None:
                    many.append(term)
                else:
                    assert set(found) == expected[term], (person, term)
                    hits += bool(found)
        assert hits > 50
        # What many leads have in common is found page by page.
        assert len(many) > 5
        for term in many[:5]:
            page = call(person)("list_leads", search=term, limit=1000)
            assert {item["id"] for item in page["items"]} == {str(i) for i in expected[term]}


def test_an_admins_search_looks_into_the_index(
    school: School, terms: list[str], gateway: psycopg.Connection[Any]
) -> None:
    """Nobody else's looks for the term in it; tests.test_explain asks what the server counts."""
    returned = "select pg_stat_get_xact_tuples_returned('school.leads_by_search_text'::regclass)"

    def from_index(person: str, term: str) -> int:
        with gateway.transaction(force_rollback=True):
            Caller(gateway, school.token(person)).enter()
            (before,) = gateway.execute(returned).fetchone()  # type: ignore[misc]
            gateway.execute("select school.lead_ids_matching(%s)", (term,))
            (after,) = gateway.execute(returned).fetchone()  # type: ignore[misc]
            return int(after - before)

    # Whatever else reads the leads here reads the whole of the only index that is left.
    assert from_index("ada", "sues@leads") > from_index("ada", "suez@leads")
    for person in ("sam", "tom"):
        assert from_index(person, "sues@leads") == from_index(person, "suez@leads")
