// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment of every program that reconcile starts, whatever the caller's environment: a
 * fixed set of variables, and no terminal for prompts.
 */
public final class ChildEnvironment {
  /** The search path for programs; cron's own PATH lacks the sbin directories. */
  public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  // Each variable suppresses prompts of a program or its children: ssh's for passwords and host
  // keys, git's for user names, Debian's tools' about changed configuration files and news.
  private static final Map<String, String> VARIABLES =
      Map.ofEntries(
          Map.entry("PATH", PATH),
          Map.entry("LC_ALL", "C.UTF-8"),
          Map.entry("HOME", "/root"),
          Map.entry("GIT_TERMINAL_PROMPT", "0"),
          Map.entry("GIT_ASKPASS", "/bin/false"),
          Map.entry("SSH_ASKPASS", "/bin/false"),
          Map.entry("SSH_ASKPASS_REQUIRE", "never"),
          Map.entry("GIT_SSH_COMMAND", "ssh -o BatchMode=yes"),
          Map.entry("PIP_NO_INPUT", "1"),
          Map.entry("DEBIAN_FRONTEND", "noninteractive"),
          Map.entry("DEBCONF_NONINTERACTIVE_SEEN", "true"),
          Map.entry("UCF_FORCE_CONFFOLD", "1"),
          Map.entry("APT_LISTCHANGES_FRONTEND", "none"),
          Map.entry("APT_LISTBUGS_FRONTEND", "none"),
          Map.entry("NEEDRESTART_MODE", "l"),
          Map.entry("SYSTEMD_PAGER", ""),
          Map.entry("SYSTEMD_COLORS", "0"));

  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final int TERMINAL = 4; // the index after the name in proc_pid_stat(5)

  private ChildEnvironment() {}

  /** Returns a modifiable copy of the variables. */
  public static Map<String, String> variables() {
    return new HashMap<>(VARIABLES);
  }

  /**
   * Builds the command line for the system: the program by its path, in a new session if this
   * process has a terminal, because ssh, git and others prompt on the terminal and not on standard
   * input. setsid(1) executes the program in its own process.
   *
   * @param argv the program, by name or absolute path, and its arguments
   * @throws IOException if there is no such program; the caller's PATH is never searched
   */
  public static List<String> commandLine(List<String> argv) throws IOException {
    List<String> words = new ArrayList<>(argv);
    words.set(0, located(argv.getFirst()));
    if (ControllingTerminal.IS_THERE) {
      words.addFirst(SETSID.toString());
    }
    return words;
  }

  /** Finds a program on {@link #PATH}; the caller's PATH is never searched. */
  static String located(String program) throws IOException {
    List<String> folders = program.contains("/") ? List.of("") : List.of(PATH.split(":", -1));
    for (String folder : folders) {
      Path candidate = Path.of(folder, program);
      if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
        return candidate.toString();
      }
    }
    throw folders.stream().anyMatch(folder -> Files.exists(Path.of(folder, program)))
        ? new AccessDeniedException(program, null, "it is not executable")
        : new NoSuchFileException(program, null, "it is not installed");
  }

  /** The terminal of this process, looked up when the first program is started. */
  private static final class ControllingTerminal {
    static final boolean IS_THERE = isThere() && Files.isExecutable(SETSID);

    private static boolean isThere() {
      try {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", TERMINAL + 2);
        return !fields[TERMINAL].equals("0");
      } catch (IOException e) {
        return true; // the safe assumption
      }
    }
  }
}
