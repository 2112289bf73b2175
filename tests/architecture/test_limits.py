"""The house's hard limits, over every Python file of the tree: lengths and names."""

import ast
import re
from collections import Counter

from tree import parsed, python_files, shown

LINES_OF_FILE = 300
LINES_OF_FUNCTION = 40
EMPTY_NAME = re.compile(r"\w(Service|Manager|Helper|Utils?)$")  # `Manager` alone is a person of the plant
EMPTY_MODULES = {"util", "utils", "common", "helper", "helpers", "misc"}


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {path: lines for path, lines in lengths.items() if lines > LINES_OF_FILE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    lengths = {
        f"{shown(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LINES_OF_FUNCTION} == {}


def test_no_name_says_nothing() -> None:
    classes = [
        f"{shown(path)}: class {node.name}"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and EMPTY_NAME.search(node.name)
    ]
    modules = [shown(path) for path in python_files() if path.stem in EMPTY_MODULES]
    assert classes + modules == []


def test_every_module_of_the_service_says_what_it_is_in_eight_lines() -> None:
    docstrings = {shown(path): ast.get_docstring(parsed(path)) or "" for path in python_files("src")}
    assert [path for path, text in docstrings.items() if not 1 <= len(text.splitlines()) <= 8] == []


def test_modules_that_go_by_their_bare_name_have_it_to_themselves() -> None:
    found = [path for path in python_files("tests", "deploy") if not (path.parent / "__init__.py").exists()]
    names = Counter(path.stem for path in found if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []
