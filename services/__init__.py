"""The room: everything is decided here. Plain synchronous functions, session first."""
