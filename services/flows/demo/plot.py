"""What happens in the demo and when: three weeks of mail and work, as a list of scenes in order of time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from services.flows.demo import letters
from services.flows.demo.cast import DOMAIN
from services.flows.demo.letters import Letter

LASTS = timedelta(days=22)


@dataclass
class Thread:
    """A conversation as it goes on: the ids so far, and the last thing we wrote."""

    story: dict[str, object]
    number: int
    ids: list[str]
    answer: str = ""

    @property
    def customer(self) -> str:
        return str(self.story["customer"])


@dataclass(frozen=True)
class Scene:
    """At `at`: somebody mails (`letter` or `raw`), or a member acts in `thread`."""

    at: datetime
    actor: str
    text: str = ""
    thread: Thread | None = None
    letter: Letter | None = None
    raw: bytes = b""
    turn: int = 0


def scenes(now: datetime) -> list[Scene]:
    """Every scene up to `now`; the same for the same `now`."""
    dice = random.Random(7)
    everything = [*_stories(now, dice), *_letters(now, dice), *_bulk(now, dice)]
    everything.append(
        Scene(now - timedelta(days=5, hours=2), "stranger", raw=letters.bounce(DOMAIN, now - timedelta(days=5)))
    )
    return sorted((scene for scene in everything if scene.at < now), key=lambda scene: scene.at)


def _stories(now: datetime, dice: random.Random) -> Iterator[Scene]:
    stories = letters.content("stories.json")
    for number, story in enumerate(stories):
        thread = Thread(story, number, [])
        turns = [next(iter(turn.items())) for turn in story["turns"]]
        hours = [0.0] + [dice.uniform(0.4, 7.0) for _ in turns]
        at = now - timedelta(hours=sum(hours) + 1 + number * 13.5 % 300)
        for turn, (kind, text) in enumerate(turns):
            at += timedelta(hours=hours[turn])
            letter = _letter(thread, str(text), at, turn) if kind == "customer" else None
            yield Scene(at, str(kind), str(text), thread, letter, turn=turn)
        yield Scene(at + timedelta(minutes=9), "end", str(story["end"] or ""), thread, turn=len(turns))


def _letter(thread: Thread, text: str, at: datetime, turn: int) -> Letter:
    """A customer's mail; what it answers is filled in when it is sent."""
    story, domain = thread.story, parseaddr(thread.customer)[1].rpartition("@")[2]
    subject = str(story["subject"])
    files = [str(each) for each in story["files"]] if turn == 0 else []  # type: ignore[attr-defined]
    return Letter(
        thread.customer,
        f"{story['alias']}@{DOMAIN}",
        subject if turn == 0 else f"Re: {subject}",
        text,
        at,
        f"<story-{thread.number}-{turn}@{domain}>",
        files=files,
    )


def _letters(now: datetime, dice: random.Random) -> Iterator[Scene]:
    """Single questions of many people: the everyday load of a support team."""
    content = letters.content("letters.json")
    people, questions = content["people"], content["questions"]
    for number in range(170):
        person, question = people[number % len(people)], questions[(number * 7) % len(questions)]
        at = now - timedelta(hours=dice.uniform(0.2, 21 * 24))
        order = 20_200 + number
        letter = Letter(
            f"{person['name']} <{person['address']}>",
            f"{question['alias']}@{DOMAIN}",
            question["subject"].format(order=order),
            question["text"].format(order=order) + f"\n\n{person['name']}",
            at,
            f"<letter-{number}@{person['address'].split('@')[1]}>",
        )
        thread = Thread(
            {"tags": [], "priority": "normal", "customer": letter.sender}, 1000 + number, [letter.message_id]
        )
        yield Scene(at, "stranger", letter=letter)
        if (now - at) > timedelta(days=3) or number % 3 == 0:
            who = ("sam", "aiko", "tomas")[number % 3]
            yield Scene(at + timedelta(hours=dice.uniform(0.3, 5)), who, _stock_answer(person["name"], who), thread)
            done = ("resolved", "closed", "resolved", "waiting")[number % 4]
            yield Scene(at + timedelta(hours=6), "end", done, thread)


def _stock_answer(name: str, who: str) -> str:
    first = name.split()[0]
    return f"Hi {first},\n\nthanks for writing! That's sorted: you'll get the details in a minute.\n\n{who.title()}"


def _bulk(now: datetime, dice: random.Random) -> Iterator[Scene]:
    """Newsletters, and an absence notice that must reopen nothing."""
    for number in range(24):
        at = now - timedelta(hours=dice.uniform(1, 20 * 24))
        for letter in letters.newsletters(DOMAIN, at, number):
            yield Scene(at, "stranger", letter=letter)
    at = now - timedelta(days=2)
    yield Scene(at, "stranger", letter=letters.out_of_office(DOMAIN, at, ""))
