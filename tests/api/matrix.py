"""Who may call which operation: one row each. An operation without a row fails `test_authorisation`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from models import (
    ActionStatus,
    Alias,
    Backtest,
    Contact,
    Direction,
    DkimKey,
    Domain,
    Integration,
    IntegrationType,
    KeyAlgorithm,
    KeyState,
    Macro,
    Mailbox,
    Message,
    Organisation,
    RawMessage,
    Role,
    RuleAction,
    Suppression,
    SuppressionReason,
    SyncJob,
    Template,
    TemplateVersion,
    Ticket,
    User,
    WebhookDelivery,
)
from services import access, api_keys, clock, ids, mailboxes, rules, secrets, team
from services.access import Actor, Permission
from tests.conftest import cheap_hash

Make = Callable[[Session, Actor], int]


def member(session: Session, actor: Actor, role: Role = Role.AGENT) -> int:
    """A colleague of `actor`."""
    user = User(
        organisation_id=actor.organisation_id,
        email=f"{secrets.token()[:12].lower()}@people.test",
        name="Colleague",
        role=role,
        password_hash=cheap_hash(),
        created_at=clock.now(),
    )
    return _added(session, user)


def owner(session: Session, actor: Actor) -> Actor:
    user = session.get_one(User, member(session, actor, Role.OWNER))
    return Actor(user.organisation_id, user.id, user.role, user.name, user.email)


def key(session: Session, actor: Actor) -> int:
    """A key of the actor's own, where they may have one."""
    mine = actor if actor.role is not Role.OBSERVER else owner(session, actor)
    return api_keys.create(session, "key", actor=mine).key.id or 0


def invitation(session: Session, actor: Actor) -> int:
    email = f"{secrets.token()[:12]}@people.test"
    return team.invite(session, email, role="agent", actor=owner(session, actor)).invitation.id or 0


def domain(session: Session, actor: Actor) -> int:
    row = Domain(
        organisation_id=actor.organisation_id,
        name=f"x{secrets.digest(secrets.token())[:12]}.example.com",
        verification_token="token",
        created_at=clock.now(),
    )
    return _added(session, row)


def rotating(session: Session, actor: Actor) -> str:
    """A domain whose next key is published."""
    number = domain(session, actor)
    key = DkimKey(
        domain_id=number,
        selector="mailroom2",
        algorithm=KeyAlgorithm.RSA,
        private_key=secrets.seal("key"),
        public_key="key",
        state=KeyState.PENDING,
        published_at=clock.now(),
        created_at=clock.now(),
    )
    _added(session, key)
    return ids.encode("dom", number)


def alias(session: Session, actor: Actor) -> int:
    row = Alias(
        organisation_id=actor.organisation_id,
        domain_id=domain(session, actor),
        local_part="support",
        created_at=clock.now(),
    )
    return _added(session, row)


def integration(session: Session, actor: Actor) -> int:
    row = Integration(
        organisation_id=actor.organisation_id,
        type=IntegrationType.WEBHOOK,
        name="Hook",
        url=secrets.seal("https://hooks.example.com/x"),
        secret=secrets.seal("whsec_" + "c2VjcmV0" * 4),
        created_at=clock.now(),
    )
    return _added(session, row)


def delivery(session: Session, actor: Actor) -> int:
    row = WebhookDelivery(
        organisation_id=actor.organisation_id,
        integration_id=integration(session, actor),
        event_id="evt_1",
        event_type="ticket.created",
        payload="{}",
        due_at=clock.now(),
        created_at=clock.now(),
    )
    return _added(session, row)


def ticket(session: Session, actor: Actor) -> int:
    """A ticket nobody holds yet, with the one mail it began with."""
    organisation = session.get_one(Organisation, actor.organisation_id)
    row = Ticket(
        organisation_id=actor.organisation_id,
        number=organisation.next_ticket_number,
        alias_id=alias(session, actor),
        subject="Plans",
        correspondent="customer@example.net",
        message_count=1,
        active_at=clock.now(),
        last_inbound_at=clock.now(),
        created_at=clock.now(),
    )
    organisation.next_ticket_number += 1
    ticket_id = _added(session, row)
    _mail(session, actor, ticket_id, row.alias_id)
    return ticket_id


