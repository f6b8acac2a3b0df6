#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# PID 1's first step: systemd needs its own cgroup tree writable, and docker mounts it read-only.
# The tree is the container's alone (--cgroupns=private). With cgroup v1 systemd mounts its own.
if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] && ! [ -w /sys/fs/cgroup/cgroup.procs ]; then
  mount -o remount,bind,rw /sys/fs/cgroup || mount -o remount,rw /sys/fs/cgroup
fi
exec /sbin/init
