"""Alerts: how the desk calls somebody who is not looking at it.

:mod:`.telling` says what there is to say, :mod:`.wording` says it without names and numbers,
:mod:`.bubble` has the desktop show it, :mod:`.marks` keeps the number on the tray and the taskbar,
:mod:`.bell` stands in the status line, and :mod:`.alerts` puts them together for one main window.
"""
