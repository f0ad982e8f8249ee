"""Acme's desk: one conversation of Jürgen's to write templates for."""

from tests.services.desk import desk

__all__ = ["desk"]
