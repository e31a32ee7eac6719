"""Launch buttons point at the repository that the book is built from, or are not there."""

import shutil
import subprocess

import pytest
from book_launch import Repository, find_repository, phrases, theme_options, web_address

LAUNCH = {
    "notebook_interface": "jupyterlab",
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
}
OPTIONS = {"launch_buttons": LAUNCH, "repository_url": "", "search_bar_text": "Search"}


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/ada/descent.git", "https://github.com/ada/descent"),
        ("https://github.com/ada/descent/", "https://github.com/ada/descent"),
        ("http://github.com/ada/descent", "https://github.com/ada/descent"),
        ("git@github.com:ada/descent.git", "https://github.com/ada/descent"),
        ("ssh://git@github.com/ada/descent.git", "https://github.com/ada/descent"),
        ("ssh://git@git.uni.edu:2222/ada/descent.git", "https://git.uni.edu/ada/descent"),
        ("git@gitlab.com:group/sub/descent.git", "https://gitlab.com/group/sub/descent"),
        ("https://ada:ghp_secret@github.com/ada/descent.git", "https://github.com/ada/descent"),
        ("https://x-access-token:t@github.com/a/b", "https://github.com/a/b"),
        ("", None),
        ("/srv/git/descent.git", None),
        ("../descent", None),
        ("file:///srv/git/descent.git", None),
        ("https://github.com/ada", None),
        ("C:\\work\\descent", None),
    ],
)
def test_a_remote_becomes_a_web_address(remote, address):
    assert web_address(remote) == address


@pytest.fixture
def repository(tmp_path):
    """A git repository with a remote and the book in a folder of its own."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")

    def git(*arguments):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    git("init", "-b", "autumn")
    git("remote", "add", "origin", "git@github.com:ada/descent.git")
    (tmp_path / "book").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Repository("https://github.com/ada/descent", "autumn", "book")),
        (
            {"GITHUB_REPOSITORY": "bo/fork", "GITHUB_REF_NAME": "main"},
            Repository("https://github.com/bo/fork", "main", "book"),
        ),
        (
            {
                "GITHUB_REPOSITORY": "bo/fork",
                "GITHUB_SERVER_URL": "https://github.uni.edu",
                "GITHUB_REF_NAME": "12/merge",
                "GITHUB_BASE_REF": "main",
            },
            Repository("https://github.uni.edu/bo/fork", "main", "book"),
        ),
        (
            {"BOOK_REPOSITORY_URL": "https://gitee.com/c/d", "GITHUB_REPOSITORY": "bo/fork"},
            Repository("https://gitee.com/c/d", "autumn", "book"),
        ),
        (
            {"BOOK_REPOSITORY_URL": "https://gitee.com/c/d", "BOOK_REPOSITORY_BRANCH": "v2"},
            Repository("https://gitee.com/c/d", "v2", "book"),
        ),
        ({"BOOK_REPOSITORY_URL": ""}, None),
    ],
)
def test_the_environment_decides_before_the_remote(repository, environment, expected):
    assert find_repository(environment, repository / "book") == expected


def test_without_a_remote_or_without_git_there_is_no_repository(tmp_path, repository, monkeypatch):
    subprocess.run(["git", "-C", str(repository), "remote", "remove", "origin"], check=True)
    assert find_repository({}, repository) is None
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert find_repository({}, repository) is None
    found = find_repository({"GITHUB_REPOSITORY": "a/b"}, repository)
    assert found == Repository("https://github.com/a/b", "main", "")


def test_options_are_extended_not_replaced():
    options = theme_options(Repository("https://github.com/ada/descent", "main"), OPTIONS, {})
    assert options["search_bar_text"] == "Search"
    assert options["launch_buttons"] == LAUNCH
    assert options["repository_url"] == "https://github.com/ada/descent"
    assert options["repository_provider"] == "github"
    assert options["use_repository_button"] is options["use_issues_button"] is True
    assert OPTIONS["repository_url"] == ""


def test_without_a_repository_no_button_is_left():
    options = theme_options(None, OPTIONS, {"BOOK_JUPYTERHUB_URL": "https://hub.uni.edu"})
    assert options["launch_buttons"] == {}
    assert options["repository_url"] == ""
    assert not any(name.startswith("use_") for name in options)


@pytest.mark.parametrize(
    ("url", "provider", "colab", "issues"),
    [
        ("https://github.com/a/b", "github", True, True),
        ("https://gitlab.com/a/b", "gitlab", False, True),
        ("https://gitlab.uni.edu/a/b", "gitlab", False, True),
        ("https://bitbucket.org/a/b", "bitbucket", False, False),
        ("https://gitee.com/a/b", "github", False, False),
    ],
)
def test_each_host_gets_the_buttons_that_work_there(url, provider, colab, issues):
    options = theme_options(Repository(url), OPTIONS, {})
    assert options["repository_provider"] == provider
    assert ("colab_url" in options["launch_buttons"]) is colab
    assert options.get("use_issues_button", False) is issues
    assert options["use_repository_button"] is True


def test_a_class_s_own_hubs():
    environment = {
        "BOOK_JUPYTERHUB_URL": "https://hub.uni.edu",
        "BOOK_BINDERHUB_URL": "https://binder.uni.edu",
    }
    launch = theme_options(Repository("https://github.com/a/b"), OPTIONS, environment)
    assert launch["launch_buttons"]["jupyterhub_url"] == "https://hub.uni.edu"
    assert launch["launch_buttons"]["binderhub_url"] == "https://binder.uni.edu"


@pytest.mark.parametrize(
    ("repository", "link"),
    [
        (
            Repository("https://github.com/ada/descent", "main"),
            "https://mybinder.org/v2/gh/ada/descent/main?urlpath=lab/tree",
        ),
        (
            Repository("https://gitlab.com/a/b/c", "x/y", "book"),
            "https://mybinder.org/v2/gl/a%2Fb%2Fc/x%2Fy?urlpath=lab/tree/book",
        ),
        (
            Repository("https://gitee.com/a/b", "main"),
            "https://mybinder.org/v2/git/https%3A%2F%2Fgitee.com%2Fa%2Fb/main?urlpath=lab/tree",
        ),
    ],
)
def test_the_sentences_of_the_landing_page(repository, link):
    said = phrases(repository, theme_options(repository, OPTIONS, {}))
    assert said["binder"] == f"[Binder]({link})"
    assert said["pip_install"] == f"`%pip install git+{repository.url}`"


def test_without_a_repository_there_is_nothing_to_say():
    assert phrases(None, OPTIONS) == {"binder": "", "pip_install": ""}
