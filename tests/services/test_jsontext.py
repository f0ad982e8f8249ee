"""What is written reads back as it was, whatever a stranger's mail put into it."""

import json

import pytest

from services import jsontext


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"verdict": "pass", "spf": {"result": "pass"}, "count": 3, "none": None, "yes": True},
        [{"name": "Jürgen 东京 \U0001f600", "address": "j@example.test"}],
        {"quote": 'a "b" \\ \n \x00 \x7f \u2028'},
        {"half": "\ud83d alone"},
        {"beyond": 1 << 70},
    ],
)
def test_reads_back(value: object) -> None:
    assert json.loads(jsontext.write(value)) == value


def test_without_spaces_and_escapes() -> None:
    assert jsontext.write({"name": "Jürgen", "to": [1, 2]}) == '{"name":"Jürgen","to":[1,2]}'
