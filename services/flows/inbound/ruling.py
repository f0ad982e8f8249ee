"""The steps of the users' rules: decided before the transaction, carried out on the ticket as it is written."""

from services import ids
from services.flows.inbound.deeds import carry_out
from services.flows.inbound.desk import Desk
from services.flows.inbound.letter import Disposition, Letter
from services.mail.address import Address
from services.rules import Subject, keeping, stored
from services.rules.engine import Hit

APART = frozenset({"spam", "discard", "reject"})


def decide_rules(desk: Desk, letter: Letter) -> Disposition | None:
    """Which rules hold. A move says in which mailbox a new ticket waits; what is discarded joins no conversation."""
    kept = keeping.kept(desk.session, letter.organisation_id)
    if not kept.matcher.rules:
        return None
    letter.decision = kept.matcher.decide(_subject(desk, letter, kept))
    acts = [act for hit in letter.decision.hits if not hit.rule.draft.shadow for act in hit.rule.draft.actions]
    letter.set_apart = any(act.type in APART for act in acts)
    for act in acts:
        box = act.values.get("mailbox_id")
        if act.type == "move" and isinstance(box, int) and box in kept.zones:
            letter.mailbox_id = box
    if letter.decision.is_exhausted:
        why = "The expressions of rules took too long; rules with further ones were not looked at."
        letter.say("decide_rules", "cut short", why)
    return None


def _subject(desk: Desk, letter: Letter, kept: keeping.Kept) -> Subject:
    wrote = [(letter.author, letter.received_at)] if kept.asks_contacts else []
    (company,) = stored.companies(desk.session, letter.organisation_id, wrote) or (None,)
    return Subject(
        parsed=letter.parsed,
        author=Address(letter.parsed.author.name, letter.author),
        recipients=[each.address for each in letter.recipients],
        text=letter.text,
        size=letter.size,
        at=kept.local(letter.received_at, letter.mailbox_id),
        automatic=letter.automatic,
        authentication=letter.authentication,
        company=company,
    )


def run_actions(desk: Desk, letter: Letter) -> Disposition | None:
    """What changes the ticket is done at once, what reaches outside is put down for the runner; each rule in words."""
    if letter.decision.is_exhausted:
        desk.docket.warn(letter.organisation_id)
    for hit, said in carry_out(desk, letter) if letter.decision.hits else ():
        outcome = "counted" if hit.rule.draft.shadow else "ruled"
        sentence = f"{_heading(hit)} → {', '.join(said)}."
        letter.say("run_actions", outcome, sentence, rule=ids.encode("rule", hit.rule.id))
    return None


def _heading(hit: Hit) -> str:
    """Rule “Invoices”: subject contains “invoice”"""
    because = " and ".join(hit.reasons) or "every message"
    return f"Rule “{hit.rule.draft.name}”: {because}"
