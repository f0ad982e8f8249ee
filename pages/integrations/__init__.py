"""Integrations: chat channels and webhooks; the list with how each fares, adding and changing, the log of one, and
the feed of everything they can hear of."""

from pages.integrations import detail, feed, overview

__all__ = ["detail", "feed", "overview"]
