// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.notify;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Version;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.TextFormat;
import dev.reconcile.report.StatusPage;
import dev.reconcile.run.CurrentStatus;
import dev.reconcile.run.HostFactory;
import dev.reconcile.status.HostStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The page that tells how the host is doing, kept up to date by runs if it is configured. A browser
 * sees the old one or the new one.
 */
public final class StatusPageFile {
  /** The option that names it. */
  private static final String OPTION = "status-html";

  // A run with nothing to do costs next to nothing: only one in an hour looks at all apps for it.
  private static final Duration OLD = Duration.ofHours(1);

  private StatusPageFile() {}

  /** Where runs write it, if they do. */
  public static Optional<String> of(Invocation arguments) throws CommandFailed {
    Optional<String> path = arguments.value(OPTION);
    if (path.isPresent()) {
      check(path.get());
    }
    return path;
  }

  /** Whether runs write it, and it is not there or old. */
  public static boolean isDue(Invocation arguments, Host host, Instant now)
      throws CommandFailed, HostException {
    Optional<String> path = of(arguments);
    if (path.isEmpty()) {
      return false;
    }
    Path file = host.onDisk(path.get());
    try {
      return !Files.isRegularFile(file)
          || Files.getLastModifiedTime(file).toInstant().plus(OLD).isBefore(now);
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Writes it at the end of a run if it is configured. Says why if that fails: what was applied
   * stays applied.
   *
   * @param hosts gives a host that is asked anew: the run's own keeps what it knew before
   * @param run the run's name
   * @param started when it began
   * @param quiet whether it had nothing to do and nothing to say, so that only the page's age
   *     counts
   */
  static Optional<Diagnostic> refresh(
      Invocation arguments, HostFactory hosts, String run, Instant started, boolean quiet)
      throws CommandFailed {
    Optional<String> path = of(arguments);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path root = arguments.root();
      Host host = hosts.open(root, run, Layout.UNIT_PATTERNS);
      if (!quiet || isDue(arguments, host, started)) {
        write(
            host,
            path.get(),
            CurrentStatus.of(arguments, host, Instant.now(), SuspensionFile.of(host)));
      }
      return Optional.empty();
    } catch (HostException e) {
      return Optional.of(
          Diagnostic.warning(
              "The status page cannot be written", path.get() + ": " + e.getMessage()));
    }
  }

  /** Writes it. */
  public static void write(Host host, String path, HostStatus status)
      throws CommandFailed, HostException {
    check(path);
    host.writeState(
        path, Content.of(StatusPage.of(status, Version.text())), FileAttributes.root(0644));
  }

  private static void check(String path) throws CommandFailed {
    if (!TextFormat.ABSOLUTE_PATH.accepts(path) || path.endsWith("/")) {
      throw Invocation.usage(
          "Not a path of the host",
          "The page is written to "
              + TextFormat.ABSOLUTE_PATH.meaning()
              + ", not to \""
              + path
              + "\".");
    }
  }
}
