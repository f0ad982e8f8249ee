"""The editor of one rule, and of what trying it on stored mail finds: one Vue component."""

from components.pane import Line, Pane


class RuleEditor(Pane, component="rule_editor.js", esm={"mailroom-ui": "ui", "mailroom-rule-values": "rule_values"}):
    """State: registries, draft, verdict, trial, may.

    Emits `edited` ({number, draft}) while somebody types, `save` (draft), `attempt` ({draft, wanted}), `cancel` and
    `more`.
    """

    def judge(self, number: int, verdict: Line) -> None:
        """What is to be said of the draft with that number; of an older one nothing any more."""
        self.run_method("judge", number, verdict)

    def refuse(self, verdict: Line) -> None:
        """Show what is wrong, also in rows nobody has touched, and go to the first."""
        self.run_method("refuse", verdict)

    def saved(self) -> None:
        """Nothing is unsaved any more."""
        self.run_method("saved")

    def report(self, trial: Line, found: list[Line]) -> None:
        """How far the trial is, and the messages it found since."""
        self.run_method("report", trial, found)
