#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# case.sh base: what every case begins with.
# case.sh NAME: sets the server NAME up on a host as it was at first, adopts it as its owner would, and
# prints each fact of its EXPECT that does not hold, and each promise that was not kept. See README.md.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
base=/srv/base
folders=(/etc/systemd/system /etc/nginx /etc/cron.d /etc/letsencrypt /home /opt /srv /root /usr/local/bin /usr/local/lib
  /usr/share/nginx /var/www /var/cache/nginx /var/log/nginx)
kept=(/srv/base /srv/adopt /srv/wheels /srv/tmpl /srv/out /opt/java /opt/reconcile)
made=(/etc/gunicorn /etc/reconcile /etc/logrotate.d/gunicorn /etc/evalpoint.env /etc/board /etc/gunicorn.d /var/lib/reconcile
  /var/log/gunicorn)
. "$here/host.sh"

entries() { # what is in a folder, without what is kept
  local e
  for e in "$1"/* "$1"/.[!.]*; do
    case " ${kept[*]} " in *" $e "*) continue ;; esac
    if [ -e "$e" ] || [ -L "$e" ]; then printf '%s\0' "$e"; fi
  done
}
snapshot() {
  local f
  mkdir -p "$base"
  for f in "${folders[@]}"; do
    mkdir -p "$f"
    entries "$f" | tar --null -P -T - -cf "$base/${f//\//_}.tar"
  done
  ls /etc/systemd/system >"$base/units"
}
reset() {
  local f u
  cd /
  systemctl stop gunicorn.target 'gunicorn@*' 'gunicorn*.socket' 2>/dev/null
  for f in /etc/systemd/system/*; do
    u=${f##*/}
    grep -qxF "$u" "$base/units" && continue
    case $u in
      *@.service) systemctl stop "${u%.service}*" ;;
      *.service | *.socket | *.timer) systemctl disable -q --now "$u" ;;
    esac
  done 2>/dev/null
  pkill gunicorn; pkill -f bin/gunicorn
  for f in "${folders[@]}"; do
    entries "$f" | xargs -0 -r rm -rf --one-file-system
    tar -P -xf "$base/${f//\//_}.tar"
  done
  rm -rf "${made[@]}" /run/*gunicorn* /tmp/*.sock
  systemctl daemon-reload; systemctl reset-failed
}
# The site of reconcile speaks HTTP/1.1 to the app, for websockets; nginx's usual is 1.0.
ask() { # the probes, each into a file
  [ -f "$case/probes" ] || return 0
  mkdir -p "$1"
  while read -r probe args; do
    case $probe in ''|'#'*) continue ;; esac
    bash -c "curl -sk -i --max-time 10 $args" 2>&1 | tr -d '\r' \
      | grep -viE '^(date|content-length|etag|last-modified|connection|server|expires): |^proto=' >"$1/$probe"
  done <"$case/probes"
}
answered() { # waits for what is to answer
  for _ in $(seq 100); do
    rm -rf "$out/before"; ask "$out/before"
    [ -n "$(find "$out/before" -empty 2>/dev/null)" ] || grep -qE '^HTTP/[0-9.]+ 50[234]' "$out"/before/* 2>/dev/null || return 0
    sleep 0.2
  done
}
fact() {
  local kind=$1 a=${2:-} b=${3:-}
  case $kind in
    adopt|apply) [ "$(cat "$out/$kind.rc" 2>/dev/null || echo -)" = "$a" ] ;;
    says) grep -Eq -- "$a${b:+ $b}" "$out/adopt" ;;
    silent) ! grep -Eq -- "$a${b:+ $b}" "$out/adopt" ;;
    has) [ -f "$tree/$a" ] && grep -Eq -- "$b" "$tree/$a" ;;
    hasnt) [ -f "$tree/$a" ] && ! grep -Eq -- "$b" "$tree/$a" ;;
    file) [ -e "$tree/$a" ] ;;
    nofile) [ ! -e "$tree/$a" ] ;;
    same) [ -s "$out/before/$a" ] && cmp -s "$out/before/$a" "$out/after/$a" ;;
    kept) [ -s "$out/before/$a" ] && [ -f "$out/after/$a" ] && ! grep -vxFf "$out/after/$a" "$out/before/$a" | grep -q . ;;
    restarts) grep -qxF "up $a" "$out/restart" ;;
    live) grep -Eq -- "$a${b:+ $b}" "$out/live" ;;
    *) echo "unknown fact $kind"; return 1 ;;
  esac
}
holds() { # "FACT" or "FACT || FACT"
  local rest=$1 one kind a b
  while :; do
    one=${rest%% || *}
    read -r kind a b <<<"$one"
    fact "$kind" "$a" "$b" && return 0
    [ "$one" = "$rest" ] && return 1
    rest=${rest#* || }
  done
}
step() { # NAME SCRIPT: its output and exit code
  bash -c "$2" >"$out/$1" 2>&1 </dev/null; echo $? >"$out/$1.rc"
  [ "$(cat "$out/$1.rc")" = 0 ]
}
broken() { bad=$((bad + 1)); echo "not: $1"; }

if [ "$1" = base ]; then
  mount -o remount,rw /proc/sys && echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6 # real servers have it
  make_base && snapshot
  exit
fi
case=$here/$1 out=/srv/out/$1 tree=/root/server bad=0
rm -rf "$out"; mkdir -p "$out"
reset
[ ! -d "$case/root" ] || tar -C "$case/root" --owner=0 --group=0 --mode=u+w,a+rX -cf - . | tar -C / --no-overwrite-dir -xf -
step setup ". $here/host.sh; set -e; . $case/setup; nginx -t; systemctl restart nginx" || { cat "$out/setup"; exit 1; }
answered
if step adopt 'reconcile adopt /root/server'; then
  sed -n '/^Next:/,$s/^  //p' "$out/adopt" | grep -v 'reconcile plan' >"$out/next"
  # what the report says to type: up to the commit, the apply, the rest
  step commit "cd /root; sed '/reconcile --repo/,\$d' $out/next | bash -ex" || broken "commit"
  if step apply "cd $tree && reconcile --repo . --take-over"; then
    step rest "cd $tree; sed '1,/reconcile --repo/d' $out/next | bash -x"
    step again "cd $tree && reconcile plan --repo . --detailed-exitcode" || broken "there is nothing to do afterwards"
  fi
fi
# what else is there goes on, also after the next boot
for unit in /etc/systemd/system/*.service; do
  unit=${unit##*/}
  case $unit in *@.service) continue ;; esac
  systemctl is-active -q "$unit" || continue
  systemctl restart "$unit"
  sleep 0.5
  systemctl is-active -q "$unit" && echo "up $unit" || echo "down $unit"
