"""The commands: parsing and calls, nothing else."""

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
  tabtwin check TABLE             say what tabtwin makes of TABLE, in seconds, before anything is trained
  tabtwin submit TABLE --out DIR  the same in a Kubernetes cluster that has tabtwin installed
  tabtwin audit --synthetic S --training T --holdout H --out DIR
                                  judge a twin that any tool made, by the same measures and gates
  tabtwin verify DIR              say whether a release is what its manifest says
  tabtwin clean PLACE             say what lies in a run's store, how old and how large, and remove it
  tabtwin step NAME ...           run one step of the pipeline against an object store, as its image does

'tabtwin COMMAND --help' and 'tabtwin step NAME --help' list the options."""


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; its exit code: 0 done, 2 bad input, 3 refused, 4 integrity or access, else 1."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(USAGE)  # noqa: T201 - the command's answer
        return 0
    if arguments[0] == "--version":
        print(__version__)  # noqa: T201 - the command's answer
        return 0
    try:
        return _command(arguments[0])(arguments[1:])
    except TabtwinError as error:
        print(f"tabtwin: {error}", file=sys.stderr)  # noqa: T201 - the one line that says why
        return error.code
    except OSError as error:
        from tabtwin.lib.room import spell_full

        if full := spell_full(error):
            return _failed(full, InputError.code)
        print(f"tabtwin: {error.strerror or type(error).__name__}: {error.filename}", file=sys.stderr)  # noqa: T201
        return InputError.code if isinstance(error, NAMED_WRONGLY) else 1
    except MemoryError:
        return _failed("expected enough memory, found too little; draw some rows of the table")
    except KeyboardInterrupt:
        print("tabtwin: interrupted; the same command goes on from here", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except Exception as error:  # the last line of defence: its message, and a traceback, may hold a cell
        from tabtwin.lib.log import where

        return _failed(f"{where(error)}; this is a fault of tabtwin's")


def _failed(line: str, code: int = 1) -> int:
    print(f"tabtwin: {line}", file=sys.stderr)  # noqa: T201 - as above
    return code


def _command(name: str) -> Callable[[Sequence[str]], int]:
    """The function behind a command; imported late, so that a step loads only what it uses."""
    if name == "run":
        from tabtwin.local.run import main

        return main
    if name == "sample":
        from tabtwin.local.sample import main as sample_main

        return sample_main
    if name == "check":
        from tabtwin.local.check import main as check_main

        return check_main
    if name == "submit":
        from tabtwin.cluster.submit import main as submit_main

        return submit_main
    if name == "audit":
        from tabtwin.local.audit import main as audit_main

        return audit_main
    if name == "verify":
        from tabtwin.local.verify import main as verify_main

        return verify_main
    if name == "clean":
        from tabtwin.local.clean import main as clean_main

        return clean_main
    if name == "step":
        from tabtwin.lib import main as step_main

        return step_main.main
    if name == "finish":
        from tabtwin import finish

        return finish.main
    raise InputError(
        "expected the command run, sample, check, submit, audit, verify, clean or step, "
        f"found {name!r}; see tabtwin --help"
    )
