"""Messages read: fields, dates, ids, text, attachments, whatever bytes came."""

from services.mail.message.identifiers import ids_of
from services.mail.message.parsed import Parsed, parse, part_content
from services.mail.message.parts import Part
from services.mail.message.texts import SNIPPET, body_text, snippet

__all__ = ["SNIPPET", "Parsed", "Part", "body_text", "ids_of", "parse", "part_content", "snippet"]
