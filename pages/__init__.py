"""The door for people: one module a screen."""
