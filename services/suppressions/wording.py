"""Reasons in words people understand."""

from models import BounceKind, SuppressionReason

REASONS: dict[SuppressionReason, str] = {
    SuppressionReason.HARD_BOUNCE: "Does not exist",
    SuppressionReason.SOFT_BOUNCE: "Failed again and again",
    SuppressionReason.COMPLAINT: "Complained",
    SuppressionReason.UNSUBSCRIBE: "Unsubscribed",
    SuppressionReason.MANUAL: "Added by hand",
}
_SENTENCES: dict[SuppressionReason, str] = {
    SuppressionReason.HARD_BOUNCE: "Its server says that there is no such address.",
    SuppressionReason.SOFT_BOUNCE: "Mail to it failed three times in thirty days.",
    SuppressionReason.COMPLAINT: "Its reader reported our mail as spam.",
    SuppressionReason.UNSUBSCRIBE: "Its reader wants no more mail.",
    SuppressionReason.MANUAL: "Somebody here put it on the list.",
}
_KINDS: dict[BounceKind, str] = {
    BounceKind.HARD: "there is no such address",
    BounceKind.SOFT: "it takes no mail at present",
    BounceKind.BLOCK: "its server refused our mail",
    BounceKind.TRANSIENT: "its server could not be reached or had a fault",
    BounceKind.DELAYED: "it is late, and still tried",
    BounceKind.COMPLAINT: "its reader reported it as spam",
}


def reason_words(reason: SuppressionReason) -> str:
    return REASONS[reason]


def kind_words(kind: BounceKind) -> str:
    return _KINDS[kind]


def words(reason: SuppressionReason, detail: str) -> str:
    """One or two sentences: why nothing is sent to an address."""
    return f"{_SENTENCES[reason]} {detail}".strip()