def email(session: Session, actor: Actor) -> int:
    """The mail a new ticket began with."""
    ticket_id = ticket(session, actor)
    return session.exec(select(Message.id).where(Message.ticket_id == ticket_id)).one() or 0


def mailbox(session: Session, actor: Actor) -> int:
    return _added(session, Mailbox(organisation_id=actor.organisation_id, name="Sales", created_at=clock.now()))


def rule(session: Session, actor: Actor) -> int:
    draft = rules.Draft("Invoices", actions=(rules.Act("tag", {"value": "billing"}),))
    return rules.add(session, draft, actor=owner(session, actor)).id or 0


def backtest(session: Session, actor: Actor) -> int:
    return _added(session, Backtest(organisation_id=actor.organisation_id, wanted=1, created_at=clock.now()))


def suppression(session: Session, actor: Actor) -> int:
    row = Suppression(
        organisation_id=actor.organisation_id,
        address=f"{secrets.token()[:12].lower()}@example.net",
        reason=SuppressionReason.MANUAL,
        created_at=clock.now(),
    )
    return _added(session, row)


def contact(session: Session, actor: Actor) -> int:
    now = clock.now()
    row = Contact(organisation_id=actor.organisation_id, name="Cy", created_at=now, updated_at=now)
    return _added(session, row)


def template(session: Session, actor: Actor) -> int:
    """A shared one with its first version."""
    now, words = clock.now(), {"name": "Delay", "text": "Sorry."}
    row = Template(organisation_id=actor.organisation_id, created_at=now, updated_at=now, **words)
    template_id = _added(session, row)
    _added(session, TemplateVersion(template_id=template_id, number=1, created_at=now, **words))
    return template_id


def failed_action(session: Session, actor: Actor) -> int:
    row = RuleAction(
        organisation_id=actor.organisation_id,
        message_id=email(session, actor),
        action={"type": "note", "value": "Look."},
        status=ActionStatus.FAILED,
        due_at=clock.now(),
        created_at=clock.now(),
    )
    return _added(session, row)


def _mail(session: Session, actor: Actor, ticket_id: int, alias_id: int | None) -> None:
    content = (
        b"From: Cy <customer@example.net>\r\nTo: support@example.com\r\nSubject: Plans\r\n"
        b"Message-ID: <%d@example.net>\r\n\r\nHello\r\n" % ticket_id
    )
    raw = RawMessage(queue_id=f"q{ticket_id}", received_at=clock.now(), size=len(content), content=content)
    message = Message(
        organisation_id=actor.organisation_id,
        ticket_id=ticket_id,
        alias_id=alias_id,
        raw_id=_added(session, raw),
        direction=Direction.IN,
        message_id=f"<{ticket_id}@example.net>",
        author_address="customer@example.net",
        subject="Plans",
        received_at=clock.now(),
    )
    _added(session, message)


def macro(session: Session, actor: Actor) -> int:
    """A shared one that only frees a ticket."""
    row = Macro(
        organisation_id=actor.organisation_id, name="Free it", actions=[{"type": "release"}], created_at=clock.now()
    )
    return _added(session, row)


def _added(session: Session, row: Any) -> int:
    session.add(row)
    session.flush()
    return int(row.id)


MAKERS: dict[str, Make] = {
    "user": member,
    "key": key,
    "inv": invitation,
    "dom": domain,
    "alias": alias,
    "int": integration,
    "whd": delivery,
    "mbx": mailbox,
    "ticket": ticket,
    "email": email,
    "tmpl": template,
    "macro": macro,
    "contact": contact,
    "suppression": suppression,
    "rule": rule,
    "backtest": backtest,
    "action": failed_action,
}


def domain_name(session: Session, actor: Actor) -> str:
    return session.get_one(Domain, domain(session, actor)).name


