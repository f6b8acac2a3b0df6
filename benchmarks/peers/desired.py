# SPDX-License-Identifier: Apache-2.0
"""The repository that all tools read: what should be on the host, for each in its own form."""

import json
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
TEMPLATES = HERE.parent.parent / "src/main/resources/templates"
WORK = Path("/var/lib/peers")  # clones and stages of the tools
SEED = Path("/srv/seed")  # where commits are made
BARE = Path("/srv/git/server.git")
SHARED = ["gunicorn.target", "gunicorn@.service", "gunicorn@.socket", "logrotate"]
FIRST_SIZE, OTHER_SIZE = "1m", "2m"
WORKERS = 2
# what is said of an app, by name
App = dict[str, str | int]


def names(apps: int) -> list[str]:
    return [f"app{number:04d}" for number in range(1, apps + 1)]


def create(apps: int) -> None:
    """A new repository with a number of apps; nothing of an earlier one stays."""
    for folder in (BARE, SEED, WORK):
        shutil.rmtree(folder, ignore_errors=True)
    git("init", "--quiet", "--bare", "--initial-branch=main", str(BARE))
    shutil.copytree(HERE / "policy", SEED)
    # the very files of reconcile: what all should make is the same
    for folder in (SEED / "files", SEED / "puppet/modules/gunicorn/files"):
        folder.mkdir(parents=True)
        for name in SHARED:
            shutil.copy(TEMPLATES / name, folder)
    git("init", "--quiet", "--initial-branch=main", str(SEED))
    commit(apps, FIRST_SIZE)


def commit(apps: int, size: str) -> None:
    """Commits and pushes the desired state in which one app, the third if there is one, has that size."""
    changed = names(apps)[min(3, apps) - 1]
    values: dict[str, App] = {
        name: {
            "name": name,
            "server_name": f"{name}.example",
            "max_body": size if name == changed else FIRST_SIZE,
            "workers": WORKERS,
        }
        for name in names(apps)
    }
    for_reconcile(values)
    for_others(values)
    in_seed = ("-C", str(SEED), "-c", "user.name=bench", "-c", "user.email=bench@example")
    git(*in_seed, "add", "--all")
    git(*in_seed, "commit", "--quiet", "--allow-empty", "--message", size)
    git(*in_seed, "push", "--quiet", str(BARE), "HEAD:main")
    subprocess.run(["chown", "-R", "git:git", str(BARE)], check=True)


def for_reconcile(values: dict[str, App]) -> None:
    folder = SEED / "desired-state"
    (folder / "apps").mkdir(parents=True, exist_ok=True)
    (folder / "reconcile.yaml").write_text(
        "version: 1\n"
        "defaults:\n"
        "  venv: {python: /usr/local/bin/python-copy}\n"
        f"  gunicorn: {{workers: {WORKERS}}}\n"
    )
    for name, app in values.items():
        (folder / f"apps/{name}.yaml").write_text(
            f"source: {{path: /usr/share/nginx/{name}}}\n"
            f"site: {{server_name: {app['server_name']}, client_max_body_size: {app['max_body']}}}\n"
        )


def for_others(values: dict[str, App]) -> None:
    """All that a tool needs in one file: the form that is quickest to read for it."""
    apps = list(values.values())
    (SEED / "apps.json").write_text(json.dumps({"apps": values}, indent=1))
    (SEED / "apps.yml").write_text(
        "apps:\n" + "".join(f"  - {json.dumps(app)}\n" for app in apps)  # JSON is YAML too
    )
    (SEED / "apps.tsv").write_text(
        "".join("\t".join(str(value) for value in app.values()) + "\n" for app in apps)
    )
    data = SEED / "puppet/data"
    data.mkdir(exist_ok=True)
    (data / "common.yaml").write_text(
        "apps:\n"
        + "".join(
            f"  {app['name']}: {{server_name: {app['server_name']}, max_body: {app['max_body']},"
            f" workers: {app['workers']}}}\n"
            for app in apps
        )
    )


def git(*words: str) -> None:
    subprocess.run(["git", *words], check=True)
