"""Full-text search over everything: one function in front of FTS5 and tsvector."""

from services.search.advising import advice
from services.search.finding import find
from services.search.query import parse

__all__ = ["advice", "find", "parse"]