def address(session: Session, actor: Actor) -> str:
    """A mailbox that has one."""
    row = session.get_one(Mailbox, mailbox(session, actor))
    row.domain_id, row.local_part = domain(session, actor), "ida"
    return f"ida@{session.get_one(Domain, row.domain_id).name}"


def sync_job(session: Session, actor: Actor) -> int:
    email = address(session, actor)
    box = mailboxes.with_address(session, email, actor=access.system(actor.organisation_id)).mailbox
    row = SyncJob(
        organisation_id=actor.organisation_id,
        mailbox_id=box.id or 0,
        host="imap.example.net",
        port=993,
        username="ida",
        password=secrets.seal("secret"),
        created_at=clock.now(),
    )
    return _added(session, row)


def number(make: Make) -> Callable[[Session, Actor], str]:
    return lambda session, actor: str(make(session, actor))


# dialect C names things by what they are, or by number: how one is made, and one that nobody has
NATURAL: dict[str, tuple[Callable[[Session, Actor], str], str]] = {
    "domain name": (domain_name, "absent.example.com"),
    "address": (address, "absent@absent.example.com"),
    "catch-all": (lambda session, actor: f"@{domain_name(session, actor)}", "@absent.example.com"),
    "alias number": (number(alias), "987654321"),
    "job number": (number(sync_job), "987654321"),
    "rotating domain": (rotating, ids.encode("dom", 987_654_321)),
}


@dataclass(frozen=True)
class Row:
    """`permission` None = every member. `kind` is that of what the path names; `body_ids` and `query_ids` those of
    fields in the body (`[]` = a list of one) and of parameters."""

    permission: Permission | None
    body: dict[str, Any] = field(default_factory=dict)
    kind: str = ""
    body_ids: dict[str, str] = field(default_factory=dict)
    query_ids: dict[str, str] = field(default_factory=dict)


def made(kind: str, session: Session, actor: Actor) -> str:
    """The id of something of that kind, new, of the actor's organisation."""
    if kind in NATURAL:
        return NATURAL[kind][0](session, actor)
    return ids.encode(kind, MAKERS[kind](session, actor))


def absent(kind: str) -> str:
    """What looks like such an id and is nobody's."""
    return NATURAL[kind][1] if kind in NATURAL else ids.encode(kind, 987_654_321)


RULE: dict[str, Any] = {
    "name": "Invoices",
    "conditions": [{"field": "subject", "operator": "contains", "value": "invoice"}],
    "actions": [{"type": "tag", "value": "billing"}],
}
NEXT_MONTH = (clock.now() + timedelta(days=30)).isoformat()
OPEN_TO_ALL = {"sign_up", "log_in", "accept_invitation"}

