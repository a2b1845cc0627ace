"""A hook of mkdocs: links that leave docs/ lead somewhere on the site, and on GitHub as written.

A file that a page links to outside docs/ is put on the site below `repository/`, at its own path: a
page as a page, whose own links are followed too, anything else as it is.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
DOCS, OUTSIDE = "docs/", "repository/"
LINK = re.compile(r"(\]\()([^)#\s]+)")


def on_files(files: Files, config: Any) -> Files:
    """Adds what pages link to outside docs/."""
    waiting = [file.src_uri for file in files if file.src_uri.endswith(".md")]
    while waiting:
        page = waiting.pop()
        for target in outside(page, (ROOT / in_repository(page)).read_text(encoding="utf-8")):
            uri = OUTSIDE + target
            if files.get_file_from_path(uri) is None:
                files.append(File.generated(config, uri, abs_src_path=str(ROOT / target)))
                waiting += [uri] if uri.endswith(".md") else []
    return files


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """The page with links that lead to where things stand on the site."""
    uri = page.file.src_uri
    here = posixpath.dirname(uri)

    def moved(link: re.Match[str]) -> str:
        target = target_of(uri, link[2])
        return link[0] if target is None else link[1] + posixpath.relpath(site_path(target), here)

    return LINK.sub(moved, markdown)


def outside(page: str, markdown: str) -> set[str]:
    """Files outside docs/ that a page of the site links to, as paths in the repository."""
    found = {target_of(page, link[2]) for link in LINK.finditer(markdown)}
    return {t for t in found if t and not t.startswith(DOCS) and (ROOT / t).is_file()}


def target_of(page: str, link: str) -> str | None:
    """The path in the repository that a link leads to; None where it leads elsewhere."""
    if urlsplit(link).scheme:
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(in_repository(page)), link))


def in_repository(uri: str) -> str:
    """Where a file of the site stands in the repository."""
    return uri.removeprefix(OUTSIDE) if uri.startswith(OUTSIDE) else DOCS + uri


def site_path(path: str) -> str:
    """Where a file of the repository stands on the site."""
    return path.removeprefix(DOCS) if path.startswith(DOCS) else OUTSIDE + path
