"""What belongs together stays together, and nothing else does, over more than a thousand shapes of conversations."""

import pytest

from tests.conftest import People
from tests.figures import Figures
from tests.services.flows.inbound.conversations.playing import Play, worlds

pytestmark = pytest.mark.usefixtures("post")


@pytest.mark.figures
@pytest.mark.timeout(400)
def test_conversations_are_joined_and_kept_apart(people: People, figures: Figures) -> None:
    score = Play(people.bob).run(list(worlds()))
    assert score.conversations > 1_000 and score.continuing > 800
    area = f"Threading, {score.conversations:,} conversations"
    joined, split = score.joined_wrongly, score.split_wrongly
    names = ", ".join(name for name, _ in (joined + split).most_common(8))
    figures.most(area, "filed among strangers", joined.total(), score.mails, most=0.002, peers=names)
    figures.most(area, "torn off what it continues", split.total(), score.continuing, most=0.01)
