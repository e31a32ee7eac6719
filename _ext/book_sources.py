"""Which files of the packages a notebook's code can reach, found without running anything.

`from optimizers import Adam` executes the whole package, but the outcome depends on `adam.py` and
on what that imports. So a name is followed through the `from … import …` of a package to the
module that defines it. Where that cannot be done (`import optimizers`, a star, a name that the
package's `__init__.py` makes itself), the package counts with all that it imports. It also counts
if its `__init__.py` does more than give names.

A file that is read as data, such as the explorers' script and style, is no module: it may change
without a notebook being run again. The pages take those from the package when they are built.
"""

import ast
from functools import cache
from pathlib import Path


@cache
def parsed(path, modified, size):
    return ast.parse(path.read_text(encoding="utf8"), str(path))


def tree(path):
    """The syntax tree of a file, parsed once for each state of it."""
    return parsed(path, path.stat().st_mtime_ns, path.stat().st_size)


def imports(code, package=()):
    """Pairs of (module, name or None) that code imports, at its top or inside a function."""
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from ((module, alias.name) for alias in node.names)


def acts(node):
    """Whether a statement at the top of a module does more than import, define or give a name."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return False
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return any(isinstance(part, ast.Call) for part in ast.walk(node))
    return not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


class Sources:
    """The packages, as folders. What is imported from elsewhere is for the lock to say."""

    def __init__(self, *folders):
        self.folders = {folder.name: folder for folder in map(Path, folders)}

    def file(self, module):
        """The file of a module of the packages, or None."""
        first, *rest = module.split(".")
        if first not in self.folders:
            return None
        path = self.folders[first].joinpath(*rest)
        both = (path / "__init__.py", path.with_name(f"{path.name}.py"))
        return next((file for file in both if file.is_file()), None)

    def package(self, path):
        """The names of the packages that a file lies in, outermost first."""
        folder = next(folder for folder in self.folders.values() if folder in path.parents)
        return (folder.name, *path.parent.relative_to(folder).parts)

    def targets(self, module, name):
        """The files that an import leads to."""
        path = self.file(module)
        if path is None:
            return
        package = self.package(path)
        for depth in range(1, len(package) + 1):
            init = self.file(".".join(package[:depth]))
            if init.name == "__init__.py" and any(map(acts, tree(init).body)):
                yield init
        yield from self.definitions(path, module, name)

    def definitions(self, path, module, name):
        """The file in which a name of a module is defined; without a name, the module's own."""
        if name and (inner := self.file(f"{module}.{name}")):
            return [inner]
        if name and path.name == "__init__.py":
            for node in tree(path).body:
                if isinstance(node, ast.ImportFrom):
                    for alias in node.names:
                        if name == (alias.asname or alias.name):
                            ((start, _), *_) = imports(node, self.package(path))
                            return list(self.targets(start, alias.name))
        return [path]

    def reached(self, code):
        """The files that the outcome of some code depends on, in order.

        Code that is not plain Python, such as a line of `%magic`, may reach every one.
        """
        try:
            waiting = list(imports(ast.parse(code)))
        except SyntaxError:
            return sorted(file for root in self.folders.values() for file in root.rglob("*.py"))
        found = set()
        while waiting:
            for path in self.targets(*waiting.pop()):
                if path not in found:
                    found.add(path)
                    waiting += imports(tree(path), self.package(path))
        return sorted(found)
