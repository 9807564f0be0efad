"""Which keys of the chat catalogues a module says, and with which places, read from its source."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conversations.turn import Say, Word

_KEY = re.compile(r"~?([a-z_]+\.[a-z_]+)")
_FAMILY = re.compile(r"~?([a-z_]+)\.")


@dataclass(frozen=True, slots=True)
class SaidAt:
    """A `Say(…)` in the source: its key, or the family of keys of an f-string such as f"ask.{key}".

    `places` None: what goes into it is put together elsewhere.
    """

    where: str
    key: str
    family: str
    places: frozenset[str] | None


def said_in(path: Path) -> Iterator[SaidAt]:
    for function in _functions(ast.parse(path.read_text())):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Say" and node.args:
                places = _places(node, function)
                for key, family in _keys(node.args[0]):
                    yield SaidAt(f"{path.name}:{node.lineno}", key, family, places)


def keys_written_in(path: Path, families: set[str]) -> dict[str, str]:
    """Every string that has the shape of a key of one of these families, "~" or not, and where it stands."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text())):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        key = _KEY.fullmatch(text)
        if key and (text.startswith("~") or key[1].partition(".")[0] in families):
            found[key[1]] = f"{path.name}:{getattr(node, 'lineno', 0)}"
    return found


def families_written_in(path: Path) -> dict[str, str]:
    """The families of which keys are put together: f"~field.{key}" → field."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr) and (family := _family(node)):
            found[family] = f"{path.name}:{node.lineno}"
    return found


def keys_in(word: Word | Sequence[Say]) -> Iterator[str]:
    """Every key that is said when these words are."""
    match word:
        case Say(key, words):
            yield key
            for inner in words.values():
                yield from keys_in(inner)
        case str():
            if word.startswith("~"):
                yield word.removeprefix("~")
        case tuple():
            for inner in word:
                yield from keys_in(inner)


def _functions(module: ast.Module) -> Iterator[ast.AST]:
    """Each function once, and what stands outside of all."""
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    yield from functions
    yield ast.Module([node for node in module.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)], [])


def _keys(node: ast.expr) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Constant(value=str(key)):
            yield key, ""
        case ast.IfExp():
            yield from _keys(node.body)
            yield from _keys(node.orelse)
        case ast.JoinedStr() if family := _family(node):
            yield "", family


def _family(node: ast.JoinedStr) -> str:
    first = node.values[0] if node.values else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        match = _FAMILY.fullmatch(first.value)
        return match[1] if match else ""
    return ""


def _places(call: ast.Call, function: ast.AST) -> frozenset[str] | None:
    if len(call.args) < 2:
        return frozenset()
    words = call.args[1]
    if isinstance(words, ast.Dict):
        return _named(words)
    if isinstance(words, ast.Name):
        given = [node.value for node in ast.walk(function) if _assigns(node, words.id)]  # type: ignore[attr-defined]
        if len(given) == 1 and isinstance(given[0], ast.Dict):
            return _named(given[0])
    return None


def _assigns(node: ast.AST, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else targets
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _named(words: ast.Dict) -> frozenset[str] | None:
    names = [key.value for key in words.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return frozenset(names) if len(names) == len(words.keys) else None
