"""From a prepared case to its plan: choose, measure, and put together; Ctrl-C gives the plan so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from seeding._runtime.interrupts import ending_early
from seeding.plan.plan import Plan
from seeding.questions.assembling import assemble, sections_of
from seeding.questions.measured import measure_choice
from seeding.questions.preparing import Case


class Interrupted(KeyboardInterrupt):
    """Ctrl-C with a plan: `plan` is the best that was found by then, and says so."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("interrupted; the plan so far is in the attribute plan")
        self.plan = plan


def answer(case: Case[Any]) -> Plan:
    """Choose seeds, measure what they reach, and make the plan.

    Raises
    ------
    Interrupted
        A KeyboardInterrupt with the plan so far in its attribute ``plan``: Ctrl-C ends the search as a time
        limit does, so that the plan is valid, and is not returned as if it were finished. A second Ctrl-C
        ends at once.
    """
    question = case.question
    with ending_early(question.clock) as search:
        with case.work() as problem:
            choice = case.objective.choose(problem)
            spread = measure_choice(problem, choice, question.precision)
            sections = sections_of(case, problem, choice, spread)
        if search.heard:
            # Further questions have time again; a sample is not drawn while somebody waits for the end.
            case = replace(case, question=replace(question, keep_sample=False))
        plan = assemble(case, problem, choice, spread, sections)
    if search.heard:
        raise Interrupted(replace(plan, stopped="interrupted"))
    return plan
