"""Import a program, then wait to be needed: ``python -m infra.spare MODULE``.

Runs ``MODULE.main()`` once the line ``go`` comes in; ends without it when the input does.
"""

import importlib
import sys


def main(name: str) -> int:
    """The exit code of the program, 0 when it was never needed."""
    module = importlib.import_module(name)
    if sys.stdin.readline().strip() != "go":
        return 0
    return int(module.main() or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
