// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.utility.MountableFile;

/**
 * Starts commands on a host as the worst of callers would: with another umask, no descriptors but
 * hundreds of others, ignored and blocked signals, low limits, a working directory that has gone,
 * and variables that mean something to whatever a run starts.
 *
 * @param host the host
 */
record HostileCaller(TestHost host) {
  /** What can be left out of all this. */
  static final List<String> PARTS =
      List.of("umask", "signals", "limits", "nice", "environment", "java", "fds", "closed", "cwd");

  private static final String PLACE = "/opt/hostile.py";

  private static final String SCRIPT =
      """
      import os, resource, signal, sys, tempfile
      mean, argv = set(sys.argv[1].split(",")), sys.argv[2:]
      env = dict(HOME="/root", PATH="/usr/local/bin:/usr/bin:/bin", LC_ALL="C.UTF-8")
      if "signals" in mean:
          numbers = (1, 2, 3, 10, 13, 14, 15, 17, 20, 28)
          for number in numbers:
              signal.signal(number, signal.SIG_IGN)
          signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
      if "limits" in mean:  # soft ones: the container's root may not lift hard ones
          for what, value in (("FSIZE", 2048), ("NPROC", 50), ("CORE", 0), ("STACK", 300 << 10)):
              number = getattr(resource, "RLIMIT_" + what)
              resource.setrlimit(number, (value, resource.getrlimit(number)[1]))
          resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(7)[1]))
      if "nice" in mean:
          os.nice(3)
      if "environment" in mean:
          env = dict(
              HOME="/nowhere", PATH="/home/mallory/bin::relative", PWD="/wrong", OLDPWD="/wrong",
              SHELL="/bin/false", TERM="xterm-256color", COLUMNS="20", LINES="2", IFS="/",
              TZ="Pacific/Kiritimati", LANG="tr_TR.UTF-8", LC_ALL="ja_JP.eucJP", LANGUAGE="tr",
              TMPDIR="/nowhere", XDG_CONFIG_HOME="/home/mallory", XDG_RUNTIME_DIR="/nowhere",
              SUDO_USER="mallory", SUDO_UID="1", USER="mallory", LOGNAME="mallory",
              GIT_DIR="/nowhere", GIT_WORK_TREE="/nowhere", GIT_OBJECT_DIRECTORY="/nowhere",
              GIT_CONFIG_GLOBAL="/nowhere", GIT_SSH_COMMAND="/bin/false", GIT_SSL_NO_VERIFY="1",
              GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="core.sshCommand", GIT_CONFIG_VALUE_0="false",
              SSH_ASKPASS="/home/mallory/bin/ask", SSH_ASKPASS_REQUIRE="force", DISPLAY=":0",
              SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22",
              PYTHONHOME="/nowhere", PYTHONPATH="/home/mallory", PYTHONSTARTUP="/home/mallory/x",
              PYTHONWARNINGS="error", PYTHONDONTWRITEBYTECODE="1", PYTHONOPTIMIZE="2",
              PIP_INDEX_URL="http://nowhere.invalid/", PIP_TARGET="/nowhere",
              PIP_REQUIRE_VIRTUALENV="1", PIP_CONFIG_FILE="/dev/null", VIRTUAL_ENV="/nowhere",
              SYSTEMD_PAGER="/bin/false", SYSTEMD_COLORS="1", SYSTEMD_LOG_LEVEL="debug",
              SYSTEMD_UNIT_PATH="/nowhere", SYSTEMD_OFFLINE="1", SYSTEMD_IN_CHROOT="1",
              container="podman", NOTIFY_SOCKET="/nowhere", LISTEN_FDS="3", LISTEN_PID="1",
              JOURNAL_STREAM="8:1", INVOCATION_ID="x", MANAGERPID="1", WATCHDOG_USEC="1",
              NGINX="3;4;", GUNICORN_CMD_ARGS="--workers 9 --user root", WEB_CONCURRENCY="9",
              OPENSSL_CONF="/nowhere", DEBIAN_FRONTEND="dialog", DEBCONF_FRONTEND="editor",
              APT_CONFIG="/nowhere", UCF_FORCE_CONFFNEW="1", DPKG_ROOT="/nowhere",
              LD_LIBRARY_PATH="/nowhere", LD_PRELOAD="/nowhere.so",
              BASH_ENV="/home/mallory/x", ENV="/home/mallory/x", CDPATH="/home/mallory")
      if "java" in mean:
          env.update(
              JAVA_TOOL_OPTIONS="-Duser.language=tr -Duser.name=x -Dfile.encoding=UTF-16",
              JDK_JAVA_OPTIONS="-Dline.separator=x", _JAVA_OPTIONS="-Duser.home=/nowhere",
              CLASSPATH="/nowhere", JAVA_HOME="/nowhere")
      if "fds" in mean:
          for _ in range(60):
              os.set_inheritable(os.open("/etc/passwd", os.O_RDONLY), True)
      if "cwd" in mean:
          gone = tempfile.mkdtemp()
          os.chdir(gone)
          os.rmdir(gone)
      if "umask" in mean:
          os.umask(0o177)
      if "closed" in mean:
          for number in (0, 1, 2):
              os.close(number)
      os.execve(argv[0], argv, env)
      """;

  /** Programs that nobody must start, where the hostile PATH looks first; they say if one was. */
  private static final String TRAPS =
      """
      mkdir -p /home/mallory/bin
      for program in apt-get ask cat certbot cd dirname env find flock git id java journalctl mkdir \
          nginx python3 readlink rm setsid sh ssh stat systemctl systemd-run tar unshare; do
        printf '#!/bin/sh\\necho %s >>/tmp/trapped\\nexit 9\\n' $program >/home/mallory/bin/$program
      done
      echo 'echo started >>/tmp/trapped' >/home/mallory/x
      chmod 755 /home/mallory/bin/*
      """;

  /** Puts all that is needed there: the script, the traps, and the package's launcher. */
  static HostileCaller on(TestHost host) {
    host.write(PLACE, SCRIPT, "0644");
    host.runScript(TRAPS);
    for (String[] file :
        new String[][] {
          {"src/main/launcher/java.sh", "/usr/lib/reconcile/java.sh"},
          {"packaging/reconcile", "/usr/bin/reconcile"}
        }) {
      String upload = host.upload(MountableFile.forHostPath(Path.of(file[0]), 0755));
      host.run("install", "-D", "-m", "755", upload, file[1]);
    }
    host.runScript(
        """
        ln -sfn /opt/java /usr/lib/reconcile/runtime
        ln -sf /opt/reconcile/reconcile.jar /usr/lib/reconcile/reconcile.jar
        """);
    return new HostileCaller(host);
  }

  /** A command line that starts {@code argv} in these ways. */
  String[] command(List<String> parts, String... argv) {
    List<String> words =
        new ArrayList<>(List.of("/usr/bin/python3", PLACE, String.join(",", parts)));
    words.addAll(List.of(argv));
    return words.toArray(String[]::new);
  }

  /** Whether one of the programs that nobody must start was started: which. */
  String trapped() {
    return host.runScript("cat /tmp/trapped 2>/dev/null || :");
  }
}
