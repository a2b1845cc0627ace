"""Tables of one's own, small and as bytes, laid over those that ship."""

from __future__ import annotations

import csv
import io

import loaders
from loaders.own_data import OVERLAY, OwnData, from_files

SHIPPED = loaders.shipped_folder()
LINKS = b"origin,target,kind,sources,confidence,note\n"
NEEDS = b"site,material,tonnes,low,high,confidence,sources,note\n"
COUNTRIES = b"iso3,name,region,lat,lon\n"
NEED = b"eu_midea,ndfeb,%s,,,assumed,own_assumption,%s\n"
LINK = b"%s,%s,supplies,memory,memory,\n"


def overlay(files: dict[str, bytes]) -> OwnData:
    return from_files(files.items(), OVERLAY, "mine")


def said(files: dict[str, bytes]) -> list[str]:
    """The problems of files laid over the shipped data."""
    return [str(problem) for problem in loaders.check(overlay(files)).problems]


def cells(content: bytes) -> list[list[object]]:
    return [list(row) for row in csv.reader(io.StringIO(content.decode(), newline=""))]
