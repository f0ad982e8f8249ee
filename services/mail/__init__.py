"""Pure mail knowledge: no session, no settings, only bytes, text and the RFCs."""
