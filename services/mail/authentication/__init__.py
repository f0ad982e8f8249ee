"""Who mail that came in is from: SPF, DKIM, DMARC and ARC, decided from a message, its envelope and DNS answers.

No network: whoever judges hands a function in that knows answers, and is told by `Missing` which to get.
"""

from services.mail.authentication.answers import Ask, Missing, Question, Unanswered
from services.mail.authentication.judging import Arrival, Case, Judgement, case, own

__all__ = ["Arrival", "Ask", "Case", "Judgement", "Missing", "Question", "Unanswered", "case", "own"]
