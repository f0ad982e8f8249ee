"""HTML of strangers made inert, HTML of our own made fit to send, and either made plain text."""

from services.mail.sanitize.cleaning import Cleaned, clean, clean_outgoing, signature
from services.mail.sanitize.doctypes import STANDARD
from services.mail.sanitize.plain import LONGEST, to_text

__all__ = ["LONGEST", "STANDARD", "Cleaned", "clean", "clean_outgoing", "signature", "to_text"]
