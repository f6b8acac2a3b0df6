// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.notify;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Invocation;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.TextFormat;
import dev.reconcile.report.MetricsText;
import dev.reconcile.report.RunReport;
import dev.reconcile.status.BackgroundStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The metrics of a run as a file for the textfile collector of Prometheus' node_exporter.
 *
 * <p>Invariant: a reader sees a complete file, and reconcile never creates another file that ends
 * in {@code .prom}, not even for a moment.
 */
final class Metrics {
  private static final String USUAL_FOLDER = "/var/lib/prometheus/node-exporter";
  private static final String ENDING = ".prom";

  private final Host host;
  private final Optional<String> named;

  /**
   * Creates the metrics of a run.
   *
   * @param arguments the arguments, which may name the file
   * @param host where the file is written
   * @throws CommandFailed if the name is not an absolute path that ends in {@code .prom}
   */
  Metrics(Invocation arguments, Host host) throws CommandFailed {
    this.host = host;
    this.named = arguments.value(CommonOptions.METRICS);
    if (named.isPresent()
        && !(named.get().endsWith(ENDING) && TextFormat.ABSOLUTE_PATH.accepts(named.get()))) {
      throw Invocation.usage(
          "Invalid metrics file",
          """
          --metrics takes an absolute path that ends in .prom: node_exporter reads no \
          others. "%s" is not one.\
          """
              .formatted(named.get()));
    }
  }

  /**
   * Writes the file if the arguments name it, or if node_exporter's usual directory exists on a
   * live host.
   */
  void write(RunReport run) throws HostException {
    String folder =
        named.isPresent()
            ? named.get().substring(0, named.get().lastIndexOf('/') + 1)
            : USUAL_FOLDER;
    boolean isWanted = named.isPresent() || host.facts().live();
    if (!isWanted || !Files.isDirectory(host.onDisk(folder))) {
      refuseMissing(folder);
      return;
    }
    String file = named.isPresent() ? named.get() : USUAL_FOLDER + "/reconcile" + ENDING;
    String text =
        MetricsText.of(
            run,
            run.isGood() ? "" : lastSuccess(host.onDisk(file)),
            BackgroundStatus.of(host, run.finished()));
    host.writeState(file + ".new", Content.of(text), FileAttributes.root(0644));
    host.publish(file + ".new", file);
  }

  // Under a root directory, the directory that the machine's configuration names may be missing.
  private void refuseMissing(String folder) throws HostException {
    if (named.isPresent() && host.facts().live()) {
      throw new HostException(HostFailure.FILE_NOT_FOUND, "There is no folder " + folder);
    }
  }

  private static String lastSuccess(Path file) throws HostException {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(MetricsText.LAST_SUCCESS + " ")) {
          return line.substring(MetricsText.LAST_SUCCESS.length() + 1);
        }
      }
      return "";
    } catch (IOException e) {
      throw new HostException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
