"""Shapes that relays, other help desks and letters to many leave behind."""

from tests.services.flows.inbound.conversations.clients import Said, exact, grown, outlook_index
from tests.services.flows.inbound.conversations.shapes import Answer, Close, Later, Mail, Run, Shape, World, as_said


def reminded_in_another_case(world: World) -> Run:
    """Somebody types the subject anew, with another space, case and mark of direction."""
    yield world.ask()
    subject = f"{world.prefix}\u200f{world.subject.upper().replace(' ', '  ')}"
    yield Mail(world.customer, subject, world.id("second"))


def another_alias_answers(world: World) -> Run:
    """They asked support and write to sales, naming what support answered."""
    yield world.ask()
    first = yield Answer()
    assert first
    second = world.reply(first, "second")
    second.to = "sales@acme.test"
    yield second


def index_after_a_gateway(world: World) -> Run:
    """A gateway takes the ids away; the index is what is left of what both answer."""
    index = outlook_index(world.id("root"))
    yield Mail(world.customer, f"RE: {world.subject}", world.id("first"), {"Thread-Index": grown(index)})
    yield Mail(world.colleague, f"AW: {world.subject}", world.id("second"), {"Thread-Index": grown(grown(index))})


def partners_talk(world: World) -> Run:
    """Two companies speak with each other and copy us in; each names what the other wrote before that."""
    partner, root = f"partner{world.number}@other.home.test", Said(world.id("root"), world.subject)
    yield Mail(world.customer, f"Re: {world.subject}", world.id("first"), exact(root) | {"Cc": partner})
    yield Mail(partner, f"Re: {world.subject}", world.id("second"), exact(root) | {"Cc": world.customer})


def a_year_later(world: World) -> Run:
    """What answers a conversation that is long over begins a new one, and its reminder joins that."""
    yield world.ask()
    first = yield Answer()
    assert first
    yield Close()
    for _ in range(2):
        yield Later()
    yield world.reply(first, "second", part_of="later")
    yield world.reply(first, "third", part_of="later")


def their_help_desk(world: World) -> Run:
    """Another help desk answers under its own number and ids, and goes on under that."""
    yield world.ask()
    desk, subject = f"desk{world.number}@desk.test", f"[Case {world.number}] {world.subject}"
    yield Mail(desk, subject, world.id("second"), part_of="desk")
    yield Mail(desk, f"Re: {subject}", world.id("third"), part_of="desk")


def strangers_answer_one_letter(world: World) -> Run:
    """A third party wrote the same letter to many; each who turns to us about it is a matter of their own."""
    letter = Said(world.id("letter"), "Your contract ends", index=outlook_index(world.id("letter")))
    fields = exact(letter) | {"Thread-Index": grown(letter.index)}
    yield Mail(world.customer, f"{world.prefix}{letter.subject}", world.id("first"), dict(fields))
    for each in range(2):
        stranger = f"stranger{world.number}@s{each}.test"
        yield Mail(stranger, f"{world.prefix}{letter.subject}", world.id(f"m{each}"), dict(fields), part_of=str(each))


def neighbours_at_a_provider(world: World) -> Run:
    """The same among those who have no more in common than where they get their mail."""
    letter = Said(world.id("letter"), "Your contract ends")
    for each in ("ann", "bob"):
        author = f"{each}{world.number}@gmail.com"
        yield Mail(author, f"Fwd: {letter.subject}", world.id(each), exact(letter), part_of=each)


def forwarded_to_us_twice(world: World) -> Run:
    """A colleague forwards what the customer sends us too: both name it."""
    first = world.ask()
    yield first
    yield Mail(world.colleague, f"Fwd: {first.subject}", world.id("second"), exact(as_said(first)))


RELAYED: tuple[Shape, ...] = (
    reminded_in_another_case,
    another_alias_answers,
    index_after_a_gateway,
    partners_talk,
    a_year_later,
    their_help_desk,
    strangers_answer_one_letter,
    neighbours_at_a_provider,
    forwarded_to_us_twice,
)