ROWS: dict[str, Row] = {
    "log_out": Row(None),
    "list_members": Row(Permission.READ_TEAM),
    "invite_member": Row(Permission.MANAGE_TEAM, {"email": "new@people.test", "role": "agent"}),
    "list_invitations": Row(Permission.READ_TEAM),
    "revoke_invitation": Row(Permission.MANAGE_TEAM, kind="inv"),
    "change_member_role": Row(Permission.MANAGE_TEAM, {"role": "observer"}, kind="user"),
    "remove_member": Row(Permission.MANAGE_TEAM, kind="user"),
    "list_api_keys": Row(Permission.MANAGE_OWN_KEYS),
    "create_api_key": Row(Permission.MANAGE_OWN_KEYS, {"name": "Robot"}),
    "get_api_key": Row(Permission.MANAGE_OWN_KEYS, kind="key"),
    "update_api_key": Row(Permission.MANAGE_OWN_KEYS, {"name": "Robot 2"}, kind="key"),
    "delete_api_key": Row(Permission.MANAGE_OWN_KEYS, kind="key"),
    "list_audit": Row(Permission.READ_AUDIT),
    "list_suppressions": Row(Permission.READ_SUPPRESSIONS),
    "add_suppressions": Row(Permission.WRITE_SUPPRESSIONS, {"addresses": ["gone@example.net"]}),
    "import_suppressions": Row(Permission.WRITE_SUPPRESSIONS, {"csv": "address\r\ngone@example.net\r\n"}),
    "export_suppressions": Row(Permission.READ_SUPPRESSIONS),
    "get_suppression": Row(Permission.READ_SUPPRESSIONS, kind="suppression"),
    "delete_suppression": Row(Permission.WRITE_SUPPRESSIONS, kind="suppression"),
    "list_contacts": Row(Permission.READ_CONTACTS),
    "create_contact": Row(Permission.WRITE_CONTACTS, {"name": "Cy"}),
    "get_contact": Row(Permission.READ_CONTACTS, kind="contact"),
    "update_contact": Row(Permission.WRITE_CONTACTS, {"name": "Cyrus"}, kind="contact"),
    "delete_contact": Row(Permission.WRITE_CONTACTS, kind="contact"),
    "merge_contact": Row(Permission.WRITE_CONTACTS, kind="contact", body_ids={"contactId": "contact"}),
    "list_domains": Row(Permission.READ_DIRECTORY),
    "add_domain": Row(Permission.MANAGE_DOMAINS, {"domain": "added.example.com"}),
    "get_domain": Row(Permission.READ_DIRECTORY, kind="dom"),
    "update_domain": Row(Permission.MANAGE_DOMAINS, {"suspended": True}, kind="dom"),
    "delete_domain": Row(Permission.MANAGE_DOMAINS, kind="dom"),
    "get_domain_records": Row(Permission.READ_DIRECTORY, kind="dom"),
    "verify_domain": Row(Permission.MANAGE_DOMAINS, kind="dom"),
    "begin_rotation": Row(Permission.MANAGE_DOMAINS, kind="dom"),
    "switch_rotation": Row(Permission.MANAGE_DOMAINS, kind="rotating domain"),
    "cancel_rotation": Row(Permission.MANAGE_DOMAINS, kind="rotating domain"),
    "list_integrations": Row(Permission.READ_DIRECTORY),
    "add_integration": Row(
        Permission.MANAGE_INTEGRATIONS,
        {"type": "webhook", "name": "Hook", "webhookUrl": "https://hooks.example.com/x"},
    ),
    "get_integration": Row(Permission.READ_DIRECTORY, kind="int"),
    "update_integration": Row(Permission.MANAGE_INTEGRATIONS, {"name": "Renamed"}, kind="int"),
    "delete_integration": Row(Permission.MANAGE_INTEGRATIONS, kind="int"),
    "verify_integration": Row(Permission.MANAGE_INTEGRATIONS, kind="int"),
    "renew_secret": Row(Permission.MANAGE_INTEGRATIONS, kind="int"),
    "list_deliveries": Row(Permission.MANAGE_INTEGRATIONS, kind="int"),
    "redeliver": Row(Permission.MANAGE_INTEGRATIONS, kind="whd"),
    "replay_events": Row(Permission.MANAGE_INTEGRATIONS, {"since": "2026-11-21T09:00:00Z"}, kind="int"),
    "list_events": Row(Permission.MANAGE_INTEGRATIONS),
    "list_webhooks": Row(Permission.READ_DIRECTORY),
    "add_webhook": Row(Permission.MANAGE_INTEGRATIONS, {"url": "https://hooks.example.com/x"}),
    "list_event_types": Row(None),
    "get_webhook": Row(Permission.READ_DIRECTORY, kind="int"),
    "update_webhook": Row(Permission.MANAGE_INTEGRATIONS, {"name": "Renamed"}, kind="int"),
    "delete_webhook": Row(Permission.MANAGE_INTEGRATIONS, kind="int"),
    "renew_webhook_secret": Row(Permission.MANAGE_INTEGRATIONS, kind="int"),
    "test_webhook": Row(Permission.MANAGE_INTEGRATIONS, kind="int"),
    "list_webhook_deliveries": Row(Permission.MANAGE_INTEGRATIONS, kind="int"),
    "get_webhook_delivery": Row(Permission.MANAGE_INTEGRATIONS, kind="whd"),
    "redeliver_webhook": Row(Permission.MANAGE_INTEGRATIONS, kind="whd"),
    "list_aliases": Row(Permission.READ_DIRECTORY, query_ids={"domainId": "dom"}),
    "add_alias": Row(
        Permission.MANAGE_ALIASES, {"localPart": "new"}, body_ids={"domainId": "dom", "integrationId": "int"}
    ),
    "get_alias": Row(Permission.READ_DIRECTORY, kind="alias"),
    "update_alias": Row(
        Permission.MANAGE_ALIASES, {"status": "disabled"}, kind="alias", body_ids={"integrationId": "int"}
    ),
    "delete_alias": Row(Permission.MANAGE_ALIASES, kind="alias"),
    "list_correspondents": Row(Permission.READ_DIRECTORY, kind="alias"),
    "block_correspondent": Row(Permission.MANAGE_ALIASES, {"address": "pest@spam.example"}, kind="alias"),
    "unblock_correspondent": Row(Permission.MANAGE_ALIASES, {"address": "pest@spam.example"}, kind="alias"),
    "list_failed_forwards": Row(Permission.READ_QUEUE, kind="alias"),
    "retry_failed_forwards": Row(Permission.MANAGE_QUEUE, kind="alias"),
    "list_tickets": Row(
        Permission.READ_TICKETS, query_ids={"aliasId": "alias", "mailboxId": "mbx", "assignedTo": "user"}
    ),
    "list_my_tickets": Row(Permission.READ_TICKETS),
    "get_ticket": Row(Permission.READ_TICKETS, kind="ticket"),
    "claim_ticket": Row(Permission.WORK_TICKETS, kind="ticket"),
    "set_ticket_status": Row(Permission.WORK_TICKETS, {"status": "resolved"}, kind="ticket"),
    "assign_ticket": Row(Permission.WORK_TICKETS, kind="ticket", body_ids={"userId": "user"}),
    "reply_to_ticket": Row(Permission.SEND_EMAILS, {"text": "Hello."}, kind="ticket"),
    "add_note": Row(Permission.WORK_TICKETS, {"text": "Hm."}, kind="ticket"),
    "merge_tickets": Row(Permission.WORK_TICKETS, kind="ticket", body_ids={"ticketIds": "ticket[]"}),
    "snooze_ticket": Row(Permission.WORK_TICKETS, {"until": NEXT_MONTH}, kind="ticket"),
    "list_rules": Row(Permission.READ_RULES),
    "add_rule": Row(Permission.MANAGE_RULES, RULE),
    "get_rule": Row(Permission.READ_RULES, kind="rule"),
    "update_rule": Row(Permission.MANAGE_RULES, {"active": False}, kind="rule"),
    "delete_rule": Row(Permission.MANAGE_RULES, kind="rule"),
    "duplicate_rule": Row(Permission.MANAGE_RULES, kind="rule"),
    "get_rule_statistics": Row(Permission.READ_RULES, kind="rule"),
    "reorder_rules": Row(Permission.MANAGE_RULES, {"ids": []}),
    "export_rules": Row(Permission.READ_RULES),
    "import_rules": Row(Permission.MANAGE_RULES, {"rules": [RULE]}),
    "export_sieve": Row(Permission.READ_RULES),
    "backtest_rule": Row(Permission.MANAGE_RULES, {"limit": 5}, body_ids={"ruleId": "rule"}),
    "list_failures": Row(Permission.READ_RULES),
    "retry_action": Row(Permission.MANAGE_RULES, kind="action"),
    "get_backtest": Row(Permission.READ_RULES, kind="backtest"),
    "cancel_backtest": Row(Permission.MANAGE_RULES, kind="backtest"),
    "list_macros": Row(Permission.READ_TEMPLATES),
    "add_macro": Row(Permission.WRITE_TEMPLATES, {"name": "Free it", "actions": [{"type": "release"}]}),
    "get_macro": Row(Permission.READ_TEMPLATES, kind="macro"),
    "update_macro": Row(Permission.WRITE_TEMPLATES, {"name": "Renamed"}, kind="macro"),
    "delete_macro": Row(Permission.WRITE_TEMPLATES, kind="macro"),
    "apply_macro": Row(Permission.WORK_TICKETS, {"ticketIds": [ids.encode("ticket", 987_654)]}, kind="macro"),
    "list_templates": Row(Permission.READ_TEMPLATES),
    "add_template": Row(Permission.WRITE_TEMPLATES, {"name": "Delay", "subject": "", "text": "Sorry."}),
    "get_template": Row(Permission.READ_TEMPLATES, kind="tmpl"),
    "update_template": Row(Permission.WRITE_TEMPLATES, {"name": "Renamed"}, kind="tmpl"),
    "delete_template": Row(Permission.WRITE_TEMPLATES, kind="tmpl"),
    "duplicate_template": Row(Permission.WRITE_TEMPLATES, kind="tmpl"),
    "list_template_versions": Row(Permission.READ_TEMPLATES, kind="tmpl"),
    "restore_template": Row(Permission.WRITE_TEMPLATES, {"version": 1}, kind="tmpl"),
    "preview_template": Row(Permission.READ_TEMPLATES, kind="tmpl", body_ids={"ticketId": "ticket"}),
    "list_emails": Row(Permission.READ_EMAILS, query_ids={"aliasId": "alias"}),
    "get_email": Row(Permission.READ_EMAILS, kind="email"),
    "send_email": Row(
        Permission.SEND_EMAILS,
        {"to": ["customer@example.net"], "subject": "Plans", "text": "Hello."},
        body_ids={"aliasId": "alias", "inReplyTo": "email"},
    ),
    "list_mail_domains": Row(Permission.READ_DIRECTORY),
    "add_mail_domain": Row(
        Permission.MANAGE_DOMAINS,
        {"domain": "added.example.com", "active": 1, "aliases": 9, "mailboxes": 9, "maxquota": 10, "quota": 90},
    ),
    "get_mail_domain": Row(Permission.READ_DIRECTORY, kind="domain name"),
    "update_mail_domain": Row(Permission.MANAGE_DOMAINS, {"quota": 100}, kind="domain name"),
    "delete_mail_domain": Row(Permission.MANAGE_DOMAINS, kind="domain name"),
    "list_mailboxes": Row(Permission.READ_DIRECTORY),
    "add_mailbox": Row(
        Permission.MANAGE_MAILBOXES,
        {"active": 1, "local_part": "max", "name": "Max", "password": "correct horse battery", "quota": 5},
        body_ids={"domain": "domain name"},
    ),
    "get_mailbox": Row(Permission.READ_DIRECTORY, kind="address"),
    "update_mailbox": Row(Permission.MANAGE_MAILBOXES, {"name": "Ida"}, kind="address"),
    "delete_mailbox": Row(Permission.MANAGE_MAILBOXES, kind="address"),
    "list_mail_aliases": Row(Permission.READ_DIRECTORY),
    "add_mail_alias": Row(
        Permission.MANAGE_ALIASES, {"goto": "partner@example.net", "active": 1}, body_ids={"address": "catch-all"}
    ),
    "get_mail_alias": Row(Permission.READ_DIRECTORY, kind="alias number"),
    "update_mail_alias": Row(Permission.MANAGE_ALIASES, {"active": 0}, kind="alias number"),
    "list_syncjobs": Row(Permission.MANAGE_MAILBOXES),
    "add_syncjob": Row(
        Permission.MANAGE_MAILBOXES,
        {"host1": "imap.example.net", "port1": 993, "user1": "ida", "password1": "secret", "enc1": "SSL"},
        body_ids={"username": "address"},
    ),
    "update_syncjob": Row(Permission.MANAGE_MAILBOXES, {"active": 0}, kind="job number"),
    "delete_syncjob": Row(Permission.MANAGE_MAILBOXES, kind="job number"),
    "delete_mail_alias": Row(Permission.MANAGE_ALIASES, kind="alias number"),
}
