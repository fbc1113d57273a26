"""Installs the built wheel into an environment of its own and uses it there, far from the sources.

usage: check_wheel.py WHEEL

What is checked: only the house is in it, every data file came along, the locked versions suffice, and `canmou` runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "handlers", "knowledge", "prompts", "sales", "storage", "scheduler.py")
# Reads every file named on the command line the way the house does; says how many there were of each suffix.
READ_DATA = """
import sys
from collections import Counter
from importlib.resources import files
from pathlib import PurePosixPath
kinds = Counter()
for name in sys.argv[1:]:
    room, *rest = PurePosixPath(name).parts
    files(room).joinpath(*rest).read_bytes()
    kinds[room + " " + PurePosixPath(name).suffix] += 1
print(dict(kinds))
"""
# Without these the wheel may well import, and then know no words, no tables and no demo.
NEEDED = {
    "sales .yaml": "the lexicon",
    "storage .py": "the migrations",
    "bot .yaml": "the demo company",
    "handlers .otf": "the font of pictures",
}


def run(*command: str | Path, cwd: Path, echo: bool = True) -> str:
    if echo:
        print("$", " ".join(Path(str(word)).name if Path(str(word)).is_absolute() else str(word) for word in command))
    # The machine's own settings stay (a proxy, a mirror); what would make the sources visible goes.
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHONPATH", "CANMOU_"))}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env | {"PYTHONUTF8": "1"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{done.stdout[-2000:]}{done.stderr[-4000:]}\nfailed with status {done.returncode}")
    return done.stdout


def check_contents(wheel: Path) -> set[str]:
    """The wheel holds the files that git knows in the rooms, and nothing else; returns their names."""
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    listed = run("git", "ls-files", "-z", "--", *ROOMS, cwd=ROOT, echo=False).split("\0")
    known = {name for name in listed if name and (ROOT / name).is_file()}
    if missing := sorted(known - held):
        sys.exit(f"not in the wheel: {missing}")
    if extra := sorted(held - known):
        sys.exit(f"in the wheel and unknown to git: {extra}")
    print(f"{wheel.name}: {len(held)} files, all that git knows")
    return held


def check_use(wheel: Path, held: set[str], away: Path) -> None:
    venv.create(away / "venv", with_pip=True)
    binaries = away / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python, canmou = binaries / "python", binaries / "canmou"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "-r", ROOT / "requirements.lock", cwd=away)
    run(*pip, "--no-deps", wheel.resolve(), cwd=away)
    run(python, "-m", "pip", "check", cwd=away)
    where = run(python, "-c", "import bot; print(bot.__file__)", cwd=away, echo=False).strip()
    if not where.startswith(str(away)):
        sys.exit(f"the sources were found, not the wheel: {where}")
    # scripts of Alembic are no modules, so they are read as data too
    data = sorted(name for name in held if not name.endswith(".py") or "/migrations/" in name)
    kinds = run(python, "-c", READ_DATA, *data, cwd=away, echo=False)
    print("data files read where they were installed:", kinds.strip())
    for kind, what in NEEDED.items():
        if repr(kind) not in kinds:
            sys.exit(f"{what} did not come along")

    if "parse" not in run(canmou, "--help", cwd=away):
        sys.exit("canmou --help does not name its commands")
    company = away / "company.json"
    code = (
        "import datetime, json, pathlib; from bot.demo.company import make_demo; "
        "company = make_demo(datetime.date(2026, 11, 20)); "
        "pathlib.Path('company.json').write_text(json.dumps(company, ensure_ascii=False), 'utf-8'); "
        "print(next(user['id'] for user in company['users'] if user['role'] == 'rep'))"
    )
    rep = run(python, "-c", code, cwd=away, echo=False).strip()
    text = "今天下午去瑞丰线缆见了戎艳，排程试点的预算加到66万，下周三前发正式报价"
    words = ("--company", company, "--user", rep, "--now", "2026-11-20T18:05:00+08:00", text)
    reading = json.loads(run(canmou, "parse", *words, cwd=away))
    if reading.get("intent") != "report":
        sys.exit(f"canmou parse read a visit as {json.dumps(reading, ensure_ascii=False)[:1000]}")
    print("canmou parse: a visit is read as a report")


def main() -> None:
    wheel = Path(sys.argv[1])
    held = check_contents(wheel)
    with tempfile.TemporaryDirectory(prefix="canmou-wheel-") as folder:
        check_use(wheel, held, Path(folder).resolve())


if __name__ == "__main__":
    main()
