"""The size and order of the product's code, measured: `python -m tests.house --json` prints one line.

`loose` counts modules that lie directly in a layer instead of a room (without `__init__`). Files and functions are counted in
lines, over the product's modules without migrations. `settings_readers` are the files that import the whole `Settings`.
`files_per_kind` is how many files a kind of write consists of, the most over all kinds, and `kinds_named_elsewhere` how many
other files name one by its class.
"""

from __future__ import annotations

import argparse
import ast
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles

from tests.documents import ROOT

LAYERS = ("bot", "agents", "integrations", "store", "prompts")
KINDS = "store/domain/gate/writes"


def measures() -> dict[str, object]:
    """All figures by name."""
    files = [len(path.read_text(encoding="utf-8").splitlines()) for path in modules()]
    files = [length for length in files if length]
    functions = sorted(function_lengths())
    return {
        "loose": {"bot": loose("bot"), "agents": loose("agents"), "domain": loose("store/domain")},
        "files_p50": percentile(files, 50),
        "files_p95": percentile(files, 95),
        "functions_p50": percentile([length for length, _ in functions], 50),
        "functions_p95": percentile([length for length, _ in functions], 95),
        "longest_function": "{1}: {0} lines".format(*functions[-1]),
        "settings_readers": len(settings_readers()),
        "files_per_kind": max((len(files_of(kind)) for kind in kinds()), default=0),
        "kinds_named_elsewhere": len(naming(kinds())),
    }


def modules() -> list[Path]:
    """The product's modules, without migrations."""
    found = (path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py")))
    return [path for path in found if "versions" not in path.parts]


def loose(folder: str) -> int:
    return len([path for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"])


def function_lengths() -> Iterator[tuple[int, str]]:
    """Each function's lines with its place."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{path.relative_to(ROOT)} {node.name}"


def settings_readers() -> list[str]:
    """Files outside the settings that import the whole of them."""
    return [
        str(path.relative_to(ROOT))
        for path in modules()
        if not path.relative_to(ROOT).as_posix().startswith("bot/settings")
        and not {("bot.settings", "Settings"), ("bot.settings.areas", "Settings")}.isdisjoint(_imported(path))
    ]


def kinds() -> list[str]:
    """The kinds of write: the modules of their folder that define a payload with a view of the same name."""
    views = {path.stem for path in (ROOT / "bot/views/writes").glob("*.py")}
    return [path.stem for path in sorted((ROOT / KINDS).glob("*.py")) if path.stem in views and path.stem != "__init__"]


def files_of(kind: str) -> list[str]:
    places = [KINDS, *(str(p.relative_to(ROOT)) for p in ROOT.glob("integrations/*/writing")), "bot/views/writes"]
    return [f"{place}/{kind}.py" for place in places if (ROOT / place / f"{kind}.py").is_file()]


def naming(kinds: Sequence[str]) -> list[str]:
    """Files that import from the module of one of these kinds, beside this kind's own."""
    modules_of = {f"{KINDS}/{kind}".replace("/", "."): set(files_of(kind)) for kind in kinds}
    found = []
    for path in modules():
        imported = _imported(path)
        used = {module for each, name in imported for module in (each, f"{each}.{name}")} & modules_of.keys()
        if any(str(path.relative_to(ROOT)) not in modules_of[module] for module in used):
            found.append(str(path.relative_to(ROOT)))
    return found


def _imported(path: Path) -> set[tuple[str, str]]:
    """The names that a file imports, each with its module."""
    return {
        (node.module or "", alias.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def percentile(values: Sequence[int], percent: int) -> int:
    return round(quantiles(values, n=100, method="inclusive")[percent - 1])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.house", description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="one line of JSON; without it one figure a line")
    figures = measures()
    if parser.parse_args().json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:<22} {value}")


if __name__ == "__main__":
    main()
