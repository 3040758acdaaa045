"""The account records, but nobody would hear of an intruder: trail, alarms, topic or recorder are silent."""

from functools import partial

from tradingbot_infra.operations.account_security import alarms, recorder, trail
from tradingbot_infra.operations.account_security.control import Control, State, always, judge, part
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.verdict import NotAssessed

_CONTROLS = (
    Control("trail-stopped", "CloudTrail records nothing, or not all of it", trail.recording, always),
    Control("trail-undelivered", "What CloudTrail records does not arrive", trail.delivering, always),
    Control("alarms-silent", "Alarms on what CloudTrail records are missing, or tell nobody", alarms.set_and_loud, always),
    Control("topic-unheard", "Nobody receives the security topic", alarms.heard, always),
    Control("recorder-stopped", "AWS Config records nothing", recorder.recording, part("config_recorder")),
)


def _find(control: Control, facts: Facts) -> Diagnosed:
    if not facts.deploys_account_security:
        return None
    seen = judge(control, facts.of_account)
    if seen.missing:
        return Cause(
            id=control.id,
            title=control.title,
            certainty=Certainty.CERTAIN,
            evidence=(seen.words,),
            fix=(seen.next_step,),
        )
    if seen.state is State.UNKNOWN:
        return NotAssessed(seen.words)
    return Normal(seen.words)


ACCOUNT_SILENT = Symptom(
    SymptomName.ACCOUNT_SILENT,
    (
        Check("CloudTrail's trail", partial(_find, _CONTROLS[0])),
        Check("delivery of the trail", partial(_find, _CONTROLS[1])),
        Check("alarms on what the trail records", partial(_find, _CONTROLS[2])),
        Check("subscriptions of the security topic", partial(_find, _CONTROLS[3])),
        Check("AWS Config's recorder", partial(_find, _CONTROLS[4])),
    ),
)
