# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2317 # traps call functions
# session.sh UNIT FOLDER SYSTEMD-RUN WORD...: runs a command in the unit UNIT, whose drop-ins are in
# FOLDER, passes signals on to it, and exits as it does. reconcile becomes this script.
unit=$1
folder=$2
shift 3

main=
caught=
pass() {
  caught=yes
  # the unit may not have started yet
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    systemctl kill --signal="$1" "$unit" 2>/dev/null && return
    [ -n "$main" ] && ! kill -0 "$main" 2>/dev/null && return
    sleep 0.1
  done
}
for name in HUP INT QUIT TERM USR1 USR2; do
  # shellcheck disable=SC2064 # the name is meant as it is now
  trap "pass $name" "$name"
done

if [ -t 0 ] && [ -t 1 ]; then
  exec 3<&0 5>&1 6>&2
  set -- --pty "$@"
else
  # the command never gets a terminal of the caller, to which it could write input
  if [ -t 0 ]; then
    exec 3</dev/null
  else
    exec 3<&0
  fi
  copies=
  for number in 1 2; do
    if [ -t $number ]; then
      mkfifo -m 600 "$folder/$number"
      cat <"$folder/$number" >&$number &
      copies="$copies $!"
    fi
  done
  if [ -t 1 ]; then exec 5>"$folder/1"; else exec 5>&1; fi
  if [ -t 2 ]; then exec 6>"$folder/2"; else exec 6>&2; fi
  set -- --pipe "$@"
fi
systemd-run "$@" <&3 >&5 2>&6 3<&- 5>&- 6>&- &
main=$!
exec 3<&- 5>&- 6>&-

code=0
while :; do
  caught=
  wait "$main"
  found=$?
  # after a signal, the code is that of the wait; an ended job is known once
  [ $found -eq 127 ] || code=$found
  [ -n "$caught" ] || break
done
# shellcheck disable=SC2086 # several words
[ -z "${copies:-}" ] || wait $copies

# systemd-run knows no signals
state=$(systemctl show --property=ExecMainCode,ExecMainStatus "$unit" 2>/dev/null)
status=${state##*ExecMainStatus=}
status=${status%%
*}
case $state in
  *ExecMainCode=1*) [ "$status" = 0 ] || code=$status ;;
  *ExecMainCode=2* | *ExecMainCode=3*) code=$((128 + status)) ;;
esac
systemctl stop "$unit" 2>/dev/null
systemctl reset-failed "$unit" 2>/dev/null
rm -rf "$folder"
exit "$code"
