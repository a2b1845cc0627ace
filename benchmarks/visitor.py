"""A visitor without a browser: a WebSocket client that sends to Streamlit what a browser sends."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

WAIT_SECONDS = 120
MOST_BYTES = 100_000_000
VIEW = "magnetrace_network_view"
BOXES = ("magnet|JPN", "separation|MYS", "mine|AUS", "magnet|CHN", "separation|CHN")


class Visitor:
    """Opens pages and uses their widgets. Raises RuntimeError where a page shows an exception."""

    def __init__(self, address: str) -> None:
        self._socket = connect(
            address.replace("http", "ws") + "/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=MOST_BYTES,
            open_timeout=WAIT_SECONDS,
        )
        self._address, self._session, self._file = address, "", ""
        self._pages: dict[str, str] = {}
        self._page, self._query = "", ""
        self._widgets: dict[str, WidgetState] = {}
        self._elements: list[Element] = []
        self._kept: dict[str, ForwardMsg] = {}
        self.received = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def walk(self, number: int, pause: float) -> list[tuple[str, float]]:
        """Brief, a box on Chain, a scenario, Chokepoints, `pause` seconds apart; what each took."""
        steps: list[tuple[str, Callable[[], float]]] = [
            ("open Brief", lambda: self.open("")),
            ("change to Chain", lambda: self.open("chain")),
            ("pick a box", lambda: self.pick(VIEW, BOXES[number % len(BOXES)])),
            ("change to Scenario", lambda: self.open("scenario")),
            ("run a scenario", lambda: self.choose("Scenario", 1 + number, "Run")),
            ("change to Chokepoints", lambda: self.open("chokepoints")),
        ]
        taken = []
        for name, step in steps:
            taken.append((name, step()))
            time.sleep(pause)
        return taken

    def open(self, page: str, query: str = "") -> float:
        """Open a page as a link does; widgets of the page before are gone."""
        self._page, self._query, self._widgets = self._pages.get(page, ""), query, {}
        return self._run(page)

    def pick(self, component: str, id: str) -> float:
        """Click on a node of a graph."""
        (view,) = (
            each.bidi_component.id
            for each in self._elements
            if each.WhichOneof("type") == "bidi_component"
            and each.bidi_component.component_name == component
        )
        clicked = json.dumps([{"event": "clicked", "value": {"id": id}}])
        trigger = f"$$STREAMLIT_INTERNAL_KEY_{view}__events"
        return self._run(pressed=WidgetState(id=trigger, json_trigger_value=clicked))

    def choose(self, label: str, number: int, button: str) -> float:
        """Choose an option of a select box of a form, and send the form."""
        (box,) = (each.selectbox for each in self._elements if each.selectbox.label == label)
        (send,) = (each.button for each in self._elements if each.button.label == button)
        chosen = box.options[number % len(box.options)]
        self._widgets[box.id] = WidgetState(id=box.id, string_value=chosen)
        return self._run(pressed=WidgetState(id=send.id, trigger_value=True))

    def save(self, number: int) -> int:
        """Save one of the files that the page makes when asked; its bytes, 0 if there is none."""
        offered = [
            each.download_button.deferred_file_id
            for each in self._elements
            if each.WhichOneof("type") == "download_button"
            and each.download_button.deferred_file_id
        ]
        if not offered:
            return 0
        message = BackMsg()
        asked = message.backend_operation_request
        asked.request_id, asked.session_id = str(number), self._session
        asked.deferred_file.file_id = offered[number % len(offered)]
        self._socket.send(message.SerializeToString())
        self._file = ""
        while not self._file:
            self._take()
        file = self._address + self._file
        with urllib.request.urlopen(file, timeout=WAIT_SECONDS) as answer:  # noqa: S310 - our own
            return len(answer.read())

    def _run(self, page: str = "", pressed: WidgetState | None = None) -> float:
        """Have the page run and take in all it sends; the seconds that takes."""
        message = BackMsg()
        state = message.rerun_script
        state.page_script_hash, state.query_string = self._page, self._query
        state.page_name = "" if self._page else page
        state.cached_message_hashes.extend(self._kept)
        state.widget_states.widgets.extend(self._widgets.values())
        if pressed:
            state.widget_states.widgets.append(pressed)
        started = time.perf_counter()
        self._socket.send(message.SerializeToString())
        self._elements = []
        while self._take() is None:
            pass
        return time.perf_counter() - started

    def _take(self) -> int | None:
        """Take one message in; how the run ended, where it tells that."""
        payload = self._socket.recv(WAIT_SECONDS)
        self.received += len(payload)
        message = ForwardMsg.FromString(payload)
        message = self._kept.get(message.ref_hash, message)
        if message.metadata.cacheable:
            self._kept[message.hash] = message
        match message.WhichOneof("type"):
            case "new_session":
                self._session = message.new_session.initialize.session_id
            case "navigation":
                self._pages = {
                    page.url_pathname: page.page_script_hash
                    for page in message.navigation.app_pages
                }
                self._page = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "exception":
                    raise RuntimeError(element.exception.message)
                self._elements.append(element)
            case "backend_operation_response":
                told = message.backend_operation_response
                if told.error_msg:
                    raise RuntimeError(told.error_msg)
                self._file = told.deferred_file.url
            case "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return message.script_finished
        return None
