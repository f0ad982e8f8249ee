"""Who mail that came in is from: SPF, DKIM, DMARC and ARC, decided from a message, its envelope and DNS answers.

No network: whoever judges hands a function in that knows answers, and is told by `Missing` which to get.
"""

from services.mail.authentication.answers import Ask, Missing, Question, Unanswered
from services.mail.authentication.judging import Arrival, Case, Judgement, case, own
from services.mail.authentication.summary import Line, Said, result_of, said

__all__ = [
    "Arrival",
    "Ask",
    "Case",
    "Judgement",
    "Line",
    "Missing",
    "Question",
    "Said",
    "Unanswered",
    "case",
    "own",
    "result_of",
    "said",
]
