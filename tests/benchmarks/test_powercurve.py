"""The picture of power against size is well formed and shows every twin."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from tests.benchmarks.powercurve import Point, draw


def test_every_twin_has_a_panel_with_a_point_for_each_size() -> None:
    points = [Point(1_000, 0.0, 1.0), Point(15_000, 1.0, 0.0)]
    picture = draw({"a `copy`": points, "fresh <rows>": points, "one size": points[:1]}, "Power & size")
    root = ElementTree.fromstring(picture)
    assert len(root.findall(".//{*}circle")) == 5
    texts = ["".join(text.itertext()) for text in root.findall(".//{*}text")]
    assert {"a copy", "fresh <rows>", "one size"} <= set(texts)
    assert texts.count("15,000") == 2


def test_a_twin_that_is_always_refused_is_drawn_above_one_that_never_is() -> None:
    root = ElementTree.fromstring(draw({"it": [Point(1_000, 0.0, 0.5), Point(3_000, 1.0, 0.0)]}, "Power"))
    never, always = (float(circle.get("cy", "")) for circle in root.findall(".//{*}circle"))
    assert always < never
