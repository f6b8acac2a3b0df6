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
 * The file of a host's suspension: {@code suspend} writes it, {@code resume} removes it, and an
 * apply does nothing while it exists.
 */
public final class SuspensionFile {
  private static final String PATH = LocalHost.STATE + "/suspended";
  private static final List<String> UNKNOWN = List.of("", "", "");

  private SuspensionFile() {}

  /**
   * Reads the suspension of a host, if there is one; its texts are empty if the file is damaged.
   */
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

  /** Writes a suspension, and replaces an earlier one. */
  public static void write(Host host, Suspension suspension) throws HostException {
    host.writeState(
        PATH,
        Content.of(suspension.since() + "\n" + suspension.by() + "\n" + suspension.reason() + "\n"),
        FileAttributes.root(0644));
  }

  /** Removes the suspension, if there is one. */
  public static void remove(Host host) throws HostException {
    host.discardTree(PATH);
  }
}
