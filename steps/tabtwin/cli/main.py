"""Parse and run commands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from tabtwin import __version__
from tabtwin.lib.errors import InputError, TabtwinError

INTERRUPTED = 130
NAMED_WRONGLY = (FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)

USAGE = f"""tabtwin {__version__}: synthetic twins of tables

  tabtwin run TABLE --out DIR     make a twin of TABLE, with a report of how close and how private it is
  tabtwin sample --run DIR        release rows that were not released before, judged with all that were
  tabtwin check TABLE             show what tabtwin finds in TABLE, in seconds, before anything is trained
  tabtwin submit TABLE --out DIR  make the twin in a Kubernetes cluster that has tabtwin installed
  tabtwin audit --synthetic S --training T --holdout H --out DIR
                                  judge a twin that any tool made, by the same measures and gates
  tabtwin verify DIR              check a release against its manifest
  tabtwin clean PLACE             list what a run's store holds; with --yes, remove what you name
  tabtwin step NAME ...           run one step of the pipeline against an object store, as its image does

'tabtwin COMMAND --help' and 'tabtwin step NAME --help' list the options."""


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; return 0 if done, 2 for bad input, 3 if refused, 4 for integrity or access, else 1."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(USAGE)  # noqa: T201 - the command's answer
        return 0
    if arguments[0] == "--version":
        print(__version__)  # noqa: T201 - the command's answer
        return 0
    try:
        if arguments[0] in {"run", "submit"} and not {"-h", "--help"}.isdisjoint(arguments):
            _list_options(arguments)
        return _command(arguments[0])(arguments[1:])
    except TabtwinError as error:
        print(f"tabtwin: {error}", file=sys.stderr)  # noqa: T201 - the one line that says why
        return error.code
    except OSError as error:
        from tabtwin.store.disk_space import spell_full

        if full := spell_full(error):
            return _failed(full, InputError.code)
        print(f"tabtwin: {error.strerror or type(error).__name__}: {error.filename}", file=sys.stderr)  # noqa: T201
        return InputError.code if isinstance(error, NAMED_WRONGLY) else 1
    except MemoryError:
        return _failed("expected enough memory, found too little; use fewer rows of the table")
    except KeyboardInterrupt:
        print("tabtwin: interrupted; the same command continues from here", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except Exception as error:  # the last resort: its message, and a traceback, may hold a cell
        from tabtwin.lib.log import where

        return _failed(f"{where(error)}; this is a bug in tabtwin")


def _list_options(arguments: Sequence[str]) -> None:
    """Show a command's options and exit, without imports that only a run needs."""
    from tabtwin.cli.parsing import run_parser, submit_parser

    parser = run_parser() if arguments[0] == "run" else submit_parser()
    parser.parse_args(arguments[1:])


def _failed(line: str, code: int = 1) -> int:
    print(f"tabtwin: {line}", file=sys.stderr)  # noqa: T201 - as above
    return code


def _command(name: str) -> Callable[[Sequence[str]], int]:
    """Return the function behind a command; imported late, so that a step loads only what it uses."""
    match name:
        case "run":
            from tabtwin.cli.run import main
        case "sample":
            from tabtwin.cli.sample import main
        case "check":
            from tabtwin.cli.check import main
        case "submit":
            from tabtwin.cli.submit import main
        case "audit":
            from tabtwin.cli.audit import main
        case "verify":
            from tabtwin.cli.verify import main
        case "clean":
            from tabtwin.cli.clean import main
        case "step":
            from tabtwin.cli.step import main
        case "finish":
            from tabtwin.pipeline.finish import main
        case _:
            raise InputError(
                "expected the command run, sample, check, submit, audit, verify, clean or step, "
                f"found {name!r}; see tabtwin --help"
            )
    return main
