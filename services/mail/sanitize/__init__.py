"""HTML of strangers made inert, HTML of our own made fit to send, and either made plain text."""

from services.mail.sanitize.cleaning import Cleaned, clean, clean_outgoing, signature
from services.mail.sanitize.doctypes import STANDARD
from services.mail.sanitize.plain import to_text

__all__ = ["STANDARD", "Cleaned", "clean", "clean_outgoing", "signature", "to_text"]
