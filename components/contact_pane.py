"""The pane beside a conversation: one Vue component for the person who writes."""

from components.pane import Pane


class ContactPane(Pane, component="contact_pane.js", esm={"mailroom-ui": "ui"}):
    """State: ticket (0 = none), p (the person or None while it is read), errors by field, worker, whole (a page
    of its own instead of a pane).

    Emits `visible` (bool; remembered in the browser), `save` ({field, value, address}), `merge` (contact id), `open`
    (ticket id), `more`.
    """
