"""Ratings: customers are asked how a ticket went, once, by a mail with a signed link, and say so without signing in."""

from services.ratings.answering import WORDS, Question, of_ticket, question, rate
from services.ratings.asking import ask_due
from services.ratings.links import link

__all__ = ["WORDS", "Question", "ask_due", "link", "of_ticket", "question", "rate"]
