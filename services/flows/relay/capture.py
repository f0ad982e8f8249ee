"""`capture:` — nothing leaves the machine: what would have been sent is kept, to be opened and answered in a page."""

from sqlmodel import Session

from models import CapturedMessage, OutboundStatus
from services import clock
from services.flows.relay.receipt import Parcel, Receipt


class Capture:
    per_destination: int | None = None

    async def transmit(self, parcel: Parcel) -> Receipt:
        def keep(session: Session) -> None:
            session.add(
                CapturedMessage(
                    organisation_id=parcel.organisation_id,
                    outbound_id=parcel.outbound_id,
                    reverse_path=parcel.reverse_path,
                    recipient=parcel.recipient,
                    content=parcel.content,
                    captured_at=clock.now(),
                )
            )

        words = "Kept here: no relay is set up, so nothing leaves this machine."
        return Receipt(OutboundStatus.DELIVERED, 250, "2.0.0", words, "capture", keep=keep)

    async def close(self) -> None:
        """Nothing is open."""
