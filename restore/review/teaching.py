"""From decisions to what outlasts them: rules of the glossary, and gold passages."""

from restore.article import Edit
from restore.glossary import Rule
from restore.review.decisions import ACCEPTED, REJECTED, Decision


def rule_wording(edit: Edit, decision: Decision | None) -> str:
    """Return the words that a rule made of a decision would put in; none for a rejected edit."""
    if decision == REJECTED:
        return ""
    return decision.after if decision and decision.choice == "changed" else edit.after


def as_decision(edit: Edit, rule: Rule) -> Decision:
    """Return what a rule decides about the edit that it was made of."""
    if rule.restored is None:
        return REJECTED
    return ACCEPTED if rule.restored == edit.after else Decision("changed", rule.restored)
