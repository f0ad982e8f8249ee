"""One integration: whether it is on and why not, what it was sent, word for word, and what came back."""

import json
from functools import partial

from nicegui import ui
from nicegui.events import GenericEventArguments

from components import action, button, field
from components.dialog import confirm
from components.following import follow
from components.frame import back, heading, page, screen, text
from components.moments import ago, moment
from components.pieces import badge, callout, empty
from models import Integration, IntegrationType, WebhookDelivery, WebhookStatus
from pages import MENU
from pages.integrations.feed import replay
from pages.integrations.form import change, show_secret
from pages.integrations.kinds import KINDS, answer, outcome
from pages.integrations.overview import switch
from pages.integrations.trial import try_out
from services import ids, integrations, webhooks
from services.errors import NotFound
from services.events import DeliveryAnswered, DirectoryChanged
from services.webhooks import Story

SHOWN = 50
MOST = 500


@screen("/integrations/{integration}")
async def one(integration: str, n: int = SHOWN) -> None:
    try:
        number = ids.decode("int", integration)
    except NotFound:
        number = 0
    with page("Integration", active="/integrations", menu=MENU):
        back("/integrations", "Integrations")
        load = partial(action.read, webhooks.story, number, quietly=True, limit=max(1, min(n, MOST)))
        await follow(load, partial(_detail, opened=set()), (DirectoryChanged, DeliveryAnswered))


def _detail(story: Story, *, opened: set[int]) -> None:
    """`opened` deliveries stay so when news draw the page again."""
    integration = story.integration
    kind = KINDS[integration.type]
    with heading(integration.name, f"{kind.label} · hears of {_events(integration)}"):
        field.switch(f"{integration.name} is on", integration.active, partial(switch, integration))
        button.quiet("Change", partial(change, integration), icon="sym_o_edit")
        if integration.event_types:
            button.quiet("Replay", partial(replay, integration), icon="sym_o_replay")
        button.brand("Send a test", partial(try_out, integration), icon="sym_o_send")
    _trouble(story)
    with ui.element("div").classes("card"):
        with ui.element("div").classes("card-head"):
            with ui.element("div").classes("list-main"):
                text("Deliveries", "h2")
                text("Newest first, kept for 30 days.").classes("muted")
        if not story.deliveries:
            empty("sym_o_history", "Nothing sent yet", "Send a test to see how it is answered.")
        for delivery in story.deliveries:
            _delivery(delivery, integration.type, opened)
    if story.has_more and len(story.deliveries) < MOST:
        with ui.element("div").classes("row-end"):
            button.quiet("Show older ones", partial(_older, integration, len(story.deliveries)))
    _danger(integration)


def _events(integration: Integration) -> str:
    known = integrations.EVENT_TYPES
    if len(integration.event_types) == len(known):
        return "everything"
    names = [known[each].headline.lower() for each in integration.event_types if each in known]
    return ", ".join(names) or "what rules tell it"


def _trouble(story: Story) -> None:
    """Why it is off, or that it fails, with the way out."""
    integration = story.integration
    failed = next((each for each in story.deliveries if each.attempts and each.delivered_at is None), None)
    last = f" The last answer: {answer(failed)[:200]}" if failed else ""
    if not integration.active and integration.failures:
        with ui.element("div").classes("trouble"):
            since = ago(integration.disabled_at)
            words = f"Switched off {since}, because what it was sent did not arrive.{last}"
            callout(words, is_warning=True, icon="sym_o_power_off")
            button.quiet("Switch it on again", partial(switch, integration, True))
    elif integration.failures:
        times = "The last delivery" if integration.failures == 1 else f"The last {integration.failures} tries"
        callout(f"{times} did not arrive; they are tried again.{last}", is_warning=True, icon="sym_o_warning")


def _delivery(delivery: WebhookDelivery, kind: IntegrationType, opened: set[int]) -> None:
    number = delivery.id or 0

    def toggled(event: GenericEventArguments) -> None:
        (opened.add if event.args else opened.discard)(number)

    with ui.element("details").classes("delivery") as details:
        details.props["open"] = number in opened
        details.on("toggle", toggled, js_handler="(event) => emit(event.target.open)")
        with ui.element("summary").classes("list-row"):
            ui.icon("sym_o_chevron_right").classes("delivery-sign").props("aria-hidden=true")
            with ui.element("div").classes("list-main"):
                text(delivery.event_type, "strong")
                text(answer(delivery)).classes("muted")
            moment(delivery.created_at)
            badge(*outcome(delivery))
        with ui.element("div").classes("delivery-story"):
            _facts(delivery)
            text("What was sent", "h3")
            text(_request(delivery, kind), "div").classes("mono reply-words")
            if delivery.answer:
                text("What came back", "h3")
                text(delivery.answer, "div").classes("mono reply-words")
            with ui.element("div").classes("row-end"):
                again = partial(action.run, webhooks.redeliver, delivery.id)
                button.quiet("Send again", again, icon="sym_o_replay")


def _request(delivery: WebhookDelivery, kind: IntegrationType) -> str:
    """The body as the target gets it, spread over lines."""
    return json.dumps(json.loads(webhooks.body(kind, delivery.payload)), indent=2, ensure_ascii=False)


def _facts(delivery: WebhookDelivery) -> None:
    facts = [("Event", delivery.event_id), ("Tries", str(delivery.attempts))]
    if delivery.answer_code:
        facts.append(("Answer", str(delivery.answer_code)))
    if delivery.status is WebhookStatus.PENDING:
        facts.append(("Next try", ago(delivery.due_at)))
    with ui.element("dl").classes("facts"):
        for name, value in facts:
            text(name, "dt")
            text(value, "dd").classes("mono")


def _older(integration: Integration, shown: int) -> None:
    number = ids.encode("int", integration.id or 0)
    ui.navigate.to(f"/integrations/{number}?n={min(shown * 3, MOST)}")


def _danger(integration: Integration) -> None:
    async def remove() -> None:
        if await action.run(integrations.remove, integration.id):
            ui.navigate.to("/integrations")

    async def renew() -> None:
        made = await action.run(integrations.renew_secret, integration.id)
        if made:
            show_secret(made.value)

    with ui.element("div").classes("row-end"):
        if integration.type is IntegrationType.WEBHOOK:
            about = "For 24 hours each delivery carries the signatures of both, so that your program can change over."
            button.quiet("Renew signing secret", partial(confirm, "Renew the secret?", about, "Renew secret", renew))
        about = "It hears of nothing any more; its log goes too."
        ask = partial(confirm, f"Remove {integration.name}?", about, "Remove", remove)
        button.quiet("Remove integration", ask)
