"""People: their addresses, the last super admin, their own settings."""

from tests.support.admitting import nothing_changes
from tests.support.asking import one, refusal
from tests.support.races import calls_in_order, codes
from tests.support.school import Callers, Conninfo, Database, School, open_session
from tests.support.servers import Client


def test_an_email_is_free_again_once_its_user_is_deleted(
    db: Database, school: School, call: Callers
) -> None:
    first = call("ada")("create_user", name="First", role="staff", email="reuse@school.test")
    call("ada")("delete_user", user_id=first["id"])
    second = call("ada")("create_user", name="Second", role="staff", email="Reuse@school.test")
    assert second["id"] != first["id"]
    assert db.execute(
        "select name, deleted_at is null from school.users where email = 'reuse@school.test'"
        " order by name"
    ).fetchall() == [("First", False), ("Second", True)]
    assert refusal(call("ada"), "get_user", user_id=first["id"]).code == "not_found"


def test_the_last_active_super_admin_stays(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    root = school["root"]
    with nothing_changes(db):
        for function, arguments in (
            ("delete_user", {}),
            ("update_user", {"status": "disabled", "present": ["status"]}),
            ("update_user", {"role": "admin", "present": ["role"]}),
        ):
            refused = refusal(call("root"), function, user_id=root, **arguments)
            assert refused.code == "last_super_admin"
            kept = refusal(call("ada"), function, user_id=root, **arguments)
            assert kept.code == "forbidden"
    other = call("root")("create_user", name="Second", role="super_admin", email="two@school.test")
    open_session(db, other["id"], "session-of-second")
    answers = calls_in_order(
        db,
        conninfo,
        [
            ("second", "delete_user", {"user_id": root}),
            ("root", "delete_user", {"user_id": other["id"]}),
        ],
    )
    assert codes(answers) == ["ok", "last_super_admin"]
    left = "select id::text from school.users where role = 'super_admin' and deleted_at is null"
    assert one(db, left) == other["id"]


def test_settings_of_a_person_are_their_own_and_keep_what_is_not_named(
    db: Database, school: School, client: Client
) -> None:
    sam, tom = client("sam"), client("tom")
    fresh = sam.get("/v1/me/settings").json()
    assert (fresh["locale"], fresh["mutedNotificationTypes"]) == (None, [])
    assert fresh["preferences"] == {}
    first = sam.patch(
        "/v1/me/settings",
        json={"locale": "de-CH", "timezone": "Europe/Zurich", "preferences": {"dense": True}},
    ).json()
    muted = sam.patch("/v1/me/settings", json={"mutedNotificationTypes": ["lead.assigned"]}).json()
    assert (muted["locale"], muted["timezone"]) == ("de-CH", "Europe/Zurich")
    assert muted["preferences"] == {"dense": True}
    assert muted["mutedNotificationTypes"] == ["lead.assigned"]
    assert muted["version"] == first["version"] + 1
    cleared = sam.patch("/v1/me/settings", json={"locale": None, "preferences": None}).json()
    assert (cleared["locale"], cleared["preferences"]) == (None, {})
    assert tom.get("/v1/me/settings").json()["mutedNotificationTypes"] == []
    for body, pointer in (
        ({"mutedNotificationTypes": ["access.requested"]}, "/mutedNotificationTypes/0"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"preferences": []}, "/preferences"),
        ({"userId": school["sam"]}, "/userId"),
    ):
        answer = tom.patch("/v1/me/settings", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), body
        assert [e["pointer"] for e in answer.json()["errors"]] == [pointer], body
    assert db.execute("select count(*) from school.user_settings").fetchone() == (1,)
