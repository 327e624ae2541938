def test_the_school_is_there(school, call, client):
    assert len(call("sam")("list_leads")["items"]) == 3
    assert client("sid").get("/v1/me").json()["name"] == "Sid"
