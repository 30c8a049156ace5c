from tests.benchmarks import rendering


def test_x():
    assert rendering
