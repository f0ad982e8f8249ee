"""What somebody is writing: kept on the server, visible to the team, never lost and never silently overwritten."""

from services.drafts.recipients import completions
from services.drafts.saving import Writing, discard, get, mine, save
from services.drafts.starting import start
from services.drafts.uploads import MAX_FILE, MAX_FILES, attach, detach, files, hand_on

__all__ = [
    "MAX_FILE",
    "MAX_FILES",
    "Writing",
    "attach",
    "completions",
    "detach",
    "discard",
    "files",
    "get",
    "hand_on",
    "mine",
    "save",
    "start",
]
