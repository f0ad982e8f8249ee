"""Everything an integration can hear of, once: services, API, pages and the words in chats are drawn from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EventType:
    """`words` for people who choose, `headline` for chats; `is_news` are what a chat hears of unless told otherwise."""

    name: str
    words: str
    headline: str
    is_news: bool = False

    @property
    def noun(self) -> str:
        return self.name.partition(".")[0]


EVENT_TYPES = {
    each.name: each
    for each in (
        EventType("ticket.created", "A conversation begins", "New ticket"),
        EventType("ticket.claimed", "Somebody takes it", "Claimed"),
        EventType("ticket.released", "It goes back to the queue", "Back in the queue"),
        EventType("ticket.assigned", "It is given to somebody", "Assigned"),
        EventType("ticket.status_changed", "Its status changes", "Status changed"),
        EventType("ticket.priority_changed", "Its priority changes", "Priority changed"),
        EventType("ticket.rated", "Its customer says how it went", "Rated"),
        EventType("ticket.merged", "Others are merged into it", "Merged"),
        EventType("ticket.deleted", "It is deleted", "Deleted"),
        EventType("message.received", "Mail arrives", "New mail", is_news=True),
        EventType("message.sent", "An answer leaves", "Answer sent"),
        EventType("message.failed", "A message cannot be delivered", "Not delivered"),
        EventType("note.added", "Somebody writes a note", "New note"),
        EventType("domain.drift", "A domain's DNS no longer proves that it is yours", "Domain lost its DNS"),
    )
}
NEWS = tuple(each.name for each in EVENT_TYPES.values() if each.is_news)
