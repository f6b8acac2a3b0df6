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
 * What every program that reconcile starts is given, whoever started reconcile: a few variables,
 * all of them here, and no terminal on which it could ask anything.
 */
public final class ChildEnvironment {
  /** Where programs are looked for; cron's own PATH lacks the sbin folders. */
  public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  // Each keeps a program, or what it starts in turn, from asking: ssh for a password or about a key
  // of a host, git for a user name, Debian's tools about a changed configuration file or the news.
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
  private static final int TERMINAL = 4; // after the name, in proc_pid_stat(5)

  private ChildEnvironment() {}

  /** The variables; a copy that may be changed. */
  public static Map<String, String> variables() {
    return new HashMap<>(VARIABLES);
  }

  /**
   * A command line as the system is to get it: the program by its path, in a session of its own if
   * this process has a terminal. ssh, git and others ask there and not on their standard input.
   * setsid(1) becomes the program, so its process is the program's.
   *
   * @param argv the program, by its name or absolute, and its arguments
   * @throws IOException if there is no such program: not that of a caller's PATH is run instead
   */
  public static List<String> commandLine(List<String> argv) throws IOException {
    List<String> words = new ArrayList<>(argv);
    words.set(0, located(argv.getFirst()));
    if (ControllingTerminal.IS_THERE) {
      words.addFirst(SETSID.toString());
    }
    return words;
  }

  private static String located(String program) throws IOException {
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

  /** Looked for when the first program is started, and not before. */
  private static final class ControllingTerminal {
    static final boolean IS_THERE = isThere() && Files.isExecutable(SETSID);

    private static boolean isThere() {
      try {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", TERMINAL + 2);
        return !fields[TERMINAL].equals("0");
      } catch (IOException e) {
        return true; // then it is safe to say so
      }
    }
  }
}
