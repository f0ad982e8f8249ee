"""Mail domains: which names an organisation receives for, the DNS records they need, and whether those are there."""

from services.domains.checks import check, check_due
from services.domains.names import checked_name
from services.domains.records import Record, RecordStatus
from services.domains.register import DomainEntry, Limits, add, all, changed, get, named, remove, update
from services.domains.reports import Report, report, report_named
from services.domains.rotation import Rotation, Stage, begin, cancel, switch

__all__ = [
    "DomainEntry",
    "Limits",
    "Record",
    "RecordStatus",
    "Report",
    "Rotation",
    "Stage",
    "add",
    "all",
    "begin",
    "cancel",
    "changed",
    "check",
    "check_due",
    "checked_name",
    "get",
    "named",
    "remove",
    "report",
    "report_named",
    "switch",
    "update",
]
