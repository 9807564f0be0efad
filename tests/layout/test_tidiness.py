"""What a reader may count on in every module."""

import ast

from tests.layout.source import modules, rooms, tree, where

MODULE_LINES = 400
FUNCTION_LINES = 60
EVERYTHING = {"Exception", "BaseException"}
WAYS_TO_SKIP = {"skip", "skipif", "xfail", "importorskip"}


def names(node: ast.expr | None) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node else set()


def swallows(node: ast.AST) -> bool:
    """`except Exception: pass` in its several spellings."""
    if isinstance(node, ast.ExceptHandler):
        catches_all = node.type is None or bool(names(node.type) & EVERYTHING)
        silent = all(
            isinstance(step, ast.Pass | ast.Continue)
            or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
            for step in node.body
        )
        return catches_all and silent
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func).rpartition(".")[2]
        return called == "suppress" and any(names(argument) & EVERYTHING for argument in node.args)
    return False


def test_modules_stay_one_concept_long() -> None:
    long = [str(path) for path in modules(*rooms(), "tests") if len(path.read_text().splitlines()) > MODULE_LINES]
    assert long == []


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{where(path, node)} {node.name}"
        for path in modules(*rooms(), "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_nothing_swallows_every_exception() -> None:
    swallowing = [
        where(path, node)
        for path in modules(*rooms(), "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler | ast.Call) and swallows(node)
    ]
    assert swallowing == []


def test_the_swallowing_spellings_are_known() -> None:
    spellings = {
        "try: f()\nexcept: pass": True,
        "try: f()\nexcept Exception: pass": True,
        "try: f()\nexcept (OSError, BaseException) as e: ...": True,
        "for x in y:\n try: f()\n except Exception: continue": True,
        "with contextlib.suppress(Exception): f()": True,
        "try: f()\nexcept OSError: pass": False,
        "try: f()\nexcept Exception: g()": False,
        "with suppress(ProcessLookupError): f()": False,
    }
    assert {code: any(map(swallows, ast.walk(ast.parse(code)))) for code in spellings} == spellings


def test_only_a_missing_part_skips_a_test() -> None:
    skipping = [
        where(path, node)
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in WAYS_TO_SKIP
        and ast.unparse(node.value) in {"pytest", "pytest.mark"}
        and path.name != "requirement.py"
    ]
    assert skipping == []
