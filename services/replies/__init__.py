"""Writing to customers: answers and new conversations from drafts or the API, taking them back, and our own notices."""

from services.replies.api import answer, compose_new
from services.replies.automatic import QUESTION, automatic_answer
from services.replies.identity import Identity
from services.replies.sending import recipients, send, undo_window
from services.replies.system import system_mail
from services.replies.undoing import cancel

__all__ = [
    "QUESTION",
    "Identity",
    "answer",
    "automatic_answer",
    "cancel",
    "compose_new",
    "recipients",
    "send",
    "system_mail",
    "undo_window",
]
