"""Tickets to work on, made by mail through the real pipeline."""

from tests.services.flows.inbound.conftest import file_all, letter, post, send, ticket_of

__all__ = ["file_all", "letter", "post", "send", "ticket_of"]
