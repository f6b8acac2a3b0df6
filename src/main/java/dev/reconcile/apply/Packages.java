package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Installs Debian packages without a question asked. */
final class Packages {
  private static final Duration LIMIT = Duration.ofMinutes(20);

  // apt installs nothing at all when it does not know one of the names
  private static final Pattern UNKNOWN =
      Pattern.compile(
          "Unable to locate package (\\S+)|Package '([^']+)' has no installation candidate");

  private static final int KEPT_LINES = 100;

  private final Host host;
  private final Progress progress;

  Packages(Host host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  /**
   * Whether the apps can do without it: if not, nothing that follows it makes sense. A library that
   * an app's requirements need is missed by that app.
   */
  static boolean isNeededByAll(String name) {
    return name.startsWith("nginx") || name.startsWith("python3");
  }

  /**
   * Installs all of {@code names} in one go; the lists are fetched anew only if need be. If one is
   * not known, the others are installed all the same.
   */
  void install(List<String> names) throws HostException, StepFailure {
    try (Progress.Ongoing _ =
        progress.begins("packages", "installing " + String.join(", ", names))) {
      CommandRunner.Result result = tryInstall(names);
      if (!result.ok() && !host.run(aptGet(List.of("update", "-q"))).ok()) {
        throw failure(names, result);
      }
      if (!result.ok()) {
        result = tryInstall(names);
      }
      if (!result.ok()) {
        installKnown(names, result.tail(KEPT_LINES));
        throw failure(names, result);
      }
    }
  }

  private void installKnown(List<String> names, String said) throws HostException {
    List<String> known = new ArrayList<>(names);
    Matcher unknown = UNKNOWN.matcher(said);
    while (unknown.find()) {
      known.remove(unknown.group(1) == null ? unknown.group(2) : unknown.group(1));
    }
    if (!known.isEmpty() && known.size() < names.size()) {
      tryInstall(known);
    }
  }

  private CommandRunner.Result tryInstall(List<String> names) throws HostException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "install",
                "-q",
                "-y",
                "--no-install-recommends",
                "-o",
                "DPkg::Lock::Timeout=120",
                "-o",
                "Dpkg::Options::=--force-confdef",
                "-o",
                "Dpkg::Options::=--force-confold",
                "--"));
    words.addAll(names);
    return host.run(aptGet(words));
  }

  private static Command aptGet(List<String> words) {
    List<String> argv = new ArrayList<>(List.of("apt-get"));
    argv.addAll(words);
    return new Command(
        argv, "", Map.of("DEBIAN_FRONTEND", "noninteractive", "NEEDRESTART_MODE", "l"), LIMIT);
  }

  private static StepFailure failure(List<String> names, CommandRunner.Result result) {
    return new StepFailure(
        "Packages could not be installed",
        "apt-get install " + String.join(" ", names) + " said:\n" + result.tail(8));
  }
}
