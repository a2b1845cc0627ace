"""Says what a report of pip-audit means: `python tools/audited.py report.json`.

pip-audit calls it "no known vulnerabilities" where it found none of the packages in its database,
as behind a mirror that has no database. Here that is no audit.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def verdict(report: dict[str, Any]) -> tuple[int, str]:
    """Exit code, 1 where something is vulnerable, and what to say."""
    asked = report["dependencies"]
    skipped = [one for one in asked if "skip_reason" in one]
    known = [one for one in asked if one.get("vulns")]
    told = len(asked) - len(skipped)
    if not told:
        why = skipped[0]["skip_reason"] if skipped else "no package was named"
        return 0, f"magnetrace: the audit was skipped: no package was found in its database ({why})"
    lines = [
        f"{one['name']} {one['version']}: {found['id']}, mended in "
        f"{', '.join(found['fix_versions']) or 'no version yet'}"
        for one in known
        for found in one["vulns"]
    ]
    lines += [f"not audited: {one['skip_reason']}" for one in skipped]
    lines.append(f"magnetrace: {told} of {len(asked)} packages audited, {len(known)} vulnerable")
    return int(bool(known)), "\n".join(lines)


if __name__ == "__main__":
    code, said = verdict(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print(said)
    sys.exit(code)
