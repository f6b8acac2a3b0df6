// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.notify;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.report.Suspension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether an apply may change a host: the file that {@code suspend} writes and {@code resume}
 * removes.
 */
public final class SuspensionFile {
  private static final String PATH = LocalHost.STATE + "/suspended";
  private static final List<String> UNKNOWN = List.of("", "", "");

  private SuspensionFile() {}

  /** The word that holds for a host, if there is one. */
  public static Optional<Suspension> of(Host host) throws HostException {
    Path file = host.onDisk(PATH);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      List<String> lines = Files.readAllLines(file);
      List<String> known = lines.size() < UNKNOWN.size() ? UNKNOWN : lines;
      return Optional.of(new Suspension(known.get(0), known.get(1), known.get(2)));
    } catch (IOException e) {
      throw new HostException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Writes it, over an earlier one. */
  public static void write(Host host, Suspension suspension) throws HostException {
    host.writeState(
        PATH,
        Content.of(suspension.since() + "\n" + suspension.by() + "\n" + suspension.reason() + "\n"),
        FileAttributes.root(0644));
  }

  /** Removes it. */
  public static void remove(Host host) throws HostException {
    host.discardTree(PATH);
  }
}
