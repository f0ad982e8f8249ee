"""What belongs together stays together, and nothing else does, over more than a thousand shapes of conversations."""

import pytest

from tests.conftest import People
from tests.services.flows.inbound.conversations.playing import Play, worlds

pytestmark = pytest.mark.usefixtures("post")


def test_conversations_are_joined_and_kept_apart(people: People) -> None:
    score = Play(people.bob).run(list(worlds()))
    assert score.conversations > 1_000 and score.continuing > 800
    assert score.false_joins < 0.002, score.joined_wrongly.most_common(20)
    assert score.false_splits < 0.01, score.split_wrongly.most_common(20)
