"""Domains: the list with each one's state, adding one, and the DNS records to set with what was found."""

from functools import partial

from nicegui import ui

from components import action, button, field, notice
from components.dialog import asking, confirm
from components.domain_limits import limits_card
from components.following import follow
from components.frame import actor, back, heading, page, screen, text
from components.moments import moment
from components.pieces import Tone, badge, callout, copier, empty
from components.rotation import rotation_card
from models import Domain, DomainStatus
from pages import MENU
from services import domains, settings
from services.access import Permission, may
from services.domains import DomainEntry, Record, RecordStatus, Report
from services.events import DirectoryChanged

STATES: dict[DomainStatus, tuple[str, Tone]] = {
    DomainStatus.PENDING: ("Waiting for DNS", "warn"),
    DomainStatus.ACTIVE: ("Active", "good"),
    DomainStatus.FAILED: ("Verification failed", "bad"),
    DomainStatus.SUSPENDED: ("Suspended", ""),
}
FINDINGS: dict[RecordStatus, tuple[str, Tone]] = {
    RecordStatus.UNCHECKED: ("Not checked yet", ""),
    RecordStatus.OK: ("Found", "good"),
    RecordStatus.MISSING: ("Missing", "warn"),
    RecordStatus.WRONG: ("Different", "bad"),
    RecordStatus.ERROR: ("No answer", "bad"),
}


@screen("/domains")
async def overview() -> None:
    with page("Domains", active="/domains", menu=MENU):
        may_manage = may(actor(), Permission.MANAGE_DOMAINS)
        with heading("Domains", "The names Mailroom receives mail for, and what their DNS has to say."):
            if may_manage:
                button.brand("Add domain", add, icon="sym_o_add")
        await follow(partial(action.read, domains.all), _list, DirectoryChanged)


def _list(entries: list[DomainEntry]) -> None:
    if not entries:
        with ui.element("div").classes("card"):
            empty(
                "sym_o_language",
                "No domain yet",
                "Add the domain your customers write to. Its mail can come in at once.",
                do="Add domain" if may(actor(), Permission.MANAGE_DOMAINS) else "",
                press=add,
            )
        return
    with ui.element("div").classes("card"):
        for entry in entries:
            with ui.element("div").classes("list-row"):
                ui.icon("sym_o_language").classes("list-icon").props("aria-hidden=true")
                with ui.element("div").classes("list-main"):
                    _link(entry.domain)
                    text(f"{entry.alias_count} alias" + ("" if entry.alias_count == 1 else "es")).classes("muted")
                _checked(entry.domain)
                badge(*STATES[entry.domain.status])


def _checked(domain: Domain) -> None:
    moment(domain.checked_at, before="Checked" if domain.checked_at else "", never="Not checked yet")


def _link(domain: Domain) -> None:
    link = ui.element("a").classes("strong stretched")
    link.props["href"] = f"/domains/{domain.name}"
    with link:
        text(domain.name)


async def add() -> None:
    with asking("Add a domain", "You keep your domain where it is; you only add a few DNS records.") as dialog:
        name = field.text("Domain", placeholder="example.com", is_focused=True)

        async def save() -> None:
            added = await action.run(domains.add, name.value or "", fields={"domain": name, "name": name})
            if added:
                dialog.close()
                ui.navigate.to(f"/domains/{added.value.name}")

        dialog.buttons("Add domain", save)


@screen("/domains/{name}")
async def one(name: str) -> None:
    with page(name, active="/domains", menu=MENU):
        back("/domains", "Domains")
        await follow(partial(action.read, domains.report_named, name, quietly=True), _detail, DirectoryChanged)


def _detail(report: Report) -> None:
    domain = report.domain
    with heading(domain.name):
        badge(*STATES[domain.status])
    with ui.element("div").classes("card"):
        with ui.element("div").classes("card-head"):
            with ui.element("div").classes("list-main"):
                text("DNS records", "h2")
                _checked(domain)
            if may(actor(), Permission.MANAGE_DOMAINS):
                button.quiet("Check now", partial(_check, domain), icon="sym_o_refresh")
        for record in report.records:
            _record(record)
    rotation_card(report, partial(_check, domain))
    limits_card(domain, report.held)
    if domain.status is DomainStatus.PENDING:
        port = settings.current().smtp_port
        callout(f"Mail for {domain.name} is accepted already, by SMTP on port {port} of this machine.")
    if may(actor(), Permission.MANAGE_DOMAINS):
        _danger(domain)


def _record(record: Record) -> None:
    with ui.element("section").classes("record"):
        with ui.element("div").classes("record-kind"):
            text(record.type, "h3")
            text("Optional" if record.optional else "Required" if record.required else "Advised").classes("muted")
        with ui.element("div").classes("record-lines"):
            text(record.purpose).classes("record-purpose")
            _line("Name", record.name)
            _line("Value", record.value if record.priority is None else f"{record.priority} {record.value}")
            for found in record.found if record.status is not RecordStatus.OK else ():
                with ui.element("div").classes("record-line"):
                    text("Found").classes("muted")
                    text(found, "code").classes("mono is-wrong")
            if record.explanation:
                text(record.explanation).classes("record-problem")
        badge(*_finding(record))


def _finding(record: Record) -> tuple[str, Tone]:
    """What is optional, or only made ready, may be absent."""
    if record.status is RecordStatus.MISSING:
        if record.optional:
            return "Not set", ""
        if record.drifted:
            return "Gone", "bad"
    return FINDINGS[record.status]


def _line(label: str, value: str) -> None:
    with ui.element("div").classes("record-line"):
        text(label).classes("muted")
        text(value, "code").classes("mono")
        copier(value, f"Copy {label.lower()}")


async def _check(domain: Domain) -> None:
    notice.done("Asking the DNS…", seconds=1.5)
    checked = await action.apart(domains.check, domain.id)
    if checked:
        notice.done(
            f"{domain.name} is active." if checked.value.domain.status is DomainStatus.ACTIVE else "Checked just now."
        )


def _danger(domain: Domain) -> None:
    async def remove() -> None:
        if await action.run(domains.remove, domain.id, force=True):
            ui.navigate.to("/domains")

    about = "Its aliases go with it and its mail is refused from then on. Conversations stay."
    with ui.element("div").classes("row-end"):
        is_suspended = domain.status is DomainStatus.SUSPENDED
        words = "Resume" if is_suspended else "Suspend"
        button.quiet(words, partial(action.run, domains.update, domain.id, suspended=not is_suspended))
        button.quiet("Remove domain", partial(confirm, f"Remove {domain.name}?", about, "Remove domain", remove))
