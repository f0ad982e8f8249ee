"""The words for each notion that reports of mail refused are made of, by tongue: those with spaces, those without."""

from services.mail.bounces.lexicon.messages import MESSAGES
from services.mail.bounces.lexicon.recipients import RECIPIENTS
from services.mail.bounces.lexicon.servers import SERVERS

LEXICON = {**RECIPIENTS, **MESSAGES, **SERVERS}
