"""Which address a text is, and what attempts from it are counted by."""

import pytest

from api.addresses import counted, read_address


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("[::ffff:192.0.2.1]:4711", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]:4711", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[::1]:123", "::/64"),
    ],
)
def test_an_address_is_counted_the_same_however_it_is_written(text: str, by: str) -> None:
    address = read_address(text)
    assert address is not None
    assert counted(address) == by


@pytest.mark.parametrize(
    "text",
    [None, "", "unknown", "_hidden", "192.0.2", "192.0.2.1:", "192.0.2.1:http", "[192.0.2.1", "[]"],
)
def test_what_is_no_address_is_none(text: str | None) -> None:
    assert read_address(text) is None
