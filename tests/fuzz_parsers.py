"""Every parser of what comes from outside, by what it reads.

`magnetrace` reads nothing else that somebody else wrote. `tools/fuzz.py` and `tests/test_fuzz.py`
feed each of them.
"""

from __future__ import annotations

import fuzz_kept
import fuzz_links
import fuzz_public
import fuzz_tables
import fuzz_typed

PARSERS = (
    *fuzz_tables.PARSERS,
    *fuzz_public.PARSERS,
    *fuzz_links.PARSERS,
    *fuzz_typed.PARSERS,
    *fuzz_kept.PARSERS,
)
BY_NAME = {parser.name: parser for parser in PARSERS}
