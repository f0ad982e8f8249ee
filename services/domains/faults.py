"""Whether what the DNS holds in a record's place does what the record is for; if not, what is wrong and what to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.domains.records import Finding, Record, RecordStatus

MOST_LOOKUPS = 10  # RFC 7208 4.6.4
OK, WRONG, MISSING = RecordStatus.OK, RecordStatus.WRONG, RecordStatus.MISSING


@dataclass(frozen=True)
class Evidence:
    """What was found: at the record's name; at that name with the domain's put behind it once more; where the domain
    itself is an alias; how many look-ups its SPF record costs; under which selector a DKIM key is published instead."""

    found: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    alias_of: str = ""
    lookups: int = 0
    published_as: str = ""


def judge(record: Record, evidence: Evidence) -> Finding:
    status, found, words = _JUDGES[record.key](record, evidence)
    if evidence.alias_of and record.type == "MX":
        status, words = WRONG, _alias(record, evidence.alias_of)
    if status is MISSING and evidence.doubled:
        words = (
            f"It stands at {record.name}.{_domain_of(record)}: your DNS provider adds the domain by itself."
            " Type the name without it."
        )
    return Finding(record.key, status, found, words)


Judgement = tuple[RecordStatus, tuple[str, ...], str]


def _ownership(record: Record, evidence: Evidence) -> Judgement:
    if record.value in (text.strip() for text in evidence.found):
        return OK, evidence.found, ""
    if not evidence.found:
        return MISSING, (), ""
    if any(record.value in _unquoted(text) for text in evidence.found):
        return WRONG, evidence.found, _QUOTED
    return WRONG, evidence.found, "There is a TXT record, but not with this value. Add this one beside it."


def _mx(record: Record, evidence: Evidence) -> Judgement:
    """`found` are lines "preference host"; ours has to be among the most preferred (RFC 5321 5.1)."""
    found = evidence.found
    parsed = sorted((int(preference), host) for preference, _, host in (line.partition(" ") for line in found))
    best = [host for preference, host in parsed if preference == parsed[0][0]]
    hosts = [host for _, host in parsed]
    if record.value in (hosts if record.is_backup else best):
        return OK, found, ""
    if record.value in hosts:
        words = f"{best[0]} comes before this server and gets the mail. Give this server the lowest number."
        return WRONG, found, words
    if hosts in ([""], ["."]):  # RFC 7505
        return WRONG, found, "A null MX says that the domain takes no mail at all. Replace it."
    if found:
        return WRONG, found, "The domain's mail goes to another server. Replace its MX records, or add ours first."
    return MISSING, (), "Without it no mail for the domain comes here."


def _spf(record: Record, evidence: Evidence) -> Judgement:
    policies = tuple(text for text in evidence.found if text.lower().split(" ")[0] == "v=spf1")
    if len(policies) > 1:  # RFC 7208 4.5: permerror
        words = "More than one SPF record: receivers refuse all of them. Join them into one, with one “all” at its end."
        return WRONG, policies, words
    if not policies:
        quoted = tuple(text for text in evidence.found if "v=spf1" in text.lower())
        return (WRONG, quoted, _QUOTED) if any(_unquoted(text) != text for text in quoted) else (MISSING, (), "")
    source = record.value.split(" ")[1]
    terms = {term.lower().removeprefix("+") for term in policies[0].split()[1:]}
    if "all" in terms:
        return WRONG, policies, "“+all” lets everybody send in your name. End the record with “~all” or “-all”."
    if not terms & {source, "mx"}:
        return WRONG, policies, f"Add {source} to the record, before its “all”."
    if evidence.lookups > MOST_LOOKUPS:
        return (
            WRONG,
            policies,
            (
                "The record makes receivers look up more than 10 names, and they stop at 10 and refuse it."
                " Remove an “include” that is not needed, or write its addresses as ip4 and ip6."
            ),
        )
    return OK, policies, ""


def _dkim(record: Record, evidence: Evidence) -> Judgement:
    found, wanted = evidence.found, tags(record.value)
    published = [tags(text) for text in found]
    if any(each.get("p") == wanted["p"] and each.get("k", "rsa") == wanted["k"] for each in published):
        if len(found) > 1:  # RFC 6376 3.6.2.2: the result is undefined
            return WRONG, found, "Another TXT record stands beside it: receivers may take that one. Remove it."
        return OK, found, ""
    if evidence.published_as:
        return MISSING, found, f"This key is published under the selector {evidence.published_as}. Put it here."
    if not found:
        return MISSING, (), ""
    return WRONG, found, _key_fault(found, published, wanted)


def _key_fault(found: tuple[str, ...], published: list[dict[str, str]], wanted: dict[str, str]) -> str:
    held, key = [each.get("p", "") for each in published], wanted["p"]
    if any(_unquoted(text) != text for text in found):
        return _QUOTED
    if key in held:
        return f"Its k= says another kind of key. Write k={wanted['k']}."
    if len(found) > 1 and all(re.sub(r"\s", "", text) in _bare(wanted) or "p=" in text for text in found):
        return (
            "The value is spread over several records. Make it one record; its strings may be several, up to 255 each."
        )
    if held[0] and key.startswith(held[0]):
        return "The key is cut off. Paste the whole value; cut it into strings of at most 255 characters if you must."
    if held == [""] and "p" in published[0]:
        return "An empty p= says that the key is withdrawn (RFC 6376 3.6.1). Put the value above in its place."
    return "Another key is published there. Put the value above in its place."


def _bare(wanted: dict[str, str]) -> str:
    return f"v=DKIM1;k={wanted['k']};p={wanted['p']}"


def _dmarc(record: Record, evidence: Evidence) -> Judgement:
    policies = tuple(text for text in evidence.found if tags(text).get("v") == "DMARC1")
    if len(policies) > 1:
        return WRONG, policies, "More than one DMARC record: receivers ignore all of them. Keep one."
    if not policies:
        return MISSING, (), "Large receivers refuse bulk mail of domains without it. “p=none” changes nothing else."
    if tags(policies[0]).get("p", "none").lower() not in ("none", "quarantine", "reject"):
        return WRONG, policies, "Its p= is unknown. Write none, quarantine or reject."
    return OK, policies, ""


def _mta_sts(record: Record, evidence: Evidence) -> Judgement:
    policies = tuple(text for text in evidence.found if tags(text).get("v") == "STSv1")
    if len(policies) > 1:  # RFC 8461 3.1
        return WRONG, policies, "More than one MTA-STS record: senders act as if there were none. Keep one."
    if not policies:
        return MISSING, (), ""
    if not re.fullmatch(r"[A-Za-z0-9]{1,32}", tags(policies[0]).get("id", "")):
        return WRONG, policies, "Its id= has to be 1 to 32 letters and digits, new with each change of the policy."
    return OK, policies, ""


def _tls_rpt(record: Record, evidence: Evidence) -> Judgement:
    policies = tuple(text for text in evidence.found if tags(text).get("v") == "TLSRPTv1")
    if len(policies) > 1:  # RFC 8460 3
        return WRONG, policies, "More than one TLS-RPT record: senders report nothing. Keep one."
    if not policies:
        return MISSING, (), ""
    if not tags(policies[0]).get("rua", "").startswith(("mailto:", "https:")):
        return WRONG, policies, "Its rua= has to say where reports go, as mailto: or https:."
    return OK, policies, ""


_QUOTED = "The value holds quotation marks or backslashes that were typed along with it. Enter it without them."


def _unquoted(text: str) -> str:
    return text.replace('"', "").replace("\\", "")


def _alias(record: Record, target: str) -> str:
    """RFC 1034 3.6.2: a name with a CNAME has no other records."""
    return (
        f"{record.name} is a CNAME for {target}, and so it can have no MX or SPF record of its own."
        " Replace the CNAME with A and AAAA records, or your provider's ALIAS."
    )


def _domain_of(record: Record) -> str:
    """The domain a record's name lies in: what follows its last label with an underscore."""
    labels = record.name.split(".")
    special = [at for at, label in enumerate(labels) if label.startswith("_")]
    return ".".join(labels[special[-1] + 1 :] if special else labels)


def tags(text: str) -> dict[str, str]:
    """A tag list (RFC 6376 3.2); white space inside values falls away."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): re.sub(r"\s+", "", value) for name, _, value in pairs}


_JUDGES: dict[str, Callable[[Record, Evidence], Judgement]] = {
    "ownership": _ownership,
    "mx": _mx,
    "spf": _spf,
    "dkim": _dkim,
    "dmarc": _dmarc,
    "mta_sts": _mta_sts,
    "tls_rpt": _tls_rpt,
}
