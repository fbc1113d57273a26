"""The house stays as docs and design draw it: who imports whom, where vendors live, what must not be in the code."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sales", "storage", "prompts", "knowledge", "handlers", "bot")
# What a room may import: sales <- storage, prompts <- knowledge <- handlers <- scheduler <- bot.
MAY_IMPORT = {
    "sales": set(),
    "storage": {"sales"},
    "prompts": {"sales"},
    "knowledge": {"sales", "storage", "prompts"},
    "handlers": {"sales", "storage", "prompts", "knowledge"},
    "scheduler": {"sales", "storage", "prompts", "knowledge", "handlers"},
    "bot": {"sales", "storage", "prompts", "knowledge", "handlers", "scheduler"},
}
# A vendor's homes, as prefixes of modules.
HOMES = {
    "sqlmodel": ("storage",), "sqlalchemy": ("storage",), "alembic": ("storage",), "psycopg": ("storage",),
    "openai": ("prompts", "knowledge"), "langchain": ("prompts",), "langchain_core": ("prompts", "knowledge"),
    "langchain_openai": ("prompts", "knowledge"), "langchain_chroma": ("knowledge",), "langgraph": ("prompts",),
    "chromadb": ("knowledge",), "bm25s": ("knowledge",), "resvg_py": ("handlers.drawing",),
    "apscheduler": ("scheduler",),
    "slack_bolt": ("bot.channels",), "slack_sdk": ("bot.channels",), "wechatpy": ("bot.channels",),
    "aibot": ("bot.channels",), "websockets": ("bot.channels",), "prometheus_client": ("bot",),
    "typer": ("bot",), "rich": ("bot",), "starlette": ("bot",), "uvicorn": ("bot",), "pydantic_settings": ("bot",),
}  # fmt: skip
# Slow to import: a command that answers at once cannot afford them (dependencies.md has the figures).
HEAVY = (
    "chromadb", "langchain", "langchain_openai", "langgraph", "openai", "matplotlib", "sklearn", "slack_bolt",
    "slack_sdk", "wechatpy", "aibot", "websockets", "apscheduler", "uvicorn", "starlette", "prometheus_client",
    "resvg_py",
)  # fmt: skip
# sales/ has no clock and touches nothing outside; its own packaged data comes through importlib.resources.
IMPURE_MODULES = {
    "asyncio", "http", "io", "logging", "os", "pathlib", "random", "requests", "secrets", "shutil", "socket", "sqlite3",
    "subprocess", "tempfile", "threading", "time", "urllib", "httpx", "aiohttp", "dotenv",
}  # fmt: skip
CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
TOP_LEVEL = {
    "bot", "handlers", "knowledge", "prompts", "storage", "sales", "scheduler.py", "pyproject.toml", "tests",
    "docs", "deploy", "bench", "Makefile", "README.md", "README.zh.md", "requirements.lock", "requirements-dev.lock",
    "LICENSE", "CHANGELOG.md", "AGENTS.md", "CLAUDE.md",
}  # fmt: skip
MOST_LINES = 400
TEXT = {".py", ".yaml", ".yml", ".md", ".toml", ".lock", ".json", ".sh", ".mako", ".ini", ".cfg", ".txt", ".html", ""}


def tracked() -> list[Path]:
    """Files of the project: what git knows or would add; without git, all but what is made."""
    try:
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.split("\0")  # fmt: skip
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        made = {".venv", ".git", "var", "dist", "build", "__pycache__"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]


FILES = tracked()


@dataclass(frozen=True)
class Module:
    name: str
    path: Path

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"), str(self.path))

    def imports(self) -> Iterator[str]:
        """Full names of the modules imported, anywhere in the module, relative ones resolved."""
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        for node in ast.walk(self.tree()):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    above = package.split(".")[: len(package.split(".")) - node.level + 1]
                    base = ".".join([*above, *([base] if base else [])])
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names)


def _modules() -> list[Module]:
    found = []
    for path in FILES:
        parts = path.relative_to(ROOT).with_suffix("").parts
        if path.suffix == ".py" and (parts[0] in PACKAGES or parts == ("scheduler",)):
            found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


MODULES = _modules()
each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)


def is_in(name: str, prefixes: tuple[str, ...] | set[str]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


@each_module
def test_imports_go_to_the_left_only(module: Module) -> None:
    rooms = {name.partition(".")[0] for name in module.imports()} & set(MAY_IMPORT)
    wrong = rooms - MAY_IMPORT[module.room] - {module.room}
    assert not wrong, f"{module.name} imports {sorted(wrong)}: {module.room} may know {sorted(MAY_IMPORT[module.room])}"


@each_module
def test_every_vendor_stays_at_home(module: Module) -> None:
    for name in module.imports():
        homes = HOMES.get(name.partition(".")[0])
        assert homes is None or is_in(module.name, homes), f"{module.name} imports {name}, which lives in {homes}"
        assert name.partition(".")[0] not in ("tests", "conftest", "pytest"), f"{module.name} imports {name}"


@pytest.mark.parametrize(
    "module", [module for module in MODULES if module.room == "sales"], ids=lambda module: module.name
)
def test_sales_is_pure(module: Module) -> None:
    wrong = {name.partition(".")[0] for name in module.imports()} & IMPURE_MODULES
    assert not wrong, f"{module.name} imports {sorted(wrong)}"
    for node in ast.walk(module.tree()):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            assert node.func.id not in ("open", "print", "input"), f"{module.name}:{node.lineno} calls {node.func.id}"
        elif isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            call = (name, node.func.attr)
            assert call not in CLOCK, f"{module.name}:{node.lineno} looks at the clock"


@pytest.mark.parametrize(
    "module", [module for module in MODULES if ".migrations" not in module.name], ids=lambda module: module.name
)
def test_a_module_reads_in_one_sitting(module: Module) -> None:
    lines = len(module.path.read_text("utf-8").splitlines())
    assert lines <= MOST_LINES, f"{module.name} has {lines} lines: split it by purpose"


def test_packages_are_packages() -> None:
    """An editable install with dev-mode-exact and importlib.resources both want an __init__.py."""
    # Alembic's scripts are data to it, not a package.
    modules = [module for module in MODULES if ".migrations" not in module.name]
    folders = {module.path.parent for module in modules if module.path.parent != ROOT}
    missing = sorted(str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file())
    assert not missing
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_the_top_level_is_the_one_agreed_on() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in FILES}
    assert not {name for name in names if not name.startswith(".")} - TOP_LEVEL


def run_python(code: str, cwd: Path) -> str:
    """Runs code in a fresh interpreter that finds the house; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
        cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert not done.stderr, done.stderr[-2000:]
    return done.stdout


