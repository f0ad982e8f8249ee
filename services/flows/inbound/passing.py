"""The steps at the door of the transaction: whom an alias refuses, what goes on to others, and what stays here."""

from models import DisabledPolicy
from services import forwarding, mailboxes
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter, Recipient
from services.forwarding import Forward
from services.mail.dsn import Failure


def admit(desk: Desk, letter: Letter) -> Disposition | None:
    """Refuse what the alias refuses, and count what it takes: once, to however many of its addresses it came."""
    judged: dict[int, Disposition | None] = {}
    for each in letter.recipients:
        alias_id = each.target.alias_id if each.target and not each.target.dropped else None
        if alias_id is None:
            continue
        if alias_id not in judged:
            judged[alias_id] = _judged(desk, letter, each, alias_id)
        each.end("admit", judged[alias_id])
    return None


def _judged(desk: Desk, letter: Letter, recipient: Recipient, alias_id: int) -> Disposition | None:
    if desk.gate.is_blocked(alias_id, letter):
        return Disposition("blocked", f"{letter.author} is blocked at {recipient.address}; their mail is thrown away.")
    policy = desk.gate.policy_if_spent(alias_id)
    if policy is None:
        desk.gate.count(letter, alias_id)
        return None
    why = f"{recipient.address} had taken the last of the messages it takes."
    if policy is DisabledPolicy.DROP:
        return Disposition("expired", f"{why} This one is thrown away, as it is set to.")
    failure = Failure(recipient.address, "5.2.1", "550 5.2.1 This address no longer receives mail.")
    forwarding.report(
        desk.session,
        failure,
        to=letter.reverse_path,
        original=letter.content,
        arrived_at=letter.received_at,
        organisation_id=letter.organisation_id,
    )
    return Disposition("expired", f"{why} Its sender was told.")


def send_on(desk: Desk, letter: Letter) -> Disposition | None:
    """What an alias forwards and what bounced of it leaves; only what has a queue besides stays here."""
    passed: set[int | None] = set()
    for each in letter.recipients:
        target = each.target
        if target is None or target.dropped or each.ended:
            continue
        if target.returns is not None:
            each.end("send_on", _returned(desk, letter, each))
        elif target.forward_to:
            each.end("send_on", _forwarded(desk, letter, each, target.alias_id not in passed))
            passed.add(target.alias_id)
    return None


def stay(desk: Desk, letter: Letter) -> Disposition | None:
    """Whoever is left decides in which queue it waits, unless that was decided by one of them already."""
    staying = [each for each in letter.recipients if each.stays()]
    if not staying:
        return next((each.ended for each in letter.recipients if each.ended), None)
    targets = [each.target for each in staying if each.target]
    chosen = next((each.target for each in letter.recipients if each.target and each.ended), None)
    if (
        chosen is not None
        and chosen.alias_id == letter.alias_id
        and targets
        and letter.alias_id not in {target.alias_id for target in targets}
    ):
        is_moved = letter.mailbox_id != chosen.mailbox_id
        letter.alias_id = targets[0].alias_id
        letter.mailbox_id = letter.mailbox_id if is_moved else targets[0].mailbox_id
    if letter.mailbox_id is None:
        letter.mailbox_id = desk.default_mailbox(targets[0].domain_id if targets else None, letter.organisation_id)
    return None


def _returned(desk: Desk, letter: Letter, recipient: Recipient) -> Disposition:
    assert recipient.target is not None and recipient.target.returns is not None
    original = forwarding.returned_to(desk.session, recipient.target.returns)
    if not original:
        return Disposition("undeliverable", "It answers what we forwarded, but for whom is not known any more.")
    why = forwarding.refusal(letter.parsed, recipient.address)
    if why:
        return Disposition("loop", why)
    desk.gate.forwards.append(_forward(letter, recipient.address, (original,), None))
    return Disposition("returned", f"It answers what we forwarded for {original}, and went back there.")


def _forwarded(desk: Desk, letter: Letter, recipient: Recipient, is_first: bool) -> Disposition | None:
    target = recipient.target
    assert target is not None
    address = mailboxes.whole_address(recipient.address, target.detail)
    why = "A rule set it apart." if letter.set_apart else forwarding.refusal(letter.parsed, address)
    if why:
        letter.say("send_on", "kept here", f"{why} It goes no further.")
        return None
    words = f"{address} forwards to {', '.join(target.forward_to)}."
    if is_first:
        desk.gate.forwards.append(_forward(letter, address, target.forward_to, target.alias_id))
        letter.say("send_on", "forwarded", words)
    return Disposition("forwarded", words) if target.mailbox_id is None else None


def _forward(letter: Letter, address: str, targets: tuple[str, ...], alias_id: int | None) -> Forward:
    subject = letter.parsed.subject
    return Forward(letter.organisation_id, alias_id, address, targets, letter.raw_id, letter.reverse_path, subject)
