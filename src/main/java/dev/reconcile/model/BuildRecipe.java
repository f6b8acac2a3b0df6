// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The recipe of an app's build steps: the commands that run in a new tree of its code before
 * anything uses that tree.
 *
 * @param app the app
 * @param digest the digest of everything that the result depends on besides the source; empty if
 *     the app has no build steps
 * @param steps the commands, in order
 * @param environment the variables of the commands, without secrets
 * @param directory the directory of the app, at which the build sees its tree, too
 * @param venv the virtualenv of the app
 * @param hidden paths of other apps, and files of secrets, that the build cannot see
 * @param withheld the variables of secrets, which the build does not get
 */
public record BuildRecipe(
    String app,
    String digest,
    List<Command> steps,
    SortedMap<String, String> environment,
    String directory,
    Venv venv,
    List<String> hidden,
    List<String> withheld) {
  /** The recipe of a tree without build steps. */
  public static final BuildRecipe NONE = remembered("");

  public BuildRecipe {
    steps = List.copyOf(steps);
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    hidden = List.copyOf(hidden);
    withheld = List.copyOf(withheld);
  }

  /** Returns the recipe of a tree on the host, of which only the digest is known. */
  public static BuildRecipe remembered(String digest) {
    return new BuildRecipe(
        "", digest, List.of(), new TreeMap<>(), "", new Venv("", "", ""), List.of(), List.of());
  }

  /** Reports whether the tree has no build steps. */
  public boolean isNone() {
    return digest.isEmpty();
  }

  /**
   * A command of a build.
   *
   * @param words the program and its arguments
   * @param limit the longest time that it may take
   */
  public record Command(List<String> words, Duration limit) {
    public Command {
      words = List.copyOf(words);
    }

    /** Returns the command as a shell would read it, for messages. */
    public String text() {
      return String.join(" ", words.stream().map(Command::word).toList());
    }

    // A word after the program may contain more characters than the first word of a command.
    private static String word(String word) {
      return word.matches("[\\w@%+=:,./-]+") ? word : Diagnostic.quoted(word);
    }
  }

  /**
   * The virtualenv that the commands use.
   *
   * @param directory the path at which the app uses it
   * @param home its path in the store
   * @param python the interpreter, by name or path
   */
  public record Venv(String directory, String home, String python) {}
}