def test_the_command_line_starts_without_the_heavy_vendors(tmp_path: Path) -> None:
    assert any(module.name == "bot.cli" for module in MODULES), "there is no bot/cli.py"
    out = run_python(f"import bot.cli\nprint([name for name in {HEAVY!r} if name in sys.modules])", tmp_path)
    assert out.strip() == "[]"


def test_importing_the_core_brings_no_vendor_along(tmp_path: Path) -> None:
    core = [module.name for module in MODULES if module.room in ("sales", "handlers")]
    vendors = (*HEAVY, *HOMES) if not any(name.startswith("handlers") for name in core) else HEAVY
    code = f"""
import importlib
for name in {core!r}:
    importlib.import_module(name)
print([name for name in {vendors!r} if name in sys.modules])
"""
    assert run_python(code, tmp_path).strip() == "[]"


def test_importing_does_nothing(tmp_path: Path) -> None:
    """No output, no file, no thread, no child: with no settings in the environment and in an empty folder."""
    # A migration environment is run by Alembic and is not for importing.
    names = [module.name for module in MODULES if ".migrations" not in module.name]
    code = f"""
import importlib, threading
for name in {names!r}:
    importlib.import_module(name)
print("threads", threading.active_count())
"""
    assert run_python(code, tmp_path) == "threads 1\n"
    assert not list(tmp_path.iterdir())


# -- what must not be in the code

# The words are put together here so that this file does not hold them itself.
MACHINES = re.compile(
    r"/(?:root|home/[a-z]+|Users/[A-Za-z]+|work/(?:main|shared|fresh))\b"
    r"|(?:py" + r"pi\.org|python" + r"hosted\.org|tuna\.tsing" + r"hua|mirrors\.ali" + r"yun|/simple/?\s*$)",
    re.MULTILINE,
)


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.suffix in TEXT and path.relative_to(ROOT).parts[0] not in ("docs", "tests")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_path_of_a_machine_and_no_host_of_a_registry(path: Path) -> None:
    found = MACHINES.search(path.read_text("utf-8", errors="replace"))
    assert not found, f"{path.relative_to(ROOT)}: {found.group()}"


def test_locked_versions_name_no_host_and_no_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        assert lines
        for line in lines:
            assert re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,-]+\])?==[^\s;]+( ; .+)?", line), f"{name}: {line}"


def measured_names() -> set[str]:
    """Names and aliases of the companies that understanding is measured with; three characters and more."""
    names: set[str] = set()
    for file in sorted((ROOT / "tests" / "cases").glob("*/company.json")):
        company = json.loads(file.read_text("utf-8"))
        for kind in ("accounts", "contacts", "users", "competitors", "products"):
            for row in company[kind]:
                names.add(row["name"])
                if kind in ("accounts", "competitors"):
                    names.update(row["aliases"])
    return {name for name in names if len(name) >= 3}


def test_no_name_of_the_measured_companies_is_in_the_code() -> None:
    """Code that knows a name of a case fits the case. Latin names count as whole words, Chinese ones anywhere."""
    names = measured_names()
    if not names:
        pytest.skip("no measured company beside the tests")
    latin = sorted((name for name in names if name.isascii()), key=len, reverse=True)
    chinese = sorted((name for name in names if not name.isascii()), key=len, reverse=True)
    pattern = re.compile(
        "|".join([*(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])" for name in latin), *map(re.escape, chinese)])
    )
    found = []
    for path in FILES:
        where = path.relative_to(ROOT)
        library = where.parts[:2] == ("knowledge", "library")  # a method book may name anybody
        if where.parts[0] in (*PACKAGES, "scheduler.py") and path.suffix in TEXT and not library:
            found += [f"{where}: {hit.group()}" for hit in pattern.finditer(path.read_text("utf-8", errors="replace"))]
    assert not found
