"""Shapes of which everything belongs together."""

from tests.services.flows.inbound.conversations.clients import Said, exact, grown, outlook_index
from tests.services.flows.inbound.conversations.shapes import Answer, Close, Mail, Merge, Run, Shape, World, as_said


def turns(world: World) -> Run:
    """Question, answer, question, answer; the address with the token is not used."""
    yield world.ask()
    first = yield Answer()
    assert first
    yield world.reply(first, "second")
    second = yield Answer()
    assert second
    yield world.reply(second, "third")


def to_the_reply_address(world: World) -> Run:
    """The token brings it home whatever the fields say; here a gateway has cut them off."""
    yield world.ask()
    first = yield Answer()
    assert first
    yield Mail(world.customer, "your message", world.id("second"), to=first.reply_to)


def fields_stripped(world: World) -> Run:
    """A gateway removes In-Reply-To and References; the subject is left."""
    yield world.ask()
    first = yield Answer()
    assert first
    yield Mail(world.customer, f"{world.prefix}{world.subject}", world.id("second"))


def adds_something(world: World) -> Run:
    """The customer answers their own message before we do."""
    first = world.ask()
    yield first
    yield world.reply(as_said(first), "second")


def reminds_without_fields(world: World) -> Run:
    yield world.ask()
    yield Mail(world.customer, f"{world.prefix}{world.subject}", world.id("second"))


def colleague_answers_all(world: World) -> Run:
    yield world.ask()
    first = yield Answer()
    assert first
    yield world.reply(first, "second", author=world.colleague)


def from_another_address(world: World) -> Run:
    """From the telephone, with a private account."""
    yield world.ask()
    first = yield Answer()
    assert first
    yield world.reply(first, "second", author=f"private{world.number}@freemail.test")


def talk_unseen(world: World) -> Run:
    """Two people at the customer's wrote to each other before they came back to us; the last names only what never
    came here."""
    yield world.ask()
    first = yield Answer()
    assert first
    unseen = Said(world.id("unseen"), world.subject, [*first.references, first.message_id])
    yield Mail(world.colleague, f"Re: {world.subject}", world.id("second"), exact(unseen))
    yield Mail(world.customer, f"Re: {world.subject}", world.id("third"), {"In-Reply-To": unseen.message_id})


def copied_in_midway(world: World) -> Run:
    """Two answers to a mail that was between others."""
    root = Said(world.id("root"), world.subject)
    yield world.reply(root, "first")
    yield world.reply(root, "second", author=world.colleague)


def answer_overtakes(world: World) -> Run:
    """The colleague's answer arrives before what it answers."""
    first = world.ask()
    yield world.reply(as_said(first), "second", author=world.colleague)
    yield first


def index_only(world: World) -> Run:
    """An old Exchange drops the ids and keeps its own index; a colleague goes on."""
    index = outlook_index(world.id("index"))
    yield world.ask(Thread_Index=index)
    fields = {"Thread-Index": grown(index), "Thread-Topic": world.subject}
    yield Mail(world.colleague, f"{world.prefix}{world.subject}", world.id("second"), fields)


def subject_changed(world: World) -> Run:
    """The same matter, whose subject now says that it is urgent: joined, and a split suggested."""
    yield world.ask()
    first = yield Answer()
    assert first
    yield world.reply(first, "second", subject=f"URGENT!! {world.subject}")


def forwarded_back(world: World) -> Run:
    """The colleague forwards our answer to us with a question."""
    yield world.ask()
    first = yield Answer()
    assert first
    yield world.reply(first, "second", author=world.colleague, subject=f"Fwd: {first.subject}")


def list_thread(world: World) -> Run:
    """A list with a tag in the subject; people answer with their fields in order."""
    listed = {"List-Id": f"Users <users{world.number}.lists.test>", "Precedence": "list"}
    first = world.ask(subject=f"[users] {world.subject}")
    first.fields |= listed
    yield first
    second = world.reply(as_said(first), "second", author=world.colleague)
    second.fields |= listed
    yield second


def list_without_fields(world: World) -> Run:
    """The list's archive drops what says which mail is answered."""
    listed = {"List-Id": f"<users{world.number}.lists.test>"}
    yield Mail(world.customer, f"[users] {world.subject}", world.id("first"), listed)
    yield Mail(world.colleague, f"{world.prefix}[users] {world.subject}", world.id("second"), listed)


def changed_on_its_way(world: World) -> Run:
    """The same mail once straight and once over a list that writes a line beneath."""
    first = world.ask()
    yield first
    listed = {"List-Id": f"<all{world.number}.lists.test>"}
    yield Mail(first.author, f"[all] {first.subject}", first.message_id, listed, body="Some words.\n--\nThe list all")


def ids_rewritten(world: World) -> Run:
    """The relay we send through gives our mail an id of its own, which is what the customer and colleague name."""
    yield world.ask()
    first = yield Answer()
    assert first
    theirs = Said(world.id("relay"), first.subject)
    yield world.reply(theirs, "second")
    yield world.reply(theirs, "third", author=world.colleague)


def after_a_merge(world: World) -> Run:
    first, other = world.ask(), world.ask("other", subject="Also", part_of="")
    yield first
    yield Mail(world.customer, "Something that is the same", other.message_id, part_of="other")
    yield Merge("", "other")
    yield world.reply(Said(other.message_id, "Something that is the same"), "third")


def reopened(world: World) -> Run:
    yield world.ask()
    first = yield Answer()
    assert first
    yield Close()
    yield world.reply(first, "second")


TOGETHER: tuple[Shape, ...] = (
    turns,
    to_the_reply_address,
    fields_stripped,
    adds_something,
    reminds_without_fields,
    colleague_answers_all,
    from_another_address,
    talk_unseen,
    copied_in_midway,
    answer_overtakes,
    index_only,
    subject_changed,
    forwarded_back,
    list_thread,
    list_without_fields,
    changed_on_its_way,
    ids_rewritten,
    after_a_merge,
    reopened,
)
