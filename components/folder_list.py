"""The left pane: folders, mailboxes, tags and saved views with live counts."""

from components.pane import Pane


class FolderList(Pane, component="folder_list.js", esm={"mailroom-ui": "ui"}):
    """State: sections, counts, active, limit. Emits `open` (a view), `compose`, `rename` (a view and its
    name), `remove` (a view)."""
