"""The door for mail: the SMTP listener."""
