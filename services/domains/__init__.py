"""Mail domains: which names an organisation receives for, the DNS records they need, and whether those are there."""

from services.domains.checks import check, check_due
from services.domains.names import checked_name
from services.domains.records import Record, RecordStatus, records
from services.domains.register import DomainEntry, Limits, add, all, changed, get, named, remove, update

__all__ = [
    "DomainEntry",
    "Limits",
    "Record",
    "RecordStatus",
    "add",
    "all",
    "changed",
    "check",
    "check_due",
    "checked_name",
    "get",
    "named",
    "records",
    "remove",
    "update",
]
