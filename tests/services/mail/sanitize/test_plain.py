"""HTML read as text."""

import time

import pytest

from services.mail.sanitize import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<div>a</div>\n<div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b<br></div>c", "a\n\nb\nc"),
        ("<ul><li>a<li>b</ul>", "* a\n* b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("a<b>b</b>c &amp; d&nbsp;e", "abc & d e"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<style>p{}</style><script>x</script><title>t</title>body<!-- c -->", "body"),
        ('<img alt="Logo" src="x">', "Logo"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<a href=\"x>y\" title='a>b'>link</a>", "link"),
        ("", ""),
        ("&#0;&#xD800;x", "x"),
    ],
)
def test_read(html: str, text: str) -> None:
    assert to_text(html).replace("\ufffd", "") == text


@pytest.mark.parametrize(
    "html", ["<div>" * 300_000, "<!--" * 500_000, "<a '" * 400_000, "<style>" * 200_000, "&" * 2_000_000]
)
def test_linear(html: str) -> None:
    started = time.process_time()
    to_text(html)
    assert time.process_time() - started < 2
