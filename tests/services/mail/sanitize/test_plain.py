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
        ("a<ol start=3><li><p>b</p></li><li>c</li></ol>d", "a\n\n3. b\n\n4. c\n\nd"),
        ("<ol><li>a<ul><li>b</ul><li value='7'>c</ol>", "1. a\n  * b\n7. c"),
        ("</ol><li>a", "* a"),
        ("<ul><li>a\x03\x01b</ul>", "* ab"),
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
    ("html", "text"),
    [
        ("<a href='https://a.example/?b=1&amp;c=2'>here</a>, see", "here <https://a.example/?b=1&c=2>, see"),
        ('<a href="https://www.a.example/">a.example</a>', "a.example"),
        ('<a href="https://a.example"><p>Shop</p></a><p>b</p>', "Shop <https://a.example>\n\nb"),
        ('<a href="https://a.example"><img alt="Logo"></a>', "Logo <https://a.example>"),
        ('<a href="https://a.example"> </a>b', "b"),
        ('<a href="mailto:ann@a.example">Ann</a> <a href="#top">up</a>', "Ann up"),
        ('<a data-href="https://a.example" href="javascript:x">b</a>', "b"),
        (f'<a href="https://a.example/{"x" * 100}">b</a>', "b"),
        ('<a href="https://a.example">b<a href="https://b.example">c', "b <https://a.example>c <https://b.example>"),
    ],
)
def test_links(html: str, text: str) -> None:
    assert to_text(html, links=100) == text
    assert "<" not in to_text(html)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 300_000,
        "<!--" * 500_000,
        "<a '" * 400_000,
        "<style>" * 200_000,
        "&" * 2_000_000,
        "<a href=https://a.example>b" * 70_000,
        "<ol><li>" * 200_000,
    ],
)
def test_linear(html: str) -> None:
    started = time.thread_time()
    to_text(html, links=200)
    assert time.thread_time() - started < 15
