"""Who looks at the page that is being drawn or acted on."""

from nicegui import ui

from services.access import Actor


def actor() -> Actor:
    """Who looks at this page; for decisions about what to show. Services check again at every call."""
    signed_in: Actor = ui.context.client.request.state.actor
    return signed_in
