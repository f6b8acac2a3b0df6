// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The command line of a unit that runs a command of an app. A shell puts the virtualenv's programs
 * at the beginning of {@code PATH}, whatever sets that variable, and then becomes the command. The
 * shell reads no word of the command.
 */
public final class CommandText {
  private static final String SHELL = "/bin/sh";
  private static final String BECOME = "PATH=$1:$PATH; export PATH; shift; exec \"$@\"";

  private static final String ENTER =
      "cd -P \"$RECONCILE_TREE\" && PATH=$RECONCILE_VENV/bin:$PATH && export PATH && exec \"$@\"";

  private CommandText() {}

  /**
   * Returns the words of the command line.
   *
   * @param venv the virtualenv
   * @param words the program and its arguments
   */
  public static List<String> words(String venv, List<String> words) {
    List<String> all = new ArrayList<>(List.of(SHELL, "-c", BECOME, "sh", venv + "/bin"));
    all.addAll(words);
    return all;
  }

  /** Returns the value of ExecStart= (systemd.service(5), "Command lines"). */
  public static String execStart(String venv, List<String> words) {
    return quoted(words(venv, words));
  }

  /**
   * Returns the value of ExecStart= for a command that runs in the tree and the virtualenv which
   * its environment names, so that both are of one revision.
   */
  public static String ofRevision(List<String> words) {
    List<String> all = new ArrayList<>(List.of(SHELL, "-c", ENTER, "sh"));
    all.addAll(words);
    return quoted(all);
  }

  private static String quoted(List<String> words) {
    return words.stream().map(CommandText::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '%', '$' -> quoted.append(c).append(c);
        case '\t' -> quoted.append("\\t");
        case '\n' -> quoted.append("\\n");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
