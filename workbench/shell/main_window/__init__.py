"""The main window: rail, header, banners, status line, idle lock; holds the screens."""
