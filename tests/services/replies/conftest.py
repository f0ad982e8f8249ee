"""The desk of `tests.services.desk` for every test here."""

from tests.services.desk import desk

__all__ = ["desk"]
