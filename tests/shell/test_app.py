"""The story of ``app`` in a process of its own: quick first window, orderly end on a signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.shell.desk_kit import SampleCentre
from workbench import settings
from workbench.app import keep_look, look_of_last_time
from workbench.shell.desk_parts import Look

STYLE = """
import os
from workbench.shell.application import make_application
app = make_application()
print(app.style().objectName(), flush=True)
os._exit(0)
"""

RUN = """
import sys
from pathlib import Path
from PyQt6.QtCore import QTimer
from workbench.app import run_desk
import workbench.shell.desk_room as room_module

class Told(room_module.DeskRoom):
    def start(self):
        super().start()
        heavy = sorted({name.partition(".")[0] for name in sys.modules}
                       & {"sqlalchemy", "pymupdf", "pyhanko", "keyring", "pikepdf", "PIL"})
        print("loaded", heavy, flush=True)
        if len(sys.argv) > 3:
            self.sign_in.login.setText("zhang.wei")
            self.sign_in.password.setText(sys.argv[3])
            self.sign_in.button.click()
            self.window_changed.connect(lambda: QTimer.singleShot(700, self._say))

    def _say(self):
        for screen in ("case", "inbox"):
            self.window.open_screen(screen)
        loaded = sorted({"pyhanko", "pikepdf", "pymupdf"} & set(sys.modules))
        print("open", self.window is not None, bool(self._renderers), loaded, flush=True)

room_module.DeskRoom = Told
code = run_desk(Path(sys.argv[1]), sys.argv[2])
print("ended", code, flush=True)
"""


def started(sample: SampleCentre, *more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(sample.folder), sample.url, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
    )


def ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    out, _err = child.communicate(timeout=30)
    return child.returncode, out


def test_the_first_window_stands_before_any_slow_library_is_loaded(sample: SampleCentre) -> None:
    with started(sample) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "loaded []\n"
        child.send_signal(signal.SIGTERM)
        assert ended(child) == (0, "ended 0\n")


def test_a_termination_signal_ends_a_signed_in_desk_in_order(sample: SampleCentre) -> None:
    with started(sample, sample.passwords["zhang.wei"]) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "loaded []\n"
        # What opens and signs files has its own processes, whatever is looked at here.
        assert child.stdout.readline() == "open True True []\n"
        child.send_signal(signal.SIGTERM)
        assert ended(child) == (0, "ended 0\n")
    assert not (sample.folder / "centre.db-wal").exists() or (
        (sample.folder / "centre.db-wal").stat().st_size == 0
    )


def test_the_look_is_kept_and_a_broken_file_is_the_default(tmp_path: Path) -> None:
    keep_look(tmp_path, Look("en", True, 1.5))
    assert look_of_last_time(tmp_path) == Look("en", True, 1.5)
    (tmp_path / "desk-look.json").write_text("{", encoding="utf-8")
    assert look_of_last_time(tmp_path) == Look("en")
    settings.save_look(tmp_path, {"dark": 1, "scale": 99})
    assert look_of_last_time(tmp_path) == Look("en")


def test_the_desk_looks_the_same_whatever_style_the_desktop_asks_for() -> None:
    """Colours and sheet are made for one style."""
    told = {**os.environ, "QT_STYLE_OVERRIDE": "Windows"}
    said = subprocess.run(
        [sys.executable, "-c", STYLE], env=told, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "fusion"
