"""Dialect A: rules, in order of evaluation; trying a draft on stored mail; files in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse

from api.access import Acting
from api.backtest_shapes import BacktestResult, BacktestShape, Trial, TriedShape
from api.failure_shapes import Failures, FailureShape, Retried
from api.rule_shapes import File, NewRule, Order, RuleChange, RulePage, Rules, RuleShape, StatisticsShape
from api.shapes import Deleted, Paging, paging
from services import database, ids, rules
from services.errors import Invalid

router = APIRouter(prefix="/rules", tags=["Rules"])


@router.get("")
def list_rules(actor: Acting, paging: Annotated[Paging, Depends(paging)]) -> RulePage:
    """Rules in order of evaluation: lowest priority first, then oldest."""
    with database.reading() as session:
        found = rules.all(session, actor=actor)
        return RulePage(rules=[RuleShape.of(each) for each in paging.of(found)], **paging.told(len(found)))


@router.post("", status_code=201)
def add_rule(body: NewRule, actor: Acting) -> RuleShape:
    """Make a rule; it is active at once unless it says otherwise."""
    with database.transaction() as session:
        return RuleShape.of(rules.add(session, body.draft(), actor=actor))


@router.post("/backtest", status_code=202)
def backtest_rule(body: Trial, actor: Acting) -> BacktestShape:
    """Try a draft, or a rule as it is, on the newest stored messages; nothing is changed."""
    with database.transaction() as session:
        if body.rule is not None:
            return BacktestShape.of(rules.backtest(session, body.rule.draft(), wanted=body.limit, actor=actor))
        if body.rule_id is not None:
            rule_id = ids.decode("rule", body.rule_id)
            return BacktestShape.of(rules.backtest_rule(session, rule_id, wanted=body.limit, actor=actor))
        raise Invalid("Send a rule, or a ruleId.", code="invalid_rule", field="rule")


@router.get("/backtest/{id}")
def get_backtest(
    id: str, actor: Acting, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> BacktestResult:
    """How far it is, and the messages it found so far, newest first; `cursor` of one page gets the next."""
    number, after = ids.decode("backtest", id), ids.decode("hit", cursor) if cursor else None
    with database.reading() as session:
        row = rules.progress(session, number, actor=actor)
        found = rules.tried(session, number, after=after, limit=limit, actor=actor)
    following = ids.encode("hit", found[-1].id) if len(found) == limit else None
    return BacktestResult.of(row, messages=[TriedShape.of(each) for each in found], cursor=following)


@router.delete("/backtest/{id}")
def cancel_backtest(id: str, actor: Acting) -> BacktestShape:
    """End it where it is; what it found stays to be read."""
    with database.transaction() as session:
        return BacktestShape.of(rules.cancel(session, ids.decode("backtest", id), actor=actor))


@router.put("/order")
def reorder_rules(body: Order, actor: Acting) -> Rules:
    """Put all rules in this order; their priorities become 1, 2, 3 …"""
    with database.transaction() as session:
        return Rules.of(rules.reorder(session, [ids.decode("rule", each) for each in body.ids], actor=actor))


@router.get("/export")
def export_rules(actor: Acting) -> File:
    """All rules as a file that `/rules/import` takes, here or in another organisation."""
    with database.reading() as session:
        return File.model_validate(rules.exported(session, actor=actor))


@router.post("/import", status_code=201)
def import_rules(body: File, actor: Acting) -> Rules:
    """Add the rules of a file behind those there are; all of them, or none where one is not possible here."""
    with database.transaction() as session:
        return Rules.of(rules.imported(session, body.model_dump(), actor=actor))


@router.get("/sieve", response_class=PlainTextResponse)
def export_sieve(actor: Acting) -> PlainTextResponse:
    """The active rules as a Sieve script (RFC 5228); what Sieve cannot say is named in its remarks."""
    with database.reading() as session:
        script = rules.sieve_script(session, actor=actor)
    return PlainTextResponse(script.text, media_type="application/sieve")  # RFC 5228 6


@router.get("/failures")
def list_failures(
    actor: Acting, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Failures:
    """Actions that were given up after several attempts, newest first; `cursor` of one page gets the next."""
    before = ids.decode("action", cursor) if cursor else None
    with database.reading() as session:
        found = [FailureShape.of(each) for each in rules.failures(session, before=before, limit=limit, actor=actor)]
    return Failures(failures=found, cursor=found[-1].id if len(found) == limit else None)


@router.post("/failures/{id}/retry", status_code=202)
def retry_action(id: str, actor: Acting) -> Retried:
    """Try a failed action again now."""
    with database.transaction() as session:
        rules.retry(session, ids.decode("action", id), actor=actor)
        return Retried(id=id)


@router.get("/{id}")
def get_rule(id: str, actor: Acting) -> RuleShape:
    """One rule."""
    with database.reading() as session:
        return RuleShape.of(rules.get(session, ids.decode("rule", id), actor=actor))


@router.put("/{id}")
def update_rule(id: str, body: RuleChange, actor: Acting) -> RuleShape:
    """Change what is sent and leave the rest."""
    with database.transaction() as session:
        return RuleShape.of(rules.update(session, ids.decode("rule", id), actor=actor, **body.changes()))


@router.delete("/{id}")
def delete_rule(id: str, actor: Acting) -> Deleted:
    """Remove a rule; what it did stays done."""
    with database.transaction() as session:
        rules.remove(session, ids.decode("rule", id), actor=actor)
        return Deleted(id=id)


@router.post("/{id}/duplicate", status_code=201)
def duplicate_rule(id: str, actor: Acting) -> RuleShape:
    """A copy behind the rule, switched off."""
    with database.transaction() as session:
        return RuleShape.of(rules.duplicate(session, ids.decode("rule", id), actor=actor))


@router.get("/{id}/statistics")
def get_rule_statistics(id: str, actor: Acting, days: Annotated[int, Query(ge=1, le=366)] = 30) -> StatisticsShape:
    """Hits in all, on each of the last days, and the newest messages it held for."""
    number = ids.decode("rule", id)
    with database.reading() as session:
        found = rules.statistics(session, number, days=days, actor=actor)
        return StatisticsShape.of(found, rules.hits(session, number, actor=actor))
