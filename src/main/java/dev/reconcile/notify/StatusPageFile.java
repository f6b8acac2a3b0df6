// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.notify;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.RunOptions;
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
 * The file with the status page, which runs keep up to date if it is configured. It is replaced
 * atomically: a browser sees the old page or the new one.
 */
public final class StatusPageFile {
  // A run with nothing to do must stay cheap: the page makes only one run in an hour look at all
  // apps.
  private static final Duration OLD = Duration.ofHours(1);

  private StatusPageFile() {}

  /**
   * Returns the path to which runs write the page, if it is configured.
   *
   * @throws CommandFailed if it is not an absolute path of a file
   */
  public static Optional<String> of(Invocation arguments) throws CommandFailed {
    Optional<String> path = arguments.value(RunOptions.STATUS_HTML);
    if (path.isPresent()) {
      check(path.get());
    }
    return path;
  }

  /** Reports whether the page is configured, and is missing or older than an hour. */
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
   * Writes the page at the end of a run if it is configured.
   *
   * @param arguments the arguments of the run
   * @param hosts opens a host whose facts are read anew: the run's own host keeps facts from before
   *     the changes
   * @param run the name of the run
   * @param started the time at which the run began
   * @param quiet whether the run had nothing to do and nothing to report: then the page is written
   *     only if it is due
   * @return a warning if the page cannot be written, because what was applied stays applied
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
          Diagnostic.warning("Status page not written", path.get() + ": " + e.getMessage()));
    }
  }

  /**
   * Writes the page to a path of the host.
   *
   * @throws CommandFailed if it is not an absolute path of a file
   */
  public static void write(Host host, String path, HostStatus status)
      throws CommandFailed, HostException {
    write(host, path, StatusPage.of(status, Version.text()));
  }

  /**
   * Writes a page to a path of the host.
   *
   * @throws CommandFailed if it is not an absolute path of a file
   */
  public static void write(Host host, String path, String page)
      throws CommandFailed, HostException {
    check(path);
    host.writeState(path, Content.of(page), FileAttributes.root(0644));
  }

  /**
   * Returns the path of the host that an administrator means: on this machine relative to the
   * working directory, in a tree to the tree.
   */
  public static String typed(Host host, String path) {
    Path typed = Path.of(path);
    return (host.facts().live() ? typed.toAbsolutePath().normalize() : typed).toString();
  }

  /**
   * Checks the path of a page.
   *
   * @throws CommandFailed if it is not an absolute path of a file
   */
  public static void check(String path) throws CommandFailed {
    if (!TextFormat.ABSOLUTE_PATH.accepts(path) || path.endsWith("/")) {
      throw Invocation.usage(
          "Invalid path",
          "The page is written to %s, not to \"%s\"."
              .formatted(TextFormat.ABSOLUTE_PATH.meaning(), path));
    }
  }
}
