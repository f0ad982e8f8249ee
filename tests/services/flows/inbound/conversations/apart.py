"""Shapes that look as if they belonged together, and do not."""

from tests.services.flows.inbound.conversations.clients import outlook_index
from tests.services.flows.inbound.conversations.shapes import Answer, Close, Later, Mail, Run, Shape, World


def another_matter(world: World) -> Run:
    yield world.ask()
    yield world.ask("second", subject="Another thing altogether", part_of="second")


def colleague_of_the_same_house(world: World) -> Run:
    """The same subject from the same company, and nothing else that ties them."""
    yield world.ask()
    yield Mail(world.colleague, world.subject, world.id("second"), part_of="second")


def begins_with_re(world: World) -> Run:
    """People write Re: to look important; two of them never heard of each other."""
    yield Mail(world.customer, f"Re: {world.subject}", world.id("first"))
    yield Mail(world.colleague, f"{world.prefix}{world.subject}", world.id("second"), part_of="second")


def web_form(world: World) -> Run:
    """One address and one subject for everybody who fills it in."""
    for each in range(3):
        fields = {"Reply-To": f"visitor{world.number}.{each}@elsewhere.test"}
        author = f"webmaster{world.number}@{world.home}"
        yield Mail(author, "New message from your web site", world.id(f"m{each}"), fields, part_of=str(each))


def monitor(world: World) -> Run:
    """Cases of one machine, which does not say that it is one."""
    for each in range(3):
        author = f"alerts+{world.number}@{world.home}"
        yield Mail(author, "Disk almost full", world.id(f"m{each}"), part_of=str(each), body=f"Case {each}")


def scanner(world: World) -> Run:
    """A device that gives every message the same id."""
    for each in range(2):
        author, same = f"scanner@{world.home}", f"<0@device{world.number}.{world.home}>"
        yield Mail(author, "Scanned document", same, part_of=str(each), body=f"Page {each}")


def numbered_cases(world: World) -> Run:
    """A supplier's help desk, whose cases differ by their number only."""
    for each in range(2):
        subject = f"[Case #{world.number * 2 + each}] Your request was updated"
        yield Mail(world.customer, subject, world.id(f"m{each}"), part_of=str(each))


def no_subject(world: World) -> Run:
    yield world.ask(subject="")
    yield world.ask("second", subject="", part_of="second")


def asked_again_after_it_was_done(world: World) -> Run:
    """The same words for the next matter, the last one being closed."""
    yield world.ask()
    yield Close()
    yield world.ask("second", part_of="second")


def newsletter(world: World) -> Run:
    fields = {"List-Unsubscribe": "<mailto:out@news.test>", "Precedence": "bulk"}
    for each in range(3):
        author = f"news{world.number}@{world.home}"
        yield Mail(author, "Our weekly news", world.id(f"m{each}"), dict(fields), part_of=str(each))


def list_posts(world: World) -> Run:
    """Each post begins something new, though the list's subjects repeat."""
    listed = {"List-Id": f"<minutes{world.number}.lists.test>"}
    yield Mail(world.customer, "[board] Minutes", world.id("first"), dict(listed))
    yield Mail(world.colleague, "[board] Minutes", world.id("second"), dict(listed), part_of="second")


def answer_recycled(world: World) -> Run:
    """An old mail is taken for its address: what it answers was closed long ago."""
    yield world.ask()
    first = yield Answer()
    assert first
    yield Close()
    yield Later()
    yield world.reply(first, "second", subject="A new order", part_of="second")


def the_same_words_later(world: World) -> Run:
    yield world.ask()
    yield Later()
    yield world.ask("second", part_of="second")


def serial_letter(world: World) -> Run:
    """Outlook sends one letter to many people under one index; what each answers is their own matter."""
    index = outlook_index(world.id("letter"))
    yield world.ask(subject="Our prices", Thread_Index=index)
    second = Mail(world.colleague, "My holidays", world.id("second"), {"Thread-Index": index}, "second")
    yield second


APART: tuple[Shape, ...] = (
    another_matter,
    colleague_of_the_same_house,
    begins_with_re,
    web_form,
    monitor,
    scanner,
    numbered_cases,
    no_subject,
    asked_again_after_it_was_done,
    newsletter,
    list_posts,
    answer_recycled,
    the_same_words_later,
    serial_letter,
)
