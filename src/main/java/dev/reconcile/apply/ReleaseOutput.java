// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.systemd.EnvironmentFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The output of an app's release steps, as a report shows it.
 *
 * <p>Invariant: no value of the app's secrets and no password of an address is in it.
 */
final class ReleaseOutput {
  private static final int MOST_BYTES = 4 << 20;
  private static final int LINES = 15;
  private static final int LONGEST_LINE = 300;
  private static final int SHORT = 4;

  private final Host host;
  private final FutureFiles future;
  private final String app;

  ReleaseOutput(Host host, FutureFiles future, String app) {
    this.host = host;
    this.future = future;
    this.app = app;
  }

  /** Returns the last lines of a file, indented and with a heading; empty if there are none. */
  String end(String file) throws HostException {
    String text = host.facts().text(file, MOST_BYTES).orElse("");
    List<String> lines = masked(text, secrets()).strip().lines().toList();
    String end =
        String.join(
            "\n",
            lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
                .map(ReleaseOutput::shown)
                .toList());
    return end.isEmpty() ? "" : "\nThe last lines of its output:\n" + end.indent(4).stripTrailing();
  }

  private static String shown(String line) {
    String clean = Diagnostic.shown(line.replace("\t", "    "));
    return clean.length() > LONGEST_LINE ? clean.substring(0, LONGEST_LINE) + "…" : clean;
  }

  private List<String> secrets() throws HostException {
    Optional<Content> file = future.environment(new Layout(app).secrets());
    List<String> values = new ArrayList<>();
    file.ifPresent(text ->
        EnvironmentFile.variables(text.text()).forEach(variable -> values.add(variable.value())));
    return values;
  }

  /**
   * Replaces the values in a text. A short value is replaced only where it is a word of its own,
   * because it may be a part of any word.
   */
  static String masked(String text, List<String> values) {
    String masked = text;
    List<String> longestFirst = new ArrayList<>(values);
    longestFirst.sort(Comparator.comparingInt(String::length).reversed());
    for (String value : longestFirst) {
      if (value.length() >= SHORT) {
        masked = masked.replace(value, "***");
      } else if (!value.isEmpty()) {
        String word = "(?<![\\p{L}\\p{N}])" + Pattern.quote(value) + "(?![\\p{L}\\p{N}])";
        masked = masked.replaceAll(word, "***");
      }
    }
    return masked;
  }
}
