#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The least that does the work with care: render all in bash, let rsync copy what differs, ask systemd
# once, act only where something is missing. The number of processes does not grow with the apps.
set -euo pipefail

repo=$(cd "${0%/*}/.." && pwd)
stage=/var/lib/peers/stage
system=/etc/systemd/system
names=() units=() logs=() bad_logs=() disabled=() restart=()
venvs=0

# The files of /etc as they should be, and the lists of what there should be besides.
render() {
  local name server_name max_body workers text site env
  rm -rf "$stage"
  mkdir -p "$stage"/nginx/sites-{available,enabled} "$stage"/{gunicorn,logrotate.d,systemd/system}
  cp "$repo"/files/gunicorn* "$stage/systemd/system/"
  cp "$repo/files/logrotate" "$stage/logrotate.d/gunicorn"
  site=$(<"$repo/floor/site.tpl") env=$(<"$repo/floor/env.tpl")
  while IFS=$'\t' read -r name server_name max_body workers; do
    text=${site//@NAME@/$name} text=${text//@SERVER_NAME@/$server_name}
    printf '%s\n' "${text//@MAX_BODY@/$max_body}" >"$stage/nginx/sites-available/$name"
    text=${env//@NAME@/$name}
    printf '%s\n' "${text//@WORKERS@/$workers}" >"$stage/gunicorn/$name.env"
    names+=("$name") units+=("gunicorn@$name.service") logs+=("/var/log/gunicorn/$name")
  done <"$repo/apps.tsv"
  ln -s "${names[@]/#//etc/nginx/sites-available/}" "$stage/nginx/sites-enabled/"
  chmod -R u=rwX,go=rX "$stage"
  find "$stage/gunicorn" -name '*.env' -exec chmod 640 {} +
}

# Folders of logs: one stat for all, and only what is wrong is made. Virtualenvs: what is missing.
folders() {
  local wrong name
  install -d -m 755 /etc/gunicorn /opt/py_envs /var/log/gunicorn
  wrong=$(comm -23 <(printf '%s\n' "${logs[@]}" | sort) \
    <(stat -c '%U:%G:%a:%F:%n' "${logs[@]}" 2>/dev/null \
      | sed -n 's/^www-data:www-data:750:directory://p' | sort))
  [ -z "$wrong" ] || mapfile -t bad_logs <<<"$wrong"
  [ ${#bad_logs[@]} -eq 0 ] || install -d -o www-data -g www-data -m 750 "${bad_logs[@]}"
  for name in "${names[@]}"; do
    if ! [ -x "/opt/py_envs/$name/bin/gunicorn" ]; then
      ln -sfn /opt/finished "/opt/py_envs/$name"
      venvs=$((venvs + 1))
    fi
  done
}

enable() {
  local unit
  [ -L "$system/multi-user.target.wants/gunicorn.target" ] || disabled+=(gunicorn.target)
  for unit in "${units[@]}"; do
    [ -L "$system/gunicorn.target.wants/$unit" ] || disabled+=("$unit")
  done
  [ ${#disabled[@]} -eq 0 ] || systemctl --quiet enable "${disabled[@]}"
}

# Starts what is down, and otherwise restarts what has new settings.
start() {
  local down path
  for path in $changed; do
    case $path in gunicorn/*.env)
      path=${path#gunicorn/}
      restart+=("gunicorn@${path%.env}.service")
      ;;
    esac
  done
  down=$(systemctl is-active nginx.service gunicorn.target "${units[@]}" | grep -vc '^active$' || true)
  if [ "$down" -ne 0 ]; then
    systemctl start nginx.service gunicorn.target "${units[@]}"
  elif [ ${#restart[@]} -ne 0 ]; then
    systemctl restart "${restart[@]}"
  fi
}

render
folders
# a folder with another time stamp is no change
changed=$(rsync -rlpogc --omit-dir-times --out-format=%n "$stage/" /etc/ | grep -v '/$' || true)
case $changed in *systemd/*) systemctl daemon-reload ;; esac
enable
start
case $changed in *nginx/*) nginx -t -q && systemctl reload nginx.service ;; esac
count=$(wc -w <<<"$changed")
echo "changed=$((count + ${#bad_logs[@]} + venvs + ${#disabled[@]}))"
