"""What a screen reader finds on the screen, asked through AT-SPI; a line of JSON a question.

Run by the tests under the system's Python (packages python3-gi, gir1.2-atspi-2.0) on a bus of
their own. Tables are never walked: one says it has as many children as the centre has cases.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

PROGRAM = "oneseal-workbench"
MOST_CHILDREN = 200
MOST_NODES = 3000
TABLES = ("table", "tree table", "tree")
STATE = Atspi.StateType


def programs():
    """What is on the screen and tells about itself."""
    desktop = Atspi.get_desktop(0)
    return [desktop.get_child_at_index(n) for n in range(desktop.get_child_count())]


def walk(node, found, way=()):
    """The node and everything in it that shows, with the names of what it stands in."""
    if node is None or len(found) > MOST_NODES:
        return
    try:
        role, states = node.get_role_name(), node.get_state_set()
        if way and not states.contains(STATE.SHOWING):
            return
        found.append((node, role, node.get_name() or "", states, way))
        if role in TABLES:
            return
        count = min(node.get_child_count(), MOST_CHILDREN)
        for place in range(count):
            walk(node.get_child_at_index(place), found, (*way, role))
    except gi.repository.GLib.Error:
        # It has gone while it was looked at.
        return


def nodes():
    """Everything of the desk that shows now."""
    found = []
    for program in programs():
        if program is not None and program.get_name() == PROGRAM:
            walk(program, found)
    return found


def named(name, role=""):
    """The first node of that name, whole or at its beginning."""
    for node, its_role, its_name, states, _way in nodes():
        if its_name.startswith(name) and role in ("", its_role) and its_role != "application":
            return node, states
    return None, None


def answer(asked):
    """One question."""
    do = asked["do"]
    if do == "names":
        return [[role, name] for _node, role, name, _states, _way in nodes()]
    if do == "nameless":
        return [
            [role, *way[-3:]]
            for _node, role, name, states, way in nodes()
            if states.contains(STATE.FOCUSABLE) and states.contains(STATE.ENABLED)
            and not name.strip() and role not in ("frame", "filler", "panel", "application")
        ]
    if do == "focusable":
        return sum(states.contains(STATE.FOCUSABLE) for _n, _r, _m, states, _w in nodes())
    if do == "cells":
        for node, role, _name, _states, _way in nodes():
            if role in TABLES and Atspi.Table.get_n_rows(node) > asked["row"]:
                columns = range(Atspi.Table.get_n_columns(node))
                cells = [Atspi.Table.get_accessible_at(node, asked["row"], n) for n in columns]
                return [cell.get_name() if cell is not None else "" for cell in cells]
        return []
    node, _states = named(asked["name"], asked.get("role", ""))
    if node is None:
        return False
    if do == "type":
        return Atspi.EditableText.set_text_contents(node, asked["text"])
    if do == "focus":
        return Atspi.Component.grab_focus(node)
    if do == "press":
        return Atspi.Action.do_action(node, 0)
    return True


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), ensure_ascii=True), flush=True)
