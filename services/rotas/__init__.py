"""Rotas: whose turn it is at the new tickets of a mailbox or an alias."""

from services.rotas.keeping import MOST_CAP, Rota, Turn, get, update
from services.rotas.turns import Turns
from services.rotas.waiting import hand_out

__all__ = ["MOST_CAP", "Rota", "Turn", "Turns", "get", "hand_out", "update"]
