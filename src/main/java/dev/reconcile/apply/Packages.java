// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The non-interactive installation of Debian packages. */
final class Packages {
  private static final Duration LIMIT = Duration.ofMinutes(20);

  private final Host host;
  private final Progress progress;

  Packages(Host host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  /**
   * Installs all of {@code names} at once; the package lists are updated only if the first attempt
   * fails.
   */
  void install(List<String> names) throws HostException, StepException {
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
        throw failure(names, result);
      }
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

  private Command aptGet(List<String> words) {
    List<String> argv = new ArrayList<>(List.of("apt-get"));
    host.network()
        .authorities()
        .ifPresent(file -> argv.addAll(List.of("-o", "Acquire::https::CaInfo=" + file)));
    argv.addAll(words);
    return new Command(argv, "", Map.of(), LIMIT).over(host.network());
  }

  private static StepException failure(List<String> names, CommandRunner.Result result) {
    return new StepException(
        "Package installation failed",
        "apt-get install %s said:\n%s".formatted(String.join(" ", names), result.tail(8)));
  }
}
