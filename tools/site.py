"""A hook of mkdocs: the site is docs/, with README.md as its home page and the pages that lie elsewhere.

Pages link to each other as they lie in the repository, so that every link works there too; here links are rewritten to
where the site has the page. A link to a file that is no page of the site loses its target, and stays as text.
"""

from __future__ import annotations

import os.path
import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?\)")


def elsewhere() -> dict[str, str]:
    """Pages outside docs/ → where the site has them."""
    found = {"README.md": "index.md"}
    for name in ("CHANGELOG", "CONTRIBUTING", "SECURITY"):
        found[f"{name}.md"] = f"project/{name.lower()}.md"
    found["editors/SETTINGS.md"] = "reference/editor-settings.md"
    for page in sorted(ROOT.glob("editors/*/README.md")):
        found[page.relative_to(ROOT).as_posix()] = f"editors/{page.parent.name}.md"
    return {source: place for source, place in found.items() if (ROOT / source).is_file()}


ELSEWHERE = elsewhere()
SECTIONS = {"how-to": "How to", "editors": "Editors", "reference": "Reference", "explanation": "Explanation"}
PLACES = {place: source for source, place in ELSEWHERE.items()}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Pages that the navigation does not name come last in the section of their directory."""
    inside = [page.relative_to(ROOT / "docs").as_posix() for page in sorted((ROOT / "docs").rglob("*.md"))]
    sections = {title: pages for one in config.nav or () for title, pages in one.items() if isinstance(pages, list)}
    named = {place for one in config.nav or () for place in one.values() if isinstance(place, str)}
    named |= {place for pages in sections.values() for page in pages for place in page.values()}
    for place in [*inside, *ELSEWHERE.values()]:
        title = SECTIONS.get(place.partition("/")[0], "Project")
        if place not in named:
            if title not in sections:
                sections[title] = []
                config.nav.append({title: sections[title]})
            sections[title].append(place)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from elsewhere."""
    for source, place in ELSEWHERE.items():
        files.append(File.generated(config, place, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Rewrite links, but not in fenced blocks."""
    place = PurePosixPath(page.file.src_uri)
    source = PurePosixPath(PLACES.get(str(place), f"docs/{place}"))

    def rewritten(found: re.Match[str]) -> str:
        mark, text, target, anchor = found[1], found[2], found[3], found[4] or ""
        there = os.path.normpath(str(source.parent / target)).replace(os.sep, "/")
        in_site = ELSEWHERE.get(there) or (there.removeprefix("docs/") if there.startswith("docs/") else "")
        if not in_site:
            return text
        return f"{mark}[{text}]({os.path.relpath(in_site, str(place.parent)).replace(os.sep, '/')}{anchor})"

    parts = re.split(r"(^ *```.*?^ *```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if number % 2 else _LINK.sub(rewritten, part) for number, part in enumerate(parts))


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A bar within a table's code is written with a backslash, which GitHub takes away and this Markdown does not."""
    return re.sub(r"<td[^>]*>.*?</td>", lambda cell: cell[0].replace("\\|", "|"), html, flags=re.DOTALL)
