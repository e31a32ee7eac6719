"""Find the chapter that a reader means: by its number, or by a part of its name.

python tools/chapter.py 06
"""

import sys
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"


def find(wanted):
    """Return the name of the one chapter whose number or name begins so, or ValueError."""
    names = sorted(path.stem for path in CHAPTERS.glob("*.ipynb"))
    wanted = Path(wanted).stem.lower()
    found = [n for n in names if n == wanted] or [
        n for n in names if n.startswith(f"{wanted.zfill(2)}-") or n[3:].startswith(wanted)
    ]
    if wanted and len(found) == 1:
        return found[0]
    what = f"{len(found)} chapters are" if len(found) > 1 else "no chapter is"
    raise ValueError(f"{what} called {wanted!r}: write one of\n  " + "\n  ".join(names))


def main():
    try:
        print(find(*sys.argv[1:]))
    except ValueError as error:
        sys.exit(f"CHAPTER: {error}")


if __name__ == "__main__":
    main()
