"""What Mailroom writes to people."""

from sqlmodel import Session, select

from models import Outbound, RawMessage
from services import team
from services.mail import message
from tests.conftest import People


def test_invitation_says_who_where_and_how_long(people: People, session: Session) -> None:
    invited = team.invite(session, "dan@people.test", role="agent", name="Dan <b>", actor=people.alice)
    row = session.exec(select(Outbound)).one()
    letter = message.parse(session.get_one(RawMessage, row.raw_id).content)
    assert letter.subject == "Alice invites you to Acme"
    assert invited.url in letter.text and invited.url in letter.html
    assert f"{invited.invitation.expires_at:%d %B %Y}" in letter.text
    assert "Dan &lt;b&gt;" in letter.html
    assert letter.header("Auto-Submitted") == "auto-generated" and row.reverse_path == ""
