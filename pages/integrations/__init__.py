"""Integrations: chat channels and webhooks; the list with how each fares, adding and changing, and the log of one."""

from pages.integrations import detail, overview

__all__ = ["detail", "overview"]
