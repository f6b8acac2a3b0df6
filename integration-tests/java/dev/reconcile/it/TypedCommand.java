// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line that the documentation tells somebody to type.
 *
 * @param file the document
 * @param line where it stands, from 1
 * @param text the command, without a remark at its end
 */
record TypedCommand(String file, int line, String text) {
  private static final String FENCE = "```";

  /** All that stand in blocks marked as {@code sh}, in their order. */
  static List<TypedCommand> in(Path document) throws IOException {
    List<TypedCommand> commands = new ArrayList<>();
    List<String> lines = Files.readAllLines(document);
    boolean inside = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith(FENCE)) {
        inside = !inside && line.equals(FENCE + "sh");
      } else if (inside && !withoutRemark(line).isEmpty()) {
        commands.add(new TypedCommand(document.toString(), i + 1, withoutRemark(line)));
      }
    }
    return commands;
  }

  /** The first block in another language. */
  static String block(Path document, String language) throws IOException {
    List<String> lines = Files.readAllLines(document).stream().map(String::stripTrailing).toList();
    int begin = lines.indexOf(FENCE + language) + 1;
    int end = begin + lines.subList(begin, lines.size()).indexOf(FENCE);
    return String.join("\n", lines.subList(begin, end)) + "\n";
  }

  private static String withoutRemark(String line) {
    return line.replaceFirst("(^|\\s+)#( .*|$)", "").strip();
  }

  @Override
  public String toString() {
    return file + ":" + line + ": " + text;
  }
}
