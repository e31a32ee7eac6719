"""What must hold of every page, as functions that return the list of what does not."""

import re
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

PAGE_BYTES = 500_000
LOADED = {  # what a browser fetches by itself, as element and attribute
    "img": ("src", "srcset"),
    "script": ("src",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}
LOADED_LINKS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest"}
LOADED_LINKS |= {"preconnect", "dns-prefetch", "apple-touch-icon", "prerender"}
OUTSIDE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
CSS_ADDRESS = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(")


class Page:
    """One HTML file, parsed when it is first looked into."""

    def __init__(self, path, name):
        self.path, self.name = Path(path), name

    @cached_property
    def soup(self):
        return BeautifulSoup(self.path.read_text(encoding="utf8"), "html.parser")

    @cached_property
    def ids(self):
        return [element["id"] for element in self.soup.find_all(id=True)]

    @property
    def article(self):
        return self.soup.find("article") or self.soup

    def loaded(self):
        """Every address that the browser fetches by itself when it opens the page."""
        for tag, attributes in LOADED.items():
            for element in self.soup.find_all(tag):
                for value in filter(None, map(element.get, attributes)):
                    parts = value.split(",") if "srcset" in element.attrs else [value]
                    yield from (part.split()[0] for part in parts if part.strip())
        for element in self.soup.find_all("link", href=True):
            if LOADED_LINKS & {rel.lower() for rel in element.get("rel", [])}:
                yield element["href"]
        styles = [element.get_text() for element in self.soup.find_all("style")]
        styles += [element["style"] for element in self.soup.find_all(style=True)]
        yield from css_addresses("\n".join(styles))


class Site:
    """A folder of built pages."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @cached_property
    def names(self):
        files = (file.relative_to(self.folder) for file in self.folder.rglob("*.html"))
        return {file.as_posix() for file in files if "_static" not in file.parts}

    @cached_property
    def pages(self):
        return {name: Page(self.folder / name, name) for name in sorted(self.names)}

    @cached_property
    def stylesheets(self):
        return {
            file.relative_to(self.folder).as_posix(): file.read_text(encoding="utf8")
            for file in sorted(self.folder.rglob("*.css"))
        }


def css_addresses(text):
    return [first or second for first, second in CSS_ADDRESS.findall(text)]


def broken_links(site):
    """Links and resources whose file or anchor does not exist."""
    root = site.folder.resolve()
    for page in site.pages.values():
        links = [a["href"] for a in page.soup.find_all("a", href=True)]
        links += [link["href"] for link in page.soup.find_all("link", href=True)]
        for link in sorted({*links, *page.loaded()}):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = page.path.resolve()
            if parts.path:
                target = (target.parent / unquote(parts.path)).resolve()
            if not target.is_file() or not target.is_relative_to(root):
                yield f"{page.name}: {link} leads nowhere"
                continue
            name = target.relative_to(root).as_posix()
            anchor = unquote(parts.fragment)
            if anchor and name in site.pages and anchor not in site.pages[name].ids:
                yield f"{page.name}: {link} has no such anchor"


def missing_alt(site):
    """Pictures without words: an empty or absent alt, a file name, a word or two in an article."""
    for page in site.pages.values():
        for picture in page.soup.find_all(["img", "svg"]):
            if picture.name == "svg" and picture.get("aria-hidden") == "true":
                continue
            alt = (picture.get("alt") or picture.get("aria-label") or "").strip()
            where = f"{page.name}: {str(picture)[:80]}"
            in_article = picture.find_parent("article") is not None
            if not alt or re.search(r"\.(svg|png|jpe?g|gif)$|^[0-9a-f]{16,}|^_", alt):
                yield f"{where} has no alt text"
            elif in_article and (len(alt) < 20 or " " not in alt):
                yield f"{where} has alt text that says too little: {alt!r}"
            elif picture.name == "svg" and picture.get("role") != "img":
                yield f"{where} has words, but not the role of a picture"


def other_hosts(site):
    """Whatever a page would ask another host for when it is opened."""
    for page in site.pages.values():
        for address in page.loaded():
            if OUTSIDE.match(address.strip()):
                yield f"{page.name} loads {address}"
        for script in page.soup.find_all("script", src=False):
            for address in re.findall(r"https?://[^\s'\"<>]+", script.get_text()):
                yield f"{page.name} has a script that names {address}"
    for name, text in site.stylesheets.items():
        for address in css_addresses(text):
            if OUTSIDE.match(address.strip()):
                yield f"{name} loads {address}"


def duplicate_ids(site):
    """Ids that stand twice on a page."""
    for page in site.pages.values():
        for twice in sorted({name for name in page.ids if page.ids.count(name) > 1}):
            yield f"{page.name}: id {twice!r} stands {page.ids.count(twice)} times"


def equations(site):
    """Equations without a number or with another's, and references that show no number."""
    root = site.folder.resolve()
    numbers = {}
    for page in site.pages.values():
        for block in page.soup.select("div.math[id]"):
            label = block.select_one("span.eqno")
            text = label.get_text().rstrip("#").strip() if label else ""
            key = f"{page.name}#{block['id']}"
            if not re.fullmatch(r"\((\d+\.)?\d+\)", text):
                yield f"{key} has the number {text!r}"
            elif text in {n for k, n in numbers.items() if k.startswith(f"{page.name}#")}:
                yield f"{key} has the number {text} of another equation"
            numbers[key] = text
    for page in site.pages.values():
        for link in page.article.select('a[href*="#equation-"]:not(.headerlink)'):
            path, _, anchor = link["href"].partition("#")
            target = (page.path.parent / path).resolve() if path else page.path.resolve()
            key = f"{target.relative_to(root).as_posix()}#{anchor}"
            if link.get_text().strip() != numbers.get(key):
                yield f"{page.name}: {link['href']} reads {link.get_text()!r}"


def unresolved(site):
    """References that Sphinx or MyST left as they were written, and their complaints."""
    for page in site.pages.values():
        for mark in page.article.select(".problematic, .system-message"):
            yield f"{page.name}: {mark.get_text()[:80]!r}"
        for xref in page.article.select(".xref.std, .xref.myst, .xref.eq, .xref.cite"):
            if xref.find_parent("a") is None:
                yield f"{page.name}: {xref.get_text()!r} leads nowhere"
        hidden = {"pre", "code", "script", "style"}
        strings = page.article.strings
        text = "".join(s for s in strings if not hidden & {parent.name for parent in s.parents})
        for sign in re.findall(r"\?\?|\{[a-z:]+\}`[^`]*`|(?m:^:::)|\[\?\]|\{\{.*?\}\}", text):
            yield f"{page.name}: {sign!r} in the text"


def foreign_colours(site, palette):
    """Figures drawn in a colour that is not a variable of the palette."""
    for page in site.pages.values():
        for figure in page.soup.select("svg.gd-figure"):
            for element in figure.find_all(True):
                for name in ("style", "fill", "stroke", "color", "stop-color"):
                    value = re.sub(r"url\(#[^)]*\)", "", element.get(name, ""))
                    for colour in HEX.findall(value):
                        yield f"{page.name}: a figure has {colour} in {name}={value!r}"
                    for variable in re.findall(r"var\(--gd-([\w-]+)\)", value):
                        if variable not in palette:
                            yield f"{page.name}: a figure has the unknown colour {variable}"


def heavy_pages(site, limit=PAGE_BYTES):
    """Pages whose own bytes, the HTML and the pictures that are not the theme's, are too many.

    The search index, which every page loads and no page owns, is not counted.
    """
    for page in site.pages.values():
        files = {page.path}
        for address in page.loaded():
            if address.startswith("data:") or OUTSIDE.match(address):
                continue
            file = (page.path.parent / unquote(urlsplit(address).path)).resolve()
            if "_static" not in file.parts and file.suffix != ".js" and file.is_file():
                files.add(file)
        size = sum(file.stat().st_size for file in files)
        if size > limit:
            yield f"{page.name} has {size} bytes of its own, more than {limit}"
