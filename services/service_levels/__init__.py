"""Service levels: how soon a mailbox promises to answer and to resolve, and how each ticket's promises stand."""

from services.service_levels.promises import KINDS, Level, Pressing, Promise, get, pressing, promised, update
from services.service_levels.watching import watch

__all__ = ["KINDS", "Level", "Pressing", "Promise", "get", "pressing", "promised", "update", "watch"]
