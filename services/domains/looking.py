"""Asking the DNS about a domain's records, and gathering what tells one fault from another. No session is open."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from services import dns
from services.domains import spf
from services.domains.faults import Evidence, judge, tags
from services.domains.records import Finding, Record, RecordStatus
from services.errors import Unavailable


async def look_up(domain: str, records: Sequence[Record]) -> list[Finding]:
    """One finding a record, in their order."""
    gathered = await asyncio.gather(*(_evidence(domain, record) for record in records))
    whereabouts = _selectors(records, gathered)
    return [
        judge(record, replace(found, published_as=whereabouts.get(tags(record.value).get("p", ""), "")))
        if isinstance(found, Evidence)
        else Finding(record.key, RecordStatus.ERROR, explanation=found)
        for record, found in zip(records, gathered, strict=True)
    ]


async def _evidence(domain: str, record: Record) -> Evidence | str:
    """What was found; where the DNS gives no answer, the words for that."""
    try:
        if record.type == "MX":
            hosts, _ = await dns.mx(record.name, fresh=True)
            target = await dns.alias_of(record.name, fresh=True)
            return Evidence(tuple(f"{each.preference} {each.host}" for each in hosts), alias_of=target)
        found = (await dns.txt(record.name, fresh=True)).values
        if record.key == "spf":
            policies = [text for text in found if text.lower().startswith("v=spf1 ")]
            return Evidence(found, lookups=await spf.lookups(policies[0]) if len(policies) == 1 else 0)
        doubled = () if found else (await dns.txt(f"{record.name}.{domain}", fresh=True)).values
        return Evidence(found, doubled)
    except Unavailable as error:
        return error.message


def _selectors(records: Sequence[Record], gathered: Sequence[Evidence | str]) -> dict[str, str]:
    """By the key it holds, the selector whose record was found to hold it."""
    return {
        tags(text).get("p", ""): record.selector
        for record, evidence in zip(records, gathered, strict=True)
        if record.selector and isinstance(evidence, Evidence)
        for text in evidence.found
        if tags(text).get("p")
    }
