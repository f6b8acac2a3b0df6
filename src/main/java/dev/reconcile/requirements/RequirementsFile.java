// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One requirements file, parsed by pip's own rules (pip: req/req_file.py). Files that it includes
 * are named, not read.
 *
 * <p>Invariant: the time to parse any bytes grows with their length alone.
 *
 * @param text the decoded text
 * @param lines the parsed lines, in order
 */
public record RequirementsFile(String text, List<RequirementLine> lines) {
  public RequirementsFile {
    lines = List.copyOf(lines);
  }

  /**
   * Parses a file.
   *
   * @param bytes the content
   * @param variables the environment that pip runs in, for {@code ${NAME}}
   * @throws MalformedRequirements if the bytes are no text
   */
  public static RequirementsFile parse(byte[] bytes, Map<String, String> variables)
      throws MalformedRequirements {
    String text = RequirementsEncoding.decode(bytes);
    List<RequirementLine> lines = new ArrayList<>();
    for (LogicalLine line : LogicalLine.all(text, variables)) {
      try {
        lines.add(parse(line));
      } catch (MalformedRequirements e) {
        lines.add(
            new RequirementLine.Malformed(
                line.first(), line.last(), String.valueOf(e.getMessage())));
      }
    }
    return new RequirementsFile(text, lines);
  }

  // Options begin with the first word that has a dash. The text before it keeps its quotes, since
  // markers contain quotes.
  private static RequirementLine parse(LogicalLine line) throws MalformedRequirements {
    List<String> words = Arrays.asList(line.text().split(" ", -1));
    int begin = 0;
    while (begin < words.size() && !words.get(begin).startsWith("-")) {
      begin++;
    }
    String requirement = String.join(" ", words.subList(0, begin));
    LineOptions options =
        LineOptions.parse(ShellWords.of(String.join(" ", words.subList(begin, words.size()))));
    int first = line.first();
    int last = line.last();
    List<String> editables = options.values(LineOptions.EDITABLE);
    List<String> files = options.values(LineOptions.REQUIREMENT);
    List<String> constraints = options.values(LineOptions.CONSTRAINT);
    if (!requirement.isEmpty()) {
      boolean hashed = !options.values(LineOptions.HASH).isEmpty();
      return new RequirementLine.Requirement(first, last, requirement, hashed);
    }
    if (!editables.isEmpty()) {
      return new RequirementLine.Editable(first, last, editables.getFirst());
    }
    if (!files.isEmpty() || !constraints.isEmpty()) {
      boolean constraint = files.isEmpty();
      String path = constraint ? constraints.getFirst() : files.getFirst();
      return new RequirementLine.Include(first, last, path, constraint);
    }
    return new RequirementLine.Options(
        first,
        last,
        options.values(LineOptions.FIND_LINKS),
        !options.values(LineOptions.REQUIRE_HASHES).isEmpty());
  }

  /** Returns a line of the file as written; empty if there is no line of this number. */
  public String line(int number) {
    List<String> all = LogicalLine.physical(text);
    return number < 1 || number > all.size() ? "" : all.get(number - 1);
  }

  /**
   * Returns the file with some lines replaced; all others keep their number.
   *
   * @param changed the number of a line in the file to its replacement
   */
  public byte[] with(Map<Integer, String> changed) {
    List<String> all = new ArrayList<>(LogicalLine.physical(text));
    changed.forEach((number, line) -> all.set(number - 1, line));
    // The mark makes it UTF-8, whatever a coding line says.
    return ("\ufeff" + String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
