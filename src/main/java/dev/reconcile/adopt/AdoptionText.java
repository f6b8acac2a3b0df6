// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.AdoptionFinding.Sort;
import dev.reconcile.model.Diagnostic;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The report of an adoption as text: the findings by app and sort, each with its location. */
public final class AdoptionText {
  private static final Pattern COMMAND = Pattern.compile("^reconcile(?= )");

  private final StringBuilder text = new StringBuilder();
  private final String program;

  private AdoptionText(String program) {
    this.program = program;
  }

  /**
   * Returns the report.
   *
   * @param directory the tree's directory, as the user wrote it
   * @param program the first word of a command of reconcile in that directory
   */
  public static String of(Adoption adoption, String directory, String program) {
    AdoptionText report = new AdoptionText(program);
    Set<String> apps = new LinkedHashSet<>();
    adoption.findings().forEach(finding -> apps.add(finding.app()));
    apps.remove("");
    apps.forEach(app -> report.part(app, app, adoption.findings()));
    report.part("", "the host", adoption.findings());
    if (adoption.apps() > 0) {
      report.next(adoption, directory);
    }
    return report.text.toString();
  }

  private void part(String app, String title, List<AdoptionFinding> all) {
    List<AdoptionFinding> findings = all.stream().filter(f -> f.app().equals(app)).toList();
    if (findings.isEmpty()) {
      return;
    }
    text.append(title).append('\n');
    for (Sort sort : Sort.values()) {
      List<AdoptionFinding> some = findings.stream().filter(f -> f.sort() == sort).toList();
      if (!some.isEmpty()) {
        text.append("  ").append(sort.title()).append('\n');
        some.forEach(this::line);
      }
    }
    text.append('\n');
  }

  private void line(AdoptionFinding finding) {
    // the text quotes files of the host
    text.append("    - ").append(Diagnostic.shown(finding.text()));
    if (!finding.place().file().isEmpty()) {
      text.append(" (").append(finding.place()).append(')');
    }
    text.append('\n');
  }

  private void next(Adoption adoption, String directory) {
    text.append("Next:\n  cd ").append(Diagnostic.word(directory)).append('\n');
    adoption.before().forEach(this::command);
    List.of(
            "git init -q -b main && git add --all --force . && git commit -m 'The server as it is'",
            "reconcile plan --repo . --take-over     # what would be different; changes nothing",
            "reconcile --repo . --take-over          # does it")
        .forEach(this::command);
    new LinkedHashSet<>(adoption.after()).forEach(this::command);
  }

  private void command(String command) {
    String called = COMMAND.matcher(command).replaceFirst(Matcher.quoteReplacement(program));
    text.append("  ").append(called).append('\n');
  }
}
