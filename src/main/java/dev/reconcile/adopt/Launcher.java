package dev.reconcile.adopt;

import java.util.List;
import java.util.regex.Pattern;

/** A program that starts gunicorn: what else it does is not done any more. */
final class Launcher {
  private static final int MOST_LINES = 40;

  /** What only leads to gunicorn, or is seen in the process: its directory and its environment. */
  private static final Pattern LEADING =
      Pattern.compile(
          "\\s*(#.*|"
              + "(source|\\.)\\s.*|cd\\s.*|set\\s.*|export\\s.*|[A-Za-z_][A-Za-z0-9_]*=.*|"
              + "echo\\s.*|fi|done|then|else|esac|.*\\bgunicorn\\b.*|-.*|[\\\\\"')}{;]*)\\s*");

  private final HostFiles texts;
  private final AdoptionFindings findings;

  Launcher(HostFiles texts, AdoptionFindings findings) {
    this.texts = texts;
    this.findings = findings;
  }

  /** Says what is lost of the words with which a unit starts it. */
  void say(Service service, List<String> words) {
    String program = words.isEmpty() ? "" : script(words);
    String text = program.startsWith("/") ? texts.of(program).orElse("") : "";
    boolean script = text.startsWith("#!");
    findings.improvement(
        service.name(),
        """
        %s starts gunicorn by way of %s; the new unit starts it itself, with \
        the words that the running one has.\
        """
            .formatted(service.unit().name(), script ? program : "another program"),
        service.exec());
    int number = 0;
    for (String line : script ? text.lines().limit(MOST_LINES).toList() : List.<String>of()) {
      number++;
      if (!LEADING.matcher(line).matches()) {
        String first = line.strip().split("\\s", 2)[0];
        findings.improvement(
            service.name(),
            "no longer runs " + first + " …, as that program does.",
            new SourceLocation(program, number));
      }
    }
  }

  // sh FILE, or FILE itself
  private static String script(List<String> words) {
    boolean shell = words.getFirst().matches("(/usr)?/bin/(ba|da)?sh");
    return words.stream()
        .skip(shell ? 1 : 0)
        .filter(word -> !word.startsWith("-"))
        .findFirst()
        .orElse("");
  }
}
