"""The rules of an organisation in their order: one Vue component, put in order by hand or by key."""

from components.pane import Pane


class RuleList(Pane, component="rule_list.js", esm={"mailroom-ui": "ui"}):
    """State: rows, may, lit (the row to point out).

    Emits `order` (ids), `toggle` ({id, on}), `duplicate` (id), `remove` (id).
    """
