"""The two lock files, and what Binder makes of them."""

import re
import shutil
import sys

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from project import PROJECT, PYTHONS, ROOT, on_unix, read, run


def lock_lines(text):
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def lock_problems(text):
    """Return what is wrong with the form of a lock file."""
    *pins, last = lock_lines(text)
    found = [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", pin)]
    return found + ([] if last == "-e ." else [f"ends in {last}"])


def unmet(requirements, lock, environment):
    """Return the requirements that a lock does not meet with exactly one version."""
    pins = {}
    for pin in map(Requirement, lock_lines(lock)[:-1]):
        if pin.marker is None or pin.marker.evaluate(environment):
            pins.setdefault(canonicalize_name(pin.name), []).extend(pin.specifier)
    return [
        str(wish)
        for wish in map(Requirement, requirements)
        if len(found := pins.get(canonicalize_name(wish.name), [])) != 1
        or not wish.specifier.contains(found[0].version)
    ]


LOCKS = {
    "requirements.txt": [
        wish for extra in PROJECT["optional-dependencies"].values() for wish in extra
    ],
    ".binder/requirements.txt": PROJECT["optional-dependencies"]["chapters"],
}
PLATFORMS = {
    "linux": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    "macos": {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    "windows": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_is_versions_and_the_package(name):
    assert not lock_problems(read(name))


@pytest.mark.parametrize(
    "line",
    [
        "numpy>=2",
        "numpy @ file:///tmp/numpy",
        "--index-url" + " https://example.org/simple",
        "-r other.txt",
        "numpy==2.0 --hash=sha256:0",
    ],
)
def test_lock_check_sees(line):
    assert lock_problems(f"# a lock\n{line}\n-e .\n") == [line]


def test_lock_check_sees_a_missing_package():
    assert lock_problems("numpy==2.0\nzipp==4.1.2\n") == ["ends in zipp==4.1.2"]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", LOCKS)
def test_lock_meets_the_project_file(name, python, platform):
    environment = PLATFORMS[platform] | {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    wishes = [*PROJECT["dependencies"], *LOCKS[name]]
    assert not unmet(wishes, read(name), environment)


def test_lock_is_compared_by_version_and_marker():
    lock = "a==1\nb==1 ; python_version < '3.12'\nb==2 ; python_version >= '3.12'\n-e .\n"
    old, new = {"python_version": "3.11"}, {"python_version": "3.13"}
    assert unmet(["A>=1", "b"], lock, old) == []
    assert unmet(["b>=2"], lock, old) == ["b>=2"]
    assert unmet(["b>=2"], lock, new) == []
    assert unmet(["a>=2", "c"], lock, new) == ["a>=2", "c"]


def test_both_locks_agree():
    full, slim = (set(lock_lines(read(name))) for name in LOCKS)
    assert slim < full


def binder_plan(folder):
    """Return the Python version and the steps with which Binder would make the image."""
    code, printed = run(
        sys.executable, "-m", "repo2docker", "--no-build", "--debug", ".", cwd=folder
    )
    assert code == 0, printed
    (python,) = re.findall(r"environment for python=([\d.]+)", printed)
    return python, re.findall(r"^(?:COPY|RUN|WORKDIR) .*$", printed, re.MULTILINE)


@on_unix
def test_binder_installs_the_slim_lock_and_the_package_on_a_supported_python():
    python, steps = binder_plan(ROOT)
    assert f"python-{python}" == read(".binder/runtime.txt").strip() == read("runtime.txt").strip()
    assert python in PYTHONS
    assert SpecifierSet(PROJECT["requires-python"]).contains(python)

    folder = steps.index("WORKDIR ${REPO_DIR}")
    copied = steps.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    pip = 'RUN ${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r ".binder/requirements.txt"'
    # `-e .` means the repository: the step runs in its folder, and after it has been copied.
    assert folder < copied < steps.index(pip)
    assert sum("pip install" in step for step in steps) == 1
    assert read(".binder/requirements.txt").endswith("\n-e .\n")


@on_unix
def test_binder_reads_the_files_that_the_test_reads(tmp_path):
    shutil.copytree(ROOT / ".binder", tmp_path / ".binder")
    (tmp_path / ".binder" / "runtime.txt").write_text("python-3.13")
    assert binder_plan(tmp_path)[0] == "3.13"
    shutil.rmtree(tmp_path / ".binder")
    (tmp_path / "runtime.txt").write_text("python-3.11")
    python, steps = binder_plan(tmp_path)
    assert python == "3.11"
    assert not [step for step in steps if "requirements.txt" in step]
