"""Reverse-paths that name a delivery."""

from services.mail import verp

KEY = b"k" * 32


def test_the_delivery_comes_back_out_of_it() -> None:
    address = verp.write(7, 123_456_789_012, "shop.example", key=KEY)
    local, _, domain = address.partition("@")
    assert domain == "shop.example" and len(local) <= 64 and verp.is_ours(local)
    assert verp.read(local, 7, key=KEY) == 123_456_789_012
    assert verp.read(local.upper(), 7, key=KEY) == 123_456_789_012


def test_what_we_did_not_write_names_nothing() -> None:
    local = verp.write(7, 12, "shop.example", key=KEY).partition("@")[0]
    assert verp.read(local, 8, key=KEY) is None
    assert verp.read(local.replace("v12.", "v13."), 7, key=KEY) is None
    assert verp.read(local, 7, key=b"x" * 32) is None
    assert not verp.is_ours("bounce") and not verp.is_ours("bounce+t12.abcdefghijkl") and not verp.is_ours("bounce+v12")
    assert verp.read("bounce+v" + "9" * 400 + ".abcdefghijkl", 7, key=KEY) is None
