"""Aliases: the addresses of a domain, and where the mail of each goes."""

from services.aliases.correspondents import Exchange, block, blocked, correspondents, record, record_sent, unblock
from services.aliases.directory import AliasEntry, all, get, page
from services.aliases.goto import leading_to, leads_to
from services.aliases.heirs import hand_over
from services.aliases.moving import move
from services.aliases.names import CATCH_ALL, checked_local_part
from services.aliases.register import Options, add, add_address, remove, switch, update

__all__ = [
    "CATCH_ALL",
    "AliasEntry",
    "Exchange",
    "Options",
    "add",
    "add_address",
    "all",
    "block",
    "blocked",
    "checked_local_part",
    "correspondents",
    "get",
    "hand_over",
    "leading_to",
    "leads_to",
    "move",
    "page",
    "record",
    "record_sent",
    "remove",
    "switch",
    "unblock",
    "update",
]