done >"$out/restart" 2>&1
for _ in $(seq 20); do
  rm -rf "$out/after"; ask "$out/after"
  [ -n "$(find "$out/after" -empty 2>/dev/null)" ] || grep -qE '^HTTP/[0-9.]+ 50[234]' "$out"/after/* 2>/dev/null || break
  sleep 0.5
done
{
  systemctl list-units --no-legend --plain --all '*.service' '*.socket'
  ps -eo user,group,args | awk '/[p]ython|[c]elery/'
  ss -lnxt | grep LISTEN
} >"$out/live" 2>&1
while IFS= read -r line; do
  case $line in ''|'#'*) continue ;; esac
  holds "$line" || broken "$line"
done <"$case/EXPECT"
grep -q '^down' "$out/restart" && broken "what runs can be restarted: $(grep '^down' "$out/restart")"
grep -qE '\bch(own|mod|grp)\b' "$out/adopt" && broken "no command gives a file away"
grep -rqE 'sk_live|t0ken|p(%40|@)ss@|django-insecure' "$tree" --exclude-dir=.git 2>/dev/null && broken "no secret is in the tree"
if [ "$bad" != 0 ]; then tail -n 25 "$out/adopt" "$out"/apply "$out"/rest "$out"/restart 2>/dev/null; fi
[ "$bad" = 0 ]
