// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The search for the Python interpreter of a program. It follows the first line, links, and scripts
 * that only start another program. No program is run.
 */
public final class Interpreter {
  private static final int MOST_BYTES = 1 << 16;
  private static final int MOST_STEPS = 6;

  private static final Pattern PYTHON = Pattern.compile("(pypy|python)[0-9.]*");
  private static final Pattern FIRST_LINE = Pattern.compile("#!\\s*(\\S+)(?:\\s+(\\S+))?.*");
  // pip's form where the path is too long for a first line: '''exec' "PATH" "$0" "$@"
  private static final Pattern LONG = Pattern.compile("'''exec'\\s+\"?([^\"\\s]+)\"?\\s.*");
  private static final Pattern STARTS =
      Pattern.compile(
          "\\s*(?:exec\\s+)?\"?(/[^\\s\"$]+/(?:python[0-9.]*|gunicorn3?))\"?(?:\\s.*)?");

  private final Facts facts;
  private final String path;

  /**
   * @param path the PATH of the user that runs the program
   */
  public Interpreter(Facts facts, String path) {
    this.facts = facts;
    this.path = path;
  }

  /**
   * Returns the interpreter's path without resolving links; in a virtualenv it is the virtualenv's
   * own link.
   */
  public Optional<String> of(String program) throws HostException {
    String at = program;
    for (int i = 0; i < MOST_STEPS; i++) {
      Optional<String> found = at.startsWith("/") ? Optional.of(at) : onPath(at);
      if (found.isEmpty() || PYTHON.matcher(name(found.get())).matches()) {
        return found;
      }
      Optional<String> next = next(found.get());
      if (next.isEmpty()) {
        return Optional.empty();
      }
      at = next.get();
    }
    return Optional.empty();
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private Optional<String> onPath(String name) throws HostException {
    for (String folder : path.split(":", -1)) {
      if (folder.startsWith("/") && facts.file(folder + "/" + name).isPresent()) {
        return Optional.of(folder + "/" + name);
      }
    }
    return facts.program(name);
  }

  private Optional<String> next(String program) throws HostException {
    Optional<String> text = facts.text(program, MOST_BYTES);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String first = text.get().lines().findFirst().orElse("");
    Matcher line = FIRST_LINE.matcher(first);
    if (!line.matches()) {
      return Optional.empty();
    }
    String interpreter = String.valueOf(line.group(1));
    if (PYTHON.matcher(name(interpreter)).matches()) {
      return Optional.of(interpreter);
    }
    if (name(interpreter).equals("env") && line.group(2) != null) {
      return Optional.of(String.valueOf(line.group(2)));
    }
    for (String other : text.get().lines().skip(1).toList()) {
      for (Pattern pattern : new Pattern[] {LONG, STARTS}) {
        Matcher starts = pattern.matcher(other);
        if (starts.matches()) {
          return Optional.of(String.valueOf(starts.group(1)));
        }
      }
    }
    return Optional.empty();
  }
}
