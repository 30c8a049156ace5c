"""Weigh models by a composite of quality and privacy.

    composite = privacy x (.02 / shortfall)^8        shortfall = 1 - SDMetrics' quality, at least .02

Quality dominates, so that a mixture is no worse than its best member: a model twice as far from a perfect
score as another gets 1/256 of its rows. Below .02 differences are chance. Privacy is a factor of at most 1:
only what fresh real rows would not do lowers it. Being far from every real row earns nothing, or noise would
win. Rows are shared in proportion to the composite; a model below a hundredth of the best gets none, nor does
one that is no better than noise if another model is. One model alone is not scored, unless asked for; if
SDMetrics is not installed, quality does not count: ``boost`` has the only model then.
"""

from __future__ import annotations

from tabtwin.evaluation.fidelity.score_results import Privacy, Sampled, SampleScore, ScoredModel
from tabtwin.evaluation.fidelity.sdmetrics import ABSENT
from tabtwin.lib.apportion import largest_remainders
from tabtwin.selection.weight_results import CHANCE, Judgement, Weight

SHARPNESS = 8
LEAST_SHARE = 0.01
OVERFITTING_BY_CHANCE = 0.9
NO_PRIVACY = 0.01


def judge_model(name: str, score: ScoredModel | SampleScore) -> Judgement:
    """Judge a model by the figures of ``score``; without any, there is nothing against it."""
    if not isinstance(score, SampleScore):
        return Judgement(name=name, quality=None, noise=None, privacy=1.0, composite=1.0, scored=False)
    quality = score.quality.score
    privacy = privacy_of(score.privacy)
    scored = score.quality.error != ABSENT
    closeness = 0.0 if quality is None else (CHANCE / max(CHANCE, 1 - quality)) ** SHARPNESS
    return Judgement(
        name=name,
        quality=quality,
        noise=score.references.noise.score,
        privacy=privacy,
        composite=privacy * (closeness if scored else 1.0),
        scored=scored,
    )


def privacy_of(privacy: Privacy) -> float:
    """Return the product of three factors, each 1 for fresh real rows.

    - DCROverfittingProtection over .9: chance may cost a tenth of it on 500 rows;
    - DCRBaselineProtection over that of fresh real rows: more distance than theirs earns nothing;
    - the square of the share of rows that are not surplus near a row that the model saw.

    A metric that could not be computed counts as 1.
    """
    overfitting = privacy.overfitting.score
    baseline = privacy.baseline.score
    fresh = privacy.baseline_of_unseen.score
    factor = (1 - excess(privacy.near)) ** 2
    if overfitting is not None:
        factor *= min(1.0, overfitting / OVERFITTING_BY_CHANCE)
    if baseline is not None and fresh:
        factor *= min(1.0, baseline / fresh)
    return factor


def excess(shares: Sampled) -> float:
    """Return the surplus share of a sample, given the share in it and among fresh rows, 0 to 1.

    >>> excess(Sampled(sample=0.75, unseen=0.5))
    0.5
    """
    sample, unseen = shares.sample or 0.0, shares.unseen or 0.0
    return max(0.0, (sample - unseen) / (1 - unseen)) if unseen < 1 else 0.0


def weigh_models(judgements: list[Judgement]) -> list[Weight]:
    """Return each model's share of the rows; the shares add up to 1, or are all 0."""
    some_beat_noise = any(judgement.beats_noise for judgement in judgements)
    best = max((judgement.composite for judgement in judgements), default=0.0)
    reasons = [_why_none(judgement, best, some_beat_noise) for judgement in judgements]
    total = sum(
        judgement.composite for judgement, reason in zip(judgements, reasons, strict=True) if not reason
    )
    return [
        Weight(
            **judgement.model_dump(exclude={"composite"}),
            composite=judgement.composite / best if best else 0.0,
            weight=0.0 if reason else judgement.composite / total,
            reason=reason,
        )
        for judgement, reason in zip(judgements, reasons, strict=True)
    ]


def apportion(weights: dict[str, float], rows: int) -> dict[str, int]:
    """Return whole rows in proportion to weights that add up to 1; ties go by name."""
    names = sorted(weights)
    whole = dict(zip(names, largest_remainders([weights[name] * rows for name in names], rows), strict=True))
    return {name: whole[name] for name in weights}


def _why_none(judgement: Judgement, best: float, some_beat_noise: bool) -> str:
    if judgement.quality is None and judgement.scored:
        return "SDMetrics could not score it"
    if judgement.privacy < NO_PRIVACY:
        return "its rows repeat rows that it was trained on, or lie closer to them than fresh rows would"
    if some_beat_noise and not judgement.beats_noise:
        return "its quality is no better than noise's"
    if judgement.composite < LEAST_SHARE * best:
        return "its composite is below a hundredth of the best model's"
    return ""
