"""CSV that no spreadsheet runs."""

import csv
import io

import pytest

from services import csvtext

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A",
]


@pytest.mark.parametrize("text", [*FORMULAS, "  =1+1", "\u00a0=1"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    ((cell,),) = csv.reader(io.StringIO(csvtext.write([[text]]), newline=""))
    assert cell == "'" + text.replace("\0", "")


def test_everything_else_stays_as_it_is() -> None:
    row = ["Ann, “A”", 'says "no"', "two\nlines", "", "a=b", "1-2"]
    assert list(csv.reader(io.StringIO(csvtext.write([row, row]), newline=""))) == [row, row]
    assert csvtext.write([[-5, "x"]]) == "-5,x\r\n"
