"""Prints the bill of materials of magnetrace, as CycloneDX 1.6 in JSON: `python tools/sbom.py`.

It holds what a user installs: the packages needed to run and those of the extras, the Java runtime
and libraries of the embedded server, and the scripts of the pages. The same installation gives the
same bytes; SOURCE_DATE_EPOCH, where it is set, is the time it states.
"""

from __future__ import annotations

import json
import os
import re
import sys
import uuid
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from installed import DEV, RUN, Jar, Package, canonical, jars, packages, project, scripts
from packaging.requirements import Requirement

Json = dict[str, Any]
VAGUE = {"BSD", "not stated"}
"""Words for a licence that are no SPDX expression."""


def bill() -> Json:
    shipped = [package for package in packages() if package.purpose != DEV]
    root = _root()
    listed: Json = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {**_time(), "component": root},
        "components": [
            *(_package(package) for package in shipped),
            *(_script(*found) for found in scripts()),
        ],
        "dependencies": _dependencies(root["bom-ref"], shipped),
    }
    same = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(listed, sort_keys=True))
    return {**listed, "serialNumber": f"urn:uuid:{same}"}


def _root() -> Json:
    table = project()
    purl = f"pkg:pypi/{table['name']}@{table['version']}"
    return {
        "type": "application",
        "bom-ref": purl,
        "name": table["name"],
        "version": table["version"],
        "purl": purl,
        **_licences(str(table["license"])),
    }


def _time() -> Json:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return {}
    return {"timestamp": datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _package(package: Package) -> Json:
    purl = _purl(package)
    inside = [_runtime(), *map(_jar, jars())] if package.name == "arcadedb-embedded" else []
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "scope": "required" if package.purpose == RUN else "optional",
        **_licences(package.licence),
        **({"components": inside} if inside else {}),
    }


def _purl(package: Package) -> str:
    return f"pkg:pypi/{canonical(package.name)}@{package.version}"


def _runtime() -> Json:
    release = Path(
        str(distribution("arcadedb-embedded").locate_file("arcadedb_embedded/jre/release"))
    )
    stated = re.search(r'^JAVA_VERSION="(.+)"', release.read_text("utf-8"), re.MULTILINE)
    version = stated[1] if stated else "not stated"
    return {
        "type": "platform",
        "bom-ref": f"arcadedb-embedded/jre@{version}",
        "name": "OpenJDK runtime",
        "version": version,
        **_licences("GPL-2.0-only WITH Classpath-exception-2.0"),
    }


def _jar(jar: Jar) -> Json:
    return {
        "type": "library",
        "bom-ref": f"arcadedb-embedded/{jar.name}@{jar.version}",
        "name": jar.name,
        **({"version": jar.version} if jar.version else {}),
        "hashes": [{"alg": "SHA-256", "content": jar.sha256}],
        **({"licenses": [{"license": {"name": jar.licence}}]} if jar.licence else {}),
    }


def _script(name: str, version: str, licence: str) -> Json:
    purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "scope": "required",
        **_licences(licence),
    }


def _licences(stated: str) -> Json:
    if stated in VAGUE:
        return {"licenses": [{"license": {"name": stated}}]}
    return {"licenses": [{"expression": stated}]}


def _dependencies(root: str, shipped: list[Package]) -> list[Json]:
    table = project()
    refs = {canonical(package.name): _purl(package) for package in shipped}
    extras: Json = table["optional-dependencies"]
    direct = [*table["dependencies"], *(x for e in extras if e != "dev" for x in extras[e])]
    needed = sorted({refs[canonical(Requirement(line).name)] for line in direct})
    return [
        {"ref": root, "dependsOn": needed},
        *(
            {"ref": _purl(p), "dependsOn": [refs[need] for need in p.needs if need in refs]}
            for p in shipped
        ),
    ]


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=1, sort_keys=True)
    print()
