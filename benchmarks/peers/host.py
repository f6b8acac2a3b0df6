# SPDX-License-Identifier: Apache-2.0
"""The host: emptied of all that a tool makes, and read as what a tool has made of it."""

import glob
import grp
import hashlib
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from desired import names

UNITS = "/etc/systemd/system"
# What the tools make, and what is theirs to remember. Clones are made again too.
MADE = [
    "/etc/nginx/sites-*/*",
    "/etc/gunicorn",
    "/etc/logrotate.d/gunicorn",
    f"{UNITS}/gunicorn*",
    f"{UNITS}/multi-user.target.wants/gunicorn.target",
    "/opt/py_envs",
    "/var/log/gunicorn",
    "/usr/share/nginx/app*",
    "/var/lib/reconcile",
    "/var/lib/peers/*",
    "/var/cache/puppet/state",
]
# What is compared: these and what lies in them, but not in the folders of logs and virtualenvs.
COMPARED = [
    "/etc/gunicorn",
    "/etc/gunicorn/*",
    "/etc/logrotate.d/gunicorn",
    "/etc/nginx/sites-*",
    "/etc/nginx/sites-*/*",
    "/etc/nginx/conf.d/*",
    f"{UNITS}/gunicorn*",
    f"{UNITS}/gunicorn*/*",
    f"{UNITS}/multi-user.target.wants/*",
    "/opt/py_envs",
    "/opt/py_envs/*",
    "/var/log/gunicorn",
    "/var/log/gunicorn/*",
]
RUNTIME = ["gunicorn.target", "gunicorn@*.service", "gunicorn@*.socket", "nginx.service"]


def reset(apps: int) -> None:
    """An empty host with the apps' code on it, which somebody else has brought there."""
    subprocess.run(
        ["systemctl", "stop", "gunicorn.target", "gunicorn@*.service", "gunicorn@*.socket"],
        stderr=subprocess.DEVNULL,
        check=False,  # there may be none
    )
    for pattern in MADE:
        for path in glob.glob(pattern):
            remove(path)
    for name in names(apps):
        folder = Path("/usr/share/nginx", name)
        folder.mkdir()
        (folder / "main.py").write_text("app = None\n")
        (folder / "requirements.txt").touch()
    for words in (["daemon-reload"], ["reset-failed"], ["restart", "nginx.service"]):
        subprocess.run(["systemctl", *words], check=True)


def remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def state() -> dict[str, str]:
    """What a tool is accountable for: content, owner, mode, link target of paths; states of units."""
    found = {path: described(path) for path in compared()}
    for unit, values in units("ActiveState", "SubState", "UnitFileState").items():
        found[f"unit {unit}"] = " ".join(values)
    return found


def compared() -> list[str]:
    return sorted({path for pattern in COMPARED for path in glob.glob(pattern)})


def described(path: str) -> str:
    status = os.lstat(path)
    if path.startswith("/opt/py_envs/"):
        # reconcile keeps virtualenvs in a store; where another's lies is its own matter
        return "virtualenv, gunicorn " + digest(path + "/bin/gunicorn")
    if stat.S_ISLNK(status.st_mode):
        return "link to " + os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
    owner = f"{pwd.getpwuid(status.st_uid).pw_name}:{grp.getgrgid(status.st_gid).gr_name}"
    mode = f"{stat.S_IMODE(status.st_mode):04o}"
    if stat.S_ISDIR(status.st_mode):
        return f"folder {owner} {mode}"
    return f"file {owner} {mode} {digest(path)}"


def digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]


def units(*properties: str) -> dict[str, list[str]]:
    """Values of each unit that the apps consist of, from one question."""
    text = subprocess.run(
        ["systemctl", "show", "--property=" + ",".join(("Id",) + properties), *RUNTIME],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = {}
    for block in text.strip().split("\n\n"):
        values = dict(line.split("=", 1) for line in block.splitlines())
        found[values["Id"]] = [values.get(name, "") for name in properties]
    return found


def marks() -> dict[str, object]:
    """What is another after anybody touched it: inode and change time of paths, processes of units."""
    found: dict[str, object] = {}
    for path in compared():
        status = os.lstat(path)
        found[path] = (status.st_ino, status.st_ctime_ns)
    processes = units("MainPID", "InvocationID")
    for unit, values in processes.items():
        found[f"unit {unit}"] = values
    found["nginx's workers"] = workers(processes["nginx.service"][0])
    return found


def workers(main: str) -> list[str]:
    """The processes that serve; those that a reload has told to end may take a while."""
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    return [child for child in children if "shutting down" not in title(child)]


def title(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return "shutting down"  # has ended meanwhile


def differences(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """The keys under which two descriptions differ, with both sides."""
    return [
        f"{key}: {one.get(key, 'missing')} and {other.get(key, 'missing')}"
        for key in sorted(one.keys() | other.keys())
        if one.get(key) != other.get(key)
    ]


def tamper(apps: int) -> None:
    """Drift: a line too much in one site, and another one's link gone."""
    everyone = names(apps)
    with open(f"/etc/nginx/sites-available/{everyone[min(5, apps) - 1]}", "a") as site:
        site.write("# edited by hand\n")
    os.unlink(f"/etc/nginx/sites-enabled/{everyone[min(7, apps) - 1]}")


def silent(apps: int) -> list[str]:
    """The apps that do not answer through nginx."""
    return [name for name in names(apps) if not answers(name)]


def answers(name: str) -> bool:
    request = f"GET / HTTP/1.0\r\nHost: {name}.example\r\n\r\n".encode()
    try:
        with socket.create_connection(("127.0.0.1", 80), 5) as connection:
            connection.sendall(request)
            return b"200 OK" in connection.recv(4096).splitlines()[0]
    except (OSError, IndexError):
        return False


class Journal:
    """What systemd itself wrote since this was made."""

    def __init__(self) -> None:
        self.cursor = self.read("--lines=0", "--show-cursor").rpartition("-- cursor: ")[2].strip()

    def reloads(self) -> tuple[int, int]:
        """How often systemd read its units anew, and how often nginx was reloaded."""
        text = self.read(f"--after-cursor={self.cursor}", "_PID=1")
        return (
            len(re.findall(r"^Reloading\.", text, re.MULTILINE)),
            len(re.findall(r"^Reloaded nginx", text, re.MULTILINE)),
        )

    @staticmethod
    def read(*words: str) -> str:
        subprocess.run(["journalctl", "--sync"], check=True)
        return subprocess.run(
            ["journalctl", "--quiet", "--no-pager", "--output=cat", *words],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
