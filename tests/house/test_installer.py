"""The set-up scripts on machines made up by a few false commands: what they ask for, what they do.

The real ``run.sh`` and ``test.sh`` run; ``id``, ``sudo``, ``dpkg-query``, ``fc-list`` and
``apt-get`` are replaced, so nothing is installed here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from workbench.store.server import server_check

QT = (
    "libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"
)
LINE = "apt-get install --no-install-recommends -y"


class Machine:
    """A checkout in a folder with a space and Chinese in its name, and the commands it sees."""

    def __init__(self, place: Path) -> None:
        self.checkout = place / "青云 checkout"
        self.commands = place / "bin"
        self.apt_log = place / "apt.log"
        self.commands.mkdir()
        shutil.copytree(ROOT / "installer", self.checkout / "installer")
        self.installed()
        self.command("id", "echo 1000")
        self.command("sudo", "exit 1")
        self.command("fc-list", "exit 0")
        self.command("apt-get", f'echo "$*" >>"{self.apt_log}"; exit 100')

    def command(self, name: str, body: str) -> None:
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def installed(self, *packages: str) -> None:
        """From now on ``dpkg-query`` knows these packages and no other."""
        cases = "".join(f"*' {name}') echo installed ;;\n" for name in packages)
        self.command("dpkg-query", f'case " $*" in\n{cases}*) exit 1 ;;\nesac')

    def postgresql(self, version: str) -> None:
        """This PostgreSQL is installed, and nothing else."""
        name = f"postgresql-{version.partition('.')[0]}"
        self.command("dpkg-query", f"""case "$*" in
*Status*' {name}') echo installed ;;
*Version*' {name}') echo '{version}' ;;
*) exit 1 ;;
esac""")
        self.command("pg_lsclusters", "exit 0")

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if "DISPLAY" not in k}
        path = f"{self.commands}{os.pathsep}{inherited['PATH']}"
        return subprocess.run(
            ["sh", str(self.checkout / "installer" / script)],
            cwd="/",
            env={**inherited, "PATH": path, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_root_the_exact_line_is_printed_and_nothing_changes(machine: Machine) -> None:
    before = sorted(machine.checkout.rglob("*"))
    result = machine.run("run.sh")
    assert result.returncode == 3
    assert result.stdout.strip() == f"{LINE} {QT} fonts-wqy-microhei xvfb"
    assert "Nothing has been changed" in result.stderr
    assert sorted(machine.checkout.rglob("*")) == before
    assert not machine.apt_log.exists()


def test_with_a_screen_no_virtual_one_is_asked_for(machine: Machine) -> None:
    result = machine.run("run.sh", DISPLAY=":0")
    assert result.stdout.strip() == f"{LINE} {QT} fonts-wqy-microhei"
    wayland = machine.run("run.sh", WAYLAND_DISPLAY="wayland-0")
    assert "libwayland-cursor0 libwayland-egl1" in wayland.stdout


def test_only_what_is_missing_is_asked_for(machine: Machine) -> None:
    machine.installed(*QT.split())
    assert machine.run("run.sh").stdout.strip() == f"{LINE} fonts-wqy-microhei xvfb"
    machine.command("fc-list", "echo 'WenQuanYi Micro Hei'")
    assert machine.run("run.sh").stdout.strip() == f"{LINE} xvfb"


def test_the_new_names_for_64_bit_time_count(machine: Machine) -> None:
    machine.installed("libglib2.0-0t64", *QT.split()[1:], "fonts-noto-cjk")
    assert machine.run("run.sh").stdout.strip() == f"{LINE} xvfb"


def test_root_installs_by_itself_and_says_so_when_apt_fails(machine: Machine) -> None:
    machine.command("id", "echo 0")
    machine.installed(*QT.split(), "xvfb")
    result = machine.run("run.sh")
    assert result.returncode == 4
    assert f"{LINE} fonts-wqy-microhei" in result.stderr
    calls = machine.apt_log.read_text(encoding="utf-8").splitlines()
    assert [call.split()[-1] for call in calls] == ["update", "fonts-wqy-microhei"]
    assert not (machine.checkout / ".venv").exists()


def test_the_test_run_asks_for_the_tools_it_compares_with(machine: Machine) -> None:
    machine.installed(*QT.split())
    result = machine.run("test.sh")
    assert result.returncode == 3
    wanted = set(result.stdout.split())
    assert {"poppler-utils", "libnss3-tools", "mupdf-tools", "qpdf", "xdotool", "xvfb"} <= wanted
    assert {"softhsm2", "zbar-tools", "chromium", "chromium-driver"} <= wanted
    assert "postgresql" in wanted


def test_a_postgresql_that_is_new_enough_is_left_and_an_old_one_brought_forward(
    machine: Machine,
) -> None:
    """CVE-2026-14666; the numbers are those that ``centre check`` asks for."""
    for major, minor in server_check.FIRST_SAFE_MINOR.items():
        for older in (0, 1):
            machine.postgresql(f"{major}.{minor - older}-0+deb1")
            wanted = machine.run("test.sh").stdout.split()
            assert (f"postgresql-{major}" in wanted, "postgresql" in wanted) == (
                bool(older), False)  # fmt: skip


def test_a_server_that_people_work_with_is_not_restarted(machine: Machine) -> None:
    machine.postgresql("15.3-0+deb12u1")
    machine.command("pg_lsclusters", "echo '15 main 5432 online postgres /var/lib/x /var/log/x'")
    result = machine.run("test.sh")
    assert result.returncode == 3
    assert result.stdout.strip() == "apt-get install --only-upgrade postgresql-15"
    assert "CVE-2026-14666" in result.stderr
    assert not machine.apt_log.exists()
    machine.command("pg_lsclusters", "echo '15 main 5432 down postgres /var/lib/x /var/log/x'")
    assert "postgresql-15" in machine.run("test.sh").stdout.split()
