"""Define what the measures of distance find: which rows are closest, and which are copies."""

from __future__ import annotations

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.result import Result


class Nndr(Figure):
    """The share of rows with a low NNDR to training, minus the same to the holdout."""

    training: float = Field(description="share of rows with an NNDR below .1 to training")
    holdout: float = Field(description="share of rows with an NNDR below .1 to the holdout")


class ControlFigures(Result):
    """The figures of the holdout, taken as a twin."""

    dcr_share: Figure = Field(
        description="share of rows closer to training than to as many holdout rows, over all halves of "
        "both; ties count half"
    )
    nndr: Nndr = Field(
        description="share of rows with an NNDR below .1 to training, minus the same to the holdout"
    )


class SampleFigures(ControlFigures):
    """The figures of the twin, or of the raw pool."""

    excess: Figure = Field(description="DCR share minus the control's")
    leaning: Figure | None = Field(
        description="0 as fresh rows, 1 as a verbatim copy of training; null if a copy would not show"
    )


class CopyFigures(Result):
    """The figure of training, taken as a twin."""

    leaning: Figure = Field(description="plain excess of a copy, which leaning is a fraction of")


class Distances(Result):
    """Distances, with the holdout as the control."""

    rows: int = Field(description="rows of each reference")
    training_rows: int = Field(description="training rows that leaning compares with")
    control: ControlFigures = Field(description="the holdout, taken as a twin: each row beside the others")
    verbatim: CopyFigures = Field(alias="copy", description="training, taken as a twin")
    twin: SampleFigures = Field(description="of the twin")
    pool: SampleFigures = Field(description="of the raw pool")


class DcrShare(Figure):
    """The usual DCR share."""

    rows: int = Field(description="rows of each reference")
    queries: int = Field(description="rows asked about")


class NndrRatio(Result):
    """mostlyai-qa's NNDR ratio, over parts of the rows."""

    mean: float = Field(description="mean over parts")
    sd: float = Field(description="standard deviation over parts")
    seeds: int = Field(description="how many parts of the rows")
    rows: int = Field(description="rows of each part")


class EqualCopies(Result):
    """Rows equal to one of equally many training and holdout rows."""

    training: float | None = Field(description="share equal to a training row; null: withheld")
    holdout: float | None = Field(description="share equal to a holdout row; null: withheld")
    difference: Figure = Field(description="the first minus the second")
    rows: int = Field(description="rows of each reference")


class Copies(Result):
    """Rows that equal real ones."""

    surplus: Figure = Field(
        description="share equal to a training row, minus that of training rows equal to another one"
    )
    equal: EqualCopies = Field(description="against equally many rows of each")
