"""Find what a module of tabtwin imports from its text; parsing all of them would take most of a second."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TEXT = re.compile(r'''("""|\'{3})(?:\\.|(?!\1).)*\1''', re.DOTALL)
"""A literal of several lines, in which a line may read like an import."""
_IMPORT = re.compile(
    r"^[ \t]*(?:import[ \t]+(?P<modules>[^#\n]+)"
    r"|from[ \t]+(?P<source>[\w.]+)[ \t]+import[ \t]*"
    r"(?:\((?P<several>(?:[^()#]|#.*)*)\)|(?P<names>[^(#\n]+)))",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#.*")


def imports(text: str) -> Iterator[str]:
    """Yield the modules that a source text imports anywhere, and each name that it imports from one.

    It reads the imports that our formatter writes: each on a line of its own, or within parentheses.

    >>> list(imports("import a.b\\nfrom c import d as e, f"))
    ['a.b', 'c', 'c.d', 'c.f']
    """
    for found in _IMPORT.finditer(_TEXT.sub('""', text)):
        if found["modules"]:
            yield from _names(found["modules"])
            continue
        yield found["source"]
        listed = found["names"] or _COMMENT.sub("", found["several"])
        yield from (f"{found['source']}.{name}" for name in _names(listed))


def _names(listed: str) -> Iterator[str]:
    """Yield the names in a list such as ``a as b, c``, as they are called where they come from."""
    for part in listed.split(","):
        if words := part.split():
            yield words[0]
