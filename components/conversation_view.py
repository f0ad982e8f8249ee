"""The right pane: one Vue component for a conversation's head, messages, notes and activity."""

from components.pane import Pane


class ConversationView(Pane, component="conversation_view.js", esm={"mailroom-ui": "ui"}):
    """State: c (the conversation or None), me, people, tags, worker, composing, candidates.

    Emits `act` ({verb, value}), `write` ({kind, message}), `open` (id), `back`, `trust` and `cancel` (message ids),
    `here` ({ticket, typing}) every few seconds, `candidates` (what was typed to find a conversation to merge into).
    """
