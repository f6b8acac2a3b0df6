// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A program that starts gunicorn. The new unit starts gunicorn directly, so the program's other
 * commands are lost.
 */
final class Launcher {
  private static final int MOST_LINES = 40;

  /**
   * Lines that only start gunicorn, or whose effect the process shows: its directory and its
   * environment.
   */
  private static final Pattern LEADING =
      Pattern.compile(
          """
          \\s*(#.*|\
          (source|\\.)\\s.*|cd\\s.*|set\\s.*|export\\s.*|[A-Za-z_][A-Za-z0-9_]*=.*|\
          echo\\s.*|fi|done|then|else|esac|.*\\bgunicorn\\b.*|-.*|[\\\\"')}{;]*)\\s*\
          """);

  private final HostFiles texts;
  private final AdoptionFindings findings;

  Launcher(HostFiles texts, AdoptionFindings findings) {
    this.texts = texts;
    this.findings = findings;
  }

  /** Reports the commands of the program that are lost. */
  void say(FoundApp app, List<String> words) {
    String program = words.isEmpty() ? "" : script(words);
    String text = program.startsWith("/") ? texts.of(program).orElse("") : "";
    boolean script = text.startsWith("#!");
    findings.improvement(
        app.name(),
        """
        %s starts gunicorn through %s; the new unit starts it directly, with the \
        arguments of the running process.\
        """
            .formatted(app.unit().name(), script ? program : "another program"),
        app.exec());
    int number = 0;
    for (String line : script ? text.lines().limit(MOST_LINES).toList() : List.<String>of()) {
      number++;
      if (!LEADING.matcher(line).matches()) {
        String first = line.strip().split("\\s", 2)[0];
        findings.improvement(
            app.name(),
            "no longer runs " + first + " …, as that program does.",
            new SourceLocation(program, number));
      }
    }
  }

  // the script is FILE in "sh FILE", or the command itself
  private static String script(List<String> words) {
    boolean shell = words.getFirst().matches("(/usr)?/bin/(ba|da)?sh");
    return words.stream()
        .skip(shell ? 1 : 0)
        .filter(word -> !word.startsWith("-"))
        .findFirst()
        .orElse("");
  }
}
