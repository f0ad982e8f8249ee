"""A query's words in the language of each index: FTS5 on SQLite, tsquery on PostgreSQL."""

from services.search.query import Term

_WEIGHTS = {"subject": "A", "author": "B", "recipients": "C", "text": "D"}


def fts5(terms: list[Term], labels: list[Term]) -> str:
    """The MATCH expression; labels first. Something must be wanted: FTS5 knows no NOT alone."""
    wanted = [f"labels : {_phrase(label)}" for label in labels if not label.negated]
    wanted += [_fts5_term(term) for term in terms if not term.negated]
    refused = [f" NOT (labels : {_phrase(label)})" for label in labels if label.negated]
    refused += [f" NOT ({_fts5_term(term)})" for term in terms if term.negated]
    return "(" + " AND ".join(wanted) + ")" + "".join(refused)


def _fts5_term(term: Term) -> str:
    text = _phrase(term) + (" *" if term.prefix else "")
    return f"{term.field} : {text}" if term.field else f"{{subject author recipients text}} : {text}"


def _phrase(term: Term) -> str:
    return '"' + " ".join(term.words) + '"'


def tsquery(terms: list[Term], labels: list[Term]) -> str:
    """The argument of to_tsquery('simple', …)."""
    return " & ".join(
        _tsquery_term(term, "D" if number < len(labels) else None) for number, term in enumerate(labels + terms)
    )


def _tsquery_term(term: Term, weight: str | None) -> str:
    weight = weight or _WEIGHTS.get(term.field, "")
    last = len(term.words) - 1
    marks = [weight + ("*" if term.prefix and number == last else "") for number in range(last + 1)]
    words = [f"'{word}'" + (f":{mark}" if mark else "") for word, mark in zip(term.words, marks, strict=True)]
    return ("!" if term.negated else "") + "(" + " <-> ".join(words) + ")"
