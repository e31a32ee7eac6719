"""README, licence, citation; and no file speaks of the machine it was written on."""

import re
from datetime import date
from importlib.metadata import metadata

import pytest
import yaml
from project import PROJECT, ROOT, read, run, targets

import optimizers


def test_readme_shows_both_commands_at_once():
    top = "\n".join(read("README.md").splitlines()[:12])
    assert "make book" in top
    assert "make test" in top


def test_readme_names_every_command_and_no_other():
    named = set(re.findall(r"\bmake ([a-z]+)\b", read("README.md")))
    assert named == targets() - {"help", "actionlint"}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_papers_link_to_what_exists(name):
    links = re.findall(r'\]\(([^)#]+)|(?:src|srcset)="([^"]+)"', read(name))
    links = [a or b for a, b in links if "://" not in a]
    assert links
    assert not [link for link in links if not (ROOT / link).is_file()]


def test_the_readme_s_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    names = {}
    exec(example, names)
    assert names["opt"].t == 30
    assert abs(names["params"]["x"]) < 7


def test_versions_agree():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == PROJECT["version"] == optimizers.__version__


def test_citation_has_what_the_format_requires():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert all(set(author) == {"name"} for author in citation["authors"])
    date.fromisoformat(citation["date-released"])
    assert citation["license"] == ["BSD-3-Clause", "CC-BY-4.0"]


def test_licences():
    text = read("LICENSE")
    assert "BSD 3-Clause License" in text
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in text
    installed = metadata("descent-book")
    assert installed["License-Expression"] == PROJECT["license"] == "BSD-3-Clause"
    assert installed["License-File"] == "LICENSE"


LOCAL = re.compile(
    r"/(?:home|root|Users|work|opt)/\w"  # a path of some machine
    r"|pypi\.org/simple|registry\.npmjs"  # a registry
    r"|--(?:extra-index-url|index-url|find-links)[ =]"
)


def test_no_file_names_a_machine_or_a_registry():
    code, tracked = run("git", "ls-files")
    if code or not tracked:
        pytest.skip("needs git and files in it")
    found = []
    for name in tracked.splitlines():
        try:
            text = read(name)
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found += [f"{name}: {match[0]}" for match in LOCAL.finditer(text)]
    assert not found


@pytest.mark.parametrize(
    "text",
    ["see /" + "home/ann", "File /" + "root/x.py", "C:/" + "Users/ann", "//pypi" + ".org/simple"],
)
def test_the_search_for_machines_sees(text):
    assert LOCAL.search(text)
