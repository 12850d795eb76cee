"""A double of the desktop: it answers ``org.freedesktop.Notifications`` and tells what it is told.

Run by the tests under the system's Python (package python3-gi) on a bus of their own. Each call is
a line of JSON on its standard output; a line ``["click", number]`` on its standard input is a click
on that notification.
"""

import json
import sys

from gi.repository import Gio, GLib

PLACE = "/org/freedesktop/Notifications"
SERVICE = "org.freedesktop.Notifications"


def verb(name, takes, gives):
    """One method of the interface, as the bus describes it."""
    told = [(kind, "in") for kind in takes] + [(kind, "out") for kind in gives]
    words = "".join(f'<arg type="{kind}" direction="{way}"/>' for kind, way in told)
    return f'<method name="{name}">{words}</method>'


INTERFACE = "".join(
    [
        f'<node><interface name="{SERVICE}">',
        verb("Notify", ("s", "u", "s", "s", "s", "as", "a{sv}", "i"), ("u",)),
        verb("CloseNotification", ("u",), ()),
        verb("GetCapabilities", (), ("as",)),
        '<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>',
        "</interface></node>",
    ]
)
last = [0]


def say(*what):
    """Tell the test."""
    print(json.dumps(what), flush=True)


def called(_bus, _sender, _path, _interface, name, words, call):
    """The program under test called."""
    values = words.unpack()
    if name == "Notify":
        last[0] = values[1] or last[0] + 1
        say(name, last[0], *values)
        call.return_value(GLib.Variant("(u)", (last[0],)))
    elif name == "GetCapabilities":
        call.return_value(GLib.Variant("(as)", (["actions", "body"],)))
    else:
        say(name, *values)
        call.return_value(None)


def told(source, _condition):
    """The test said something."""
    line = source.readline()
    if not line:
        return False
    _what, number = json.loads(line)
    bus.emit_signal(
        None, PLACE, SERVICE, "ActionInvoked", GLib.Variant("(us)", (number, "default"))
    )
    return True


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
known = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
bus.register_object(PLACE, known, called, None, None)
Gio.bus_own_name_on_connection(bus, SERVICE, 0, lambda *_words: say("up"), None)
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, told)
GLib.MainLoop().run()
