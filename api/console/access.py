"""Who sees what, and why."""

import argparse

from api.console.connecting import ready_owner, value
from api.settings import Settings


def why(settings: Settings, chosen: argparse.Namespace) -> int:
    """Tell which policies show a row to a person, or hide it."""
    with ready_owner(settings) as connection:
        answer = value(
            connection,
            "select auth.explain_from_console(p_email => %s, p_table => %s, p_id => %s)",
            chosen.as_person,
            chosen.table,
            str(chosen.id),
        )
        connection.rollback()  # the right to see as the person
    width = max(len(policy["name"]) for policy in answer["policies"])
    for policy in answer["policies"]:
        mark = "*" if policy["decides"] else " "
        print(f"{mark} {policy['name']:<{width}}  {policy['inWords']}")
    sees = "sees" if answer["visible"] else "does not see"
    print(f"{chosen.as_person} {sees} this row of {chosen.table}; * decides")
    return 0
