// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import dev.reconcile.model.Layout;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The completion script for bash, generated from all commands. */
final class Completion {
  private static final String APPS = "-W \"$(_reconcile_apps)\"";
  private static final String PROCESSES = "-W \"$(_reconcile_processes \"${COMP_WORDS[2]}\")\"";
  private static final String LOGS =
      "-W \"$(_reconcile_processes \"${COMP_WORDS[2]}\" schedules)\"";
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
          [[ $name == \\* || $name == *.* ]] || echo "$name"
        done
      }

      # the processes and their instances of an app, and with "schedules" its schedules
      _reconcile_processes() {
        local unit name
        echo web
        for unit in TARGET/PROCESSES"$1".*.service; do
          name=${unit##*/PROCESSES"$1".}
          name=${name%.service}
          [[ $name == \\* ]] || printf '%s\\n' "${name%.*}" "$name"
        done
        [[ $2 == schedules ]] || return
        for unit in TARGET/SCHEDULES"$1".*.timer; do
          name=${unit##*/SCHEDULES"$1".}
          [[ $name == \\** ]] || echo "${name%.timer}"
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
      """
          .replace("TARGET", Layout.ENABLED)
          .replace("PROCESSES", prefix(Layout.PROCESS_TEMPLATE))
          .replace("SCHEDULES", prefix(Layout.TIMER_TEMPLATE));

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

  private static String prefix(String template) {
    return template.substring(0, template.indexOf('@') + 1);
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
      case PROCESS -> PROCESSES;
      case LOG -> LOGS;
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
    script.append(
        "  if ((COMP_CWORD == 3)) && [[ ${COMP_WORDS[2]} != -* ]]; then\n    case $command in\n");
    for (Subcommand command : Commands.ALL) {
      if (command.secondOperand().isPresent()) {
        script.append("  ");
        offer(command.name(), words(command.secondOperand()) + " && return");
      }
    }
    script.append("    esac\n  fi\n  case $command in\n");
    for (Subcommand command : Commands.ALL) {
      offer(command.name(), words(command.operand()));
    }
    script.append("  esac\n");
  }

  private static String words(Optional<Operand> operand) {
    return operand.map(word -> words(word.values(), word.placeholder())).orElse("");
  }

  private void offer(String when, String what) {
    String how = what.isEmpty() ? ":" : "_reconcile_offer " + what;
    script.append("    ").append(when).append(") ").append(how).append(" ;;\n");
  }
}
