// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The completion script for bash, generated from all commands. */
final class Completion {
  private static final String APPS = "-W \"$(_reconcile_apps)\"";
  private static final String DIRECTORIES = "-d";
  private static final String FILES = "-f";

  private static final String BEGIN =
      """
      # bash completion for reconcile

      # the apps on this machine, by their settings
      _reconcile_apps() {
        local file name
        for file in /etc/gunicorn/*.env; do
          name=${file##*/}
          name=${name%.env}
          [[ $name == \\* || $name == *.secrets ]] || echo "$name"
        done
      }

      _reconcile_offer() {
        [[ $1 == -W ]] || compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen "$@" -- "$current")
      }

      _reconcile() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
        local command=apply
        if ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} != -* ]]; then
          command=${COMP_WORDS[1]}
        fi
        COMPREPLY=()
      """;

  private static final String END =
      """
      }

      complete -F _reconcile reconcile
      """;

  private final StringBuilder script = new StringBuilder(BEGIN);

  private Completion() {}

  /** Prints the script. */
  public static void main(String[] arguments) {
    new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
        .print(text());
  }

  /** Returns the script. */
  static String text() {
    Completion completion = new Completion();
    completion.values();
    completion.options();
    completion.words();
    return completion.script.append(END).toString();
  }

  private void values() {
    script.append("  case $previous in\n");
    Map<String, String> offers = new LinkedHashMap<>();
    for (Subcommand command : Commands.ALL) {
      for (Option option : command.allOptions()) {
        if (option.takesValue()) {
          offers.putIfAbsent("--" + option.name(), words(option.values(), option.placeholder()));
        }
      }
    }
    offers.forEach(this::offer);
    script.append("    *) false ;;\n  esac && return\n");
  }

  private static String words(Values values, String placeholder) {
    return switch (values) {
      case DIRECTORY -> DIRECTORIES;
      case FILE -> FILES;
      case APP -> APPS;
      case CHOICE -> "-W '" + String.join(" ", Values.choices(placeholder)) + "'";
      case TEXT, DURATION, WHOLE_NUMBER -> "";
    };
  }

  private void options() {
    script.append("  if [[ $current == -* ]]; then\n    case $command in\n");
    for (Subcommand command : Commands.ALL) {
      String names =
          command.allOptions().stream()
              .map(option -> "--" + option.name())
              .collect(Collectors.joining(" "));
      offer(command.name(), "-W '" + names + "'");
    }
    script.append("    esac\n    return\n  fi\n");
  }

  private void words() {
    script.append("  if ((COMP_CWORD == 1)); then\n    _reconcile_offer -W '");
    script.append(String.join(" ", Commands.names())).append("'\n    return\n  fi\n");
    script.append("  case $command in\n");
    for (Subcommand command : Commands.ALL) {
      offer(
          command.name(),
          command.operand().map(word -> words(word.values(), word.placeholder())).orElse(""));
    }
    script.append("  esac\n");
  }

  private void offer(String when, String what) {
    String how = what.isEmpty() ? ":" : "_reconcile_offer " + what;
    script.append("    ").append(when).append(") ").append(how).append(" ;;\n");
  }
}
