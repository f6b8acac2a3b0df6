#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates docs/images/terminal.svg from a real run: applies the sample to a directory tree, changes
# one value, and records the output of plan, apply and a second apply.
#
# Usage: docs/images/record.sh        needs the requirements of ./reconcile, git, python3, script(1)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
readonly here root work
trap 'rm -rf "$work"' EXIT

export HOME=$work GIT_CONFIG_NOSYSTEM=1 TERM=xterm-256color
cp -r "$root/desired-state" "$work/server"
cd "$work/server"
git init -q -b main
git config user.name me
git config user.email me@example.com
git add .
git commit -qm 'The server'
mkdir "$work/bin"
ln -s "$root/reconcile" "$work/bin/reconcile"
PATH=$work/bin:$PATH
reconcile -q --repo . --root "$work/demo" >"$work/first.log" 2>&1 || {
  cat "$work/first.log"
  exit 1
}

commands=(
  "sed -i 's/100M/200M/' apps/flask_labstoo.yaml && git commit -qam 'Allow larger uploads'"
  "reconcile plan --repo . --root ../demo"
  "reconcile --repo . --root ../demo"
  "reconcile --repo . --root ../demo"
)
for number in "${!commands[@]}"; do
  printf '%s' "${commands[number]}" >"$work/$number.typed"
  script -qec "stty cols 100 rows 30; ${commands[number]}" "$work/script.log" </dev/null \
    | tr -d '\r' | sed "s|$work|/root|g" >"$work/$number.output"
done
python3 - "$work" <<'PYTHON' >"$work/session.json"
import json, pathlib, re, sys
folder = pathlib.Path(sys.argv[1])
session = []
for number in range(len(list(folder.glob("*.typed")))):
    output = (folder / f"{number}.output").read_text(encoding="utf-8")
    # removes cursor movements of the progress display; keeps colours
    output = re.sub(r"\x1b\[[0-9;?]*[A-HJKSTfhl]", "", output)
    # removes lines that a terminal shows only during a fetch
    output = re.sub(r"(?m)^ .*fetching …\n", "", output)
    session.append({"typed": (folder / f"{number}.typed").read_text(encoding="utf-8"), "output": output})
json.dump(session, sys.stdout)
PYTHON
python3 "$here/terminal.py" "$work/session.json" "$here/terminal.svg"
if [ -n "${KEEP:-}" ]; then cp "$work/session.json" "$KEEP"; fi
