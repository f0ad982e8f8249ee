"""The ways mail leaves this machine: kept here (`capture:`), through one server (`smtp://`), or to each domain's own
(`mx:`)."""

from services.flows.relay.capture import Capture
from services.flows.relay.direct import DirectToMx
from services.flows.relay.receipt import Parcel, Receipt, Relay
from services.flows.relay.smarthost import Smarthost
from services.mta_sts import Policies
from services.settings import Settings

__all__ = ["Capture", "DirectToMx", "Parcel", "Receipt", "Relay", "Smarthost", "open_relay"]


def open_relay(settings: Settings) -> Relay:
    """The relay `MAILROOM_RELAY_URL` names."""
    if settings.relay_url.startswith("mx:"):
        return DirectToMx.from_url(settings.relay_url, settings, Policies())
    if settings.relay_url.startswith("smtp://"):
        return Smarthost.from_url(settings.relay_url, settings)
    return Capture()
