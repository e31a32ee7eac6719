"""Launch and source buttons for the repository that the book is built from.

Nothing about the repository is written in `_config.yml`, so a fork that is built, by hand or by
its own workflow, links to itself. In this order:

`BOOK_REPOSITORY_URL`, `BOOK_REPOSITORY_BRANCH`
    Said outright. An empty URL means: no repository, no buttons.
`GITHUB_REPOSITORY`, `GITHUB_SERVER_URL`, `GITHUB_REF_NAME`
    What GitHub's workflows set.
the `origin` remote of the working copy
    Whether `https://` or `git@host:`; a user name or a token in it is dropped.

`BOOK_JUPYTERHUB_URL` adds the button of a class's own JupyterHub, `BOOK_BINDERHUB_URL` takes
another BinderHub than the one in `_config.yml`.

A page may say things that hold only with a repository: `{only} repository`, `{{ binder }}` (a
link that opens the book there) and `{{ pip_install }}`.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from urllib.parse import quote

KNOWN = ("github", "gitlab", "bitbucket")
SOURCE_BUTTONS = ("use_repository_button", "use_issues_button", "use_edit_page_button")


@dataclass(frozen=True)
class Repository:
    """Where the sources are: a web address without trailing slash, a branch, the book's folder."""

    url: str
    branch: str = "main"
    folder: str = ""


def web_address(remote):
    """Turn a git remote into the address of its web page; None where it has none."""
    forms = (
        r"(?:https?|ssh|git)://(?:[^@/]+@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<path>.+)",
        r"(?:[\w.-]+@)(?P<host>[\w.-]+):(?P<path>[^/].*)",
    )
    for form in forms:
        if match := re.fullmatch(form, remote.strip()):
            path = match["path"].strip("/").removesuffix(".git")
            return f"https://{match['host']}/{path}" if "/" in path else None
    return None


def git(folder, *arguments):
    """The output of a git command, empty if there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def find_repository(environ, folder):
    """Find the repository of the book in `folder`, or None."""
    inside = git(folder, "rev-parse", "--show-prefix").strip("/")
    branch = environ.get("BOOK_REPOSITORY_BRANCH")
    if "BOOK_REPOSITORY_URL" in environ:
        url = web_address(environ["BOOK_REPOSITORY_URL"])
    elif "GITHUB_REPOSITORY" in environ:
        server = environ.get("GITHUB_SERVER_URL", "https://github.com")
        url = web_address(f"{server}/{environ['GITHUB_REPOSITORY']}")
        # A pull request's own ref is called 12/merge, which no launcher can check out.
        branch = branch or environ.get("GITHUB_BASE_REF") or environ.get("GITHUB_REF_NAME")
    else:
        url = web_address(git(folder, "config", "--get", "remote.origin.url"))
    branch = branch or git(folder, "branch", "--show-current") or "main"
    return Repository(url, branch, inside) if url else None


def theme_options(repository, options, environ):
    """What the theme's options become, given those that Jupyter Book has computed."""
    options = dict(options)
    if repository is None:
        return options | {"launch_buttons": {}, "repository_url": ""}
    launch = dict(options.get("launch_buttons", {}))
    for name in ("binderhub_url", "jupyterhub_url"):
        if address := environ.get(f"BOOK_{name.upper()}"):
            launch[name] = address
    host = repository.url.split("/")[2]
    provider = next((name for name in KNOWN if name in host), None)
    if host != "github.com":
        launch.pop("colab_url", None)  # Colab reads from github.com only
    options |= {
        "launch_buttons": launch,
        "repository_url": repository.url,
        "repository_branch": repository.branch,
        "path_to_docs": repository.folder,
        # Another server is most often GitHub Enterprise; the pages of the rest have other forms.
        "repository_provider": provider or "github",
    }
    buttons = SOURCE_BUTTONS if provider in ("github", "gitlab") else SOURCE_BUTTONS[:1]
    return options | dict.fromkeys(buttons, True)


def binder_address(repository, options):
    """Where Binder opens the book's folder in JupyterLab; empty without a repository or a hub."""
    hub = options["launch_buttons"].get("binderhub_url", "").rstrip("/")
    if repository is None or not hub:
        return ""
    host, path = repository.url.removeprefix("https://").split("/", 1)
    kinds = {"github.com": f"gh/{path}", "gitlab.com": f"gl/{quote(path, safe='')}"}
    place = kinds.get(host, f"git/{quote(repository.url, safe='')}")
    folder = f"lab/tree/{repository.folder}".rstrip("/")
    return f"{hub}/v2/{place}/{quote(repository.branch, safe='')}?urlpath={folder}"


def phrases(repository, options):
    """What a page may say of the repository, as MyST substitutions; empty without one."""
    if repository is None:
        return {"binder": "", "pip_install": ""}
    link = binder_address(repository, options)
    return {
        "binder": f"[Binder]({link})" if link else "Binder",
        "pip_install": f"`%pip install git+{repository.url}`",
    }


def configure(app, config):
    repository = find_repository(os.environ, app.srcdir)
    options = theme_options(repository, config.html_theme_options, os.environ)
    config.html_theme_options.update(options)
    config.myst_substitutions |= phrases(repository, options)
    config.book_binder = binder_address(repository, options)
    if repository:
        app.tags.add("repository")


def quote_binder(app, pagename, templatename, context, doctree):
    """BinderHub wants a repository that is not on GitHub or GitLab fully quoted; theme 1.3.0
    leaves the slashes."""
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if match := re.search(r"/v2/git/(https%3A//.*)/([^/]+)\?", button.get("url", "")):
                address = match[1].replace("https%3A", "https:", 1)
                button["url"] = button["url"].replace(match[1], quote(address, safe=""))


def setup(app):
    app.connect("config-inited", configure)
    app.connect("html-page-context", quote_binder, priority=502)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
