"""What `docs/security.md` promises: of the pages' server, of the code, and of what is audited."""

from __future__ import annotations

import ast
import http.client
import importlib.util
import os
import re
import subprocess
import time
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
from command_line import free_port
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from loaders.archive import LARGEST_FILE, MB
from ui.cli_explore import _server_command

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(
    path for folder in ("graph", "loaders", "ui") for path in (ROOT / folder).rglob("*.py")
)
MAY_START_PROGRAMS = {
    "graph/store/embedded.py",  # the embedded server
    "graph/store/runtime.py",
    "ui/cli_explore.py",  # Streamlit
}
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
UNPACKS_OBJECTS = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "jsonpickle"}
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
    "Sec-WebSocket-Protocol": "streamlit",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The server of the pages as `magnetrace explore` starts it, for a reader whose own settings
    turn its protections off."""
    home = tmp_path_factory.mktemp("home")
    free = free_port()
    careless = {
        "STREAMLIT_SERVER_ENABLE_CORS": "false",
        "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false",
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",  # noqa: S104 - what must not come to pass
    }
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            _server_command(free),
            cwd=home,
            env={**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT), **careless},
            stdin=subprocess.PIPE,  # it ends where its input does
            stdout=log,
            stderr=log,
        )
        try:
            _wait(free)
            yield free
        finally:
            server.terminate()
            server.wait(30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if _status(port, "GET", "/_stcore/health") == 200:
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not start")


def _status(port: int, method: str, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _open_stream(port: int, **headers: str) -> int:
    return _status(port, "GET", "/_stcore/stream", **HANDSHAKE, **headers)


def test_a_page_of_our_own_is_let_in(port: int) -> None:
    assert _open_stream(port, Origin=f"http://127.0.0.1:{port}") == 101
    here = f"localhost:{port}"
    assert _open_stream(port, Origin=f"http://{here}", Host=here) == 101


def test_a_page_of_another_site_is_not_let_in(port: int) -> None:
    assert _open_stream(port, Origin="https://elsewhere.example") == 403


def test_a_name_that_is_made_to_lead_here_is_not_let_in(port: int) -> None:
    name = f"elsewhere.example:{port}"
    assert _open_stream(port, Origin=f"http://{name}", Host=name) == 403


def test_an_upload_without_the_token_is_refused(port: int) -> None:
    assert _status(port, "PUT", "/_stcore/upload_file/session/file") == 403


@pytest.fixture
def upload(port: int) -> Iterator[str]:
    """Where a visitor of the pages puts a file."""
    with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        origin=Origin(f"http://127.0.0.1:{port}"),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    ) as visit:
        visit.send(BackMsg(rerun_script={"query_string": ""}).SerializeToString())
        told = ForwardMsg()
        while not told.new_session.initialize.session_id:
            told.ParseFromString(visit.recv(60, decode=False))
        yield f"/_stcore/upload_file/{told.new_session.initialize.session_id}/file"


TOKEN = "2|00000000|00|0"  # noqa: S105 - the visitor's own, in the cookie and beside it
MULTIPART = {
    "Content-Type": "multipart/form-data; boundary=x",
    "Cookie": f"_streamlit_xsrf={TOKEN}",
    "X-Xsrftoken": TOKEN,
}
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="sites.csv"\r\n\r\n'
TAIL = b"\r\n--x--\r\n"


def _put(port: int, path: str, body: Iterable[bytes], **headers: str) -> int:
    """Sends as much as the server takes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("PUT", path)
    for name, value in (MULTIPART | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    with suppress(BrokenPipeError, ConnectionResetError):  # it has answered, and reads no more
        for part in body:
            connection.send(part)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_an_upload_within_the_bound_is_taken(port: int, upload: str) -> None:
    body = HEAD + b"id\n" + TAIL
    assert _put(port, upload, [body], **{"Content-Length": str(len(body))}) == 204


def test_an_upload_that_says_it_is_too_large_is_refused_unread(port: int, upload: str) -> None:
    assert _put(port, upload, [], **{"Content-Length": str(LARGEST_FILE + 1)}) == 413


def test_an_upload_that_grows_too_large_is_refused(port: int, upload: str) -> None:
    """Without a length, as a program would send it that means to fill the memory."""

    def chunks() -> Iterator[bytes]:
        yield b"%x\r\n%b\r\n" % (len(HEAD), HEAD)
        for _ in range(LARGEST_FILE // MB + 8):
            yield b"%x\r\n%b\r\n" % (MB, bytes(MB))
        yield b"%x\r\n%b\r\n0\r\n\r\n" % (len(TAIL), TAIL)

    assert _put(port, upload, chunks(), **{"Transfer-Encoding": "chunked"}) == 413


def test_the_server_listens_on_loopback_alone(port: int) -> None:
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_the_interface_for_agents_is_off(port: int) -> None:
    assert _status(port, "POST", "/_stcore/agent/interact") in {403, 404}


def test_uploads_are_bounded_as_the_loader_is() -> None:
    server = tomllib.loads((ROOT / "ui/.streamlit/config.toml").read_text("utf-8"))["server"]
    assert server["maxUploadSize"] * MB == LARGEST_FILE == 200 * 1024 * 1024
    assert server["address"] == "127.0.0.1"
    assert server["allowedHosts"] == ["localhost", "127.0.0.1"]


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def _modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_no_text_is_run_as_code_or_by_a_shell() -> None:
    assert len(CODE) > 100
    wrong = [
        f"{path.relative_to(ROOT)}: {called}"
        for path in CODE
        for called, call in _calls(path)
        if called in RUNS_TEXT or any(keyword.arg == "shell" for keyword in call.keywords)
    ]
    assert wrong == []


def test_nothing_unpacks_objects_from_bytes() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in CODE
        for name in _modules(path)
        if name.split(".")[0] in UNPACKS_OBJECTS
    ]
    wrong += [
        f"{path.relative_to(ROOT)}: {called}"
        for path in CODE
        for called, call in _calls(path)
        if called == "np.load"
        and "allow_pickle=False" not in {ast.unparse(keyword) for keyword in call.keywords}
    ]
    assert wrong == []


def test_programs_are_started_in_three_places() -> None:
    starting = {str(path.relative_to(ROOT)) for path in CODE if "subprocess" in _modules(path)}
    assert starting == MAY_START_PROGRAMS


def test_every_exception_to_the_security_rules_says_why() -> None:
    told = re.compile(r"# noqa: S\d+(, S\d+)* - \S")
    bare = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in ("graph", "loaders", "ui", "tests", "tools", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"# noqa: S\d", line) and not told.search(line)
    ]
    assert bare == []


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_audit_that_found_no_package_is_no_audit() -> None:
    unknown = {"name": "altair", "skip_reason": "altair (6.3.0) not found"}
    code, said = _tool("audited").verdict({"dependencies": [unknown]})
    assert code == 0
    assert said == (
        "magnetrace: the audit was skipped: no package was found in its database "
        "(altair (6.3.0) not found)"
    )


def test_an_audit_names_what_is_vulnerable_and_what_it_did_not_look_at() -> None:
    report = {
        "dependencies": [
            {"name": "sound", "version": "1", "vulns": []},
            {
                "name": "unsound",
                "version": "2",
                "vulns": [
                    {"id": "CVE-1", "fix_versions": ["2.1"]},
                    {"id": "CVE-2", "fix_versions": []},
                ],
            },
            {"name": "unknown", "skip_reason": "unknown (3) not found"},
        ]
    }
    code, said = _tool("audited").verdict(report)
    assert code == 1
    assert said.splitlines() == [
        "unsound 2: CVE-1, mended in 2.1",
        "unsound 2: CVE-2, mended in no version yet",
        "not audited: unknown (3) not found",
        "magnetrace: 2 of 3 packages audited, 1 vulnerable",
    ]


def test_an_audit_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """A Python without venv stands for whatever is missing."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    done = subprocess.run(
        ["sh", str(ROOT / "tools/audit.sh")],
        env={**os.environ, "PYTHON": str(python)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "magnetrace: the audit was skipped: no environment could be made\n"
