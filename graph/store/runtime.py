"""The embedded server as a program: where its Java lies, and how it is told to start.

The wheel `arcadedb-embedded` is only a carrier of two folders here, `jre` and `jars`; its Python
package is found but never imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from graph.disk.whole import PRIVATE, write_whole
from graph.errors import StoreError

HOST = "127.0.0.1"
DATABASE = "magnetrace"
READER = "reader"
WRITER = "root"
MAIN_CLASS = "com.arcadedb.server.ArcadeDBServer"
MEMORY = "512m"
QUERY_LIMIT_S = 120
"""After this the server ends a query by itself, whether somebody still waits or not."""
QUERIES_AT_ONCE, QUEUED, QUEUE_S = 32, 64, 10
"""Of all processes together; by itself the server takes four on two cores, and four that nobody
waits for any more would keep out all others."""
CONNECTIONS = 512
TRACE_DEPTH = 40
"""Lines of a Java stack trace: a query can provoke them, and start.log does not rotate."""

GROUPS = {
    "version": 1,
    "databases": {
        "*": {
            "groups": {
                "admin": {
                    "access": ["updateSecurity", "updateSchema"],
                    "resultSetLimit": -1,
                    "readTimeout": -1,
                    "types": {
                        "*": {
                            "access": [
                                "createRecord",
                                "readRecord",
                                "updateRecord",
                                "deleteRecord",
                            ]
                        }
                    },
                },
                # A result limit here would silently cut counts short: rows are limited in the
                # client.
                READER: {
                    "access": [],
                    "resultSetLimit": -1,
                    "readTimeout": QUERY_LIMIT_S * 1000,
                    "types": {"*": {"access": ["readRecord"]}},
                },
                "*": {
                    "access": [],
                    "resultSetLimit": -1,
                    "readTimeout": -1,
                    "types": {"*": {"access": []}},
                },
            }
        }
    },
}
LOGGING = """handlers = java.util.logging.FileHandler
.level = INFO
java.util.logging.FileHandler.pattern = log/store.%g.log
java.util.logging.FileHandler.limit = 1000000
java.util.logging.FileHandler.count = 3
java.util.logging.FileHandler.append = true
java.util.logging.FileHandler.formatter = com.arcadedb.log.LogFormatter
"""
JAVA_ENVIRONMENT = ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH")


@dataclass(frozen=True, slots=True)
class Runtime:
    """The Java program and the folder of its class files."""

    java: Path
    jars: Path


def find_runtime() -> Runtime:
    """The runtime of the installed wheel. Raises StoreError where there is none."""
    spec = find_spec("arcadedb_embedded")
    for folder in spec.submodule_search_locations or () if spec else ():
        java = Path(folder) / "jre" / "bin" / ("java.exe" if sys.platform == "win32" else "java")
        if java.exists():
            return Runtime(java, Path(folder) / "jars")
    raise StoreError(
        "The embedded graph store is not installed for this system; install the package "
        "arcadedb-embedded, or set NEO4J_URI to use a Neo4j server."
    )


def prepare(home: Path, root_password: str) -> Path:
    """Write what the server reads when it starts; returns the file with root's password.

    Users are made anew at every start, so that no password outlives the server it opens.
    """
    config = home / "config"
    for folder in (config, home / "log"):
        folder.mkdir(parents=True, exist_ok=True)
    (config / "server-users.jsonl").unlink(missing_ok=True)
    for events in (home / "log").glob("server-event-log-*"):  # one a start, never removed
        events.unlink(missing_ok=True)
    (config / "server-groups.json").write_text(json.dumps(GROUPS), encoding="utf-8")
    (config / "log.properties").write_text(LOGGING, encoding="utf-8")
    secret = home / "root-password"
    write_whole(secret, root_password.encode(), PRIVATE)
    return secret


def command(
    runtime: Runtime, home: Path, secret: Path, *, bolt_port: int, http_port: int
) -> list[str]:
    """The command line; it holds no password, since every user can read command lines."""
    settings = {
        "java.util.logging.config.file": home / "config" / "log.properties",
        "arcadedb.server.rootPath": home,
        "arcadedb.server.rootPasswordPath": secret,
        "arcadedb.server.logsDirectory": home / "log",
        "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "arcadedb.server.httpIncomingHost": HOST,
        "arcadedb.server.httpIncomingPort": http_port,
        "arcadedb.bolt.host": HOST,
        "arcadedb.bolt.port": bolt_port,
        # Production mode hides every error text from the client, syntax errors included.
        "arcadedb.server.mode": "development",
        "arcadedb.command.timeout": QUERY_LIMIT_S * 1000,
        "arcadedb.queryMaxConcurrent": QUERIES_AT_ONCE,
        "arcadedb.queryQueueMaxSize": QUEUED,
        "arcadedb.queryQueueTimeout": QUEUE_S * 1000,
        "arcadedb.bolt.maxConnections": CONNECTIONS,
        "arcadedb.opencypher.loadCsv.allowFileUrls": "false",
        "arcadedb.opencypher.loadCsv.allowRemoteUrls": "false",
        "arcadedb.polyglotEngineEnabled": "false",
        "arcadedb.support.autoRegister": "false",
    }
    return [
        str(runtime.java),
        f"-Xmx{MEMORY}",
        "-XX:+UseSerialGC",
        # Half a second off the start; queries here are too short for the second compiler.
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        # What runs out of memory goes on half alive; what ends is started anew, whole.
        "-XX:+ExitOnOutOfMemoryError",
        f"-XX:MaxJavaStackTraceDepth={TRACE_DEPTH}",
        f"-XX:ErrorFile={home / 'log' / 'java-crash.log'}",
        "-Djava.awt.headless=true",
        *(f"-D{name}={value}" for name, value in settings.items()),
        "-cp",
        str(runtime.jars / "*"),
        MAIN_CLASS,
    ]


def spawn(line: list[str], home: Path) -> subprocess.Popen[bytes]:
    """Start the server on its own, detached from this process and its terminal."""
    environment = {k: v for k, v in os.environ.items() if k not in JAVA_ENVIRONMENT}
    try:
        with start_log(home).open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own words, no shell
                line,
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise StoreError(
            f"The Java runtime of the embedded graph store cannot run here ({error}); set "
            "NEO4J_URI to use a Neo4j server."
        ) from error


def start_log(home: Path) -> Path:
    """What Java itself had to say, for example that the system is too old for it."""
    return home / "log" / "start.log"


def has_failed(home: Path) -> bool:
    """Whether the server gave up while it started."""
    return 'Exception in thread "main"' in _started_with(home)


def port_was_taken(home: Path) -> bool:
    return "Unable to listen" in _started_with(home)


def last_words(home: Path) -> str:
    """Why the server gave up, in Java's words; empty where it said nothing."""
    lines = _started_with(home).strip().splitlines()
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by:")]
    return next(iter([*causes[-1:], *lines[:1]]), "")[:300]


def _started_with(home: Path) -> str:
    try:
        return start_log(home).read_text(errors="replace")
    except OSError:
        return ""


def command_line(pid: int) -> str:
    """What process `pid` was started as; empty where it is not there or has ended."""
    proc = Path("/proc")
    if proc.joinpath("self").exists():
        try:
            return (proc / str(pid) / "cmdline").read_text(errors="replace").replace("\0", " ")
        except OSError:
            return ""
    shown = subprocess.run(  # noqa: S603 - a number, no shell
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],  # noqa: S607 - where ps is differs
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout.strip()
