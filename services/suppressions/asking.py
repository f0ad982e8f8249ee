"""Whether an address may be written to: one question for many addresses, asked in the transaction that sends."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from models import Suppression, SuppressionReason
from services import clock
from services.suppressions.wording import words

_table = SQLModel.metadata.tables[str(Suppression.__tablename__)]
_query = sa.select(_table.c.organisation_id, _table.c.address, _table.c.reason, _table.c.detail).where(
    _table.c.organisation_id.in_(sa.bindparam("organisations", expanding=True)),
    _table.c.address.in_(sa.bindparam("addresses", expanding=True)),
    sa.or_(_table.c.expires_at.is_(None), _table.c.expires_at > sa.bindparam("now")),
)


def among(session: Session, pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Why, in words, for those of (organisation, address) that are suppressed; addresses in lower case."""
    wanted = {(organisation_id, address.lower()) for organisation_id, address in pairs}
    if not wanted:
        return {}
    asked = {"organisations": list({each[0] for each in wanted}), "addresses": list({each[1] for each in wanted})}
    rows = session.connection().execute(_query, asked | {"now": clock.now()})
    found = {(row.organisation_id, row.address): words(SuppressionReason(row.reason), row.detail) for row in rows}
    return {pair: why for pair, why in found.items() if pair in wanted}


def is_suppressed(session: Session, organisation_id: int, address: str) -> bool:
    return bool(among(session, [(organisation_id, address)]))
