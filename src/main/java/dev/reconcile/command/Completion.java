package dev.reconcile.command;

import dev.reconcile.cli.Invocation;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.cli.Option;

/** What bash offers to somebody who types a command line: made of the options that there are. */
final class Completion {
  private static final String APPS = "-W \"$(_reconcile_apps)\"";
  private static final String FOLDERS = "-d";
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

  /** The script, for bash to read. */
  static String text() {
    Completion completion = new Completion();
    completion.values();
    completion.options();
    completion.words();
    return completion.script.append(END).toString();
  }

  private void values() {
    script.append("  case $previous in\n");
    List.of(Invocation.Command.values()).stream()
        .flatMap(command -> Invocation.options(command).getOptions().stream())
        .filter(Option::hasArg)
        .map(Option::getLongOpt)
        .distinct()
        .forEach(name -> offer("--" + name, values(name)));
    script.append("    *) false ;;\n  esac && return\n");
  }

  private static String values(String option) {
    return switch (option) {
      case "repo", "path", "root", "into" -> FOLDERS;
      case "config", "output", "metrics", "on-failure", "on-recovery", "on-change" -> FILES;
      case "only", "reassign", "release" -> APPS;
      case "style" -> "-W 'walk skip'";
      case "format" -> "-W 'lines binary'";
      default -> "";
    };
  }

  private void options() {
    script.append("  if [[ $current == -* ]]; then\n    case $command in\n");
    for (Invocation.Command command : Invocation.Command.values()) {
      String names =
          Invocation.options(command).getOptions().stream()
              .map(option -> "--" + option.getLongOpt())
              .collect(Collectors.joining(" "));
      offer(command.word(), "-W '" + names + "'");
    }
    script.append("    esac\n    return\n  fi\n");
  }

  private void words() {
    script.append("  if ((COMP_CWORD == 1)); then\n    _reconcile_offer -W '");
    script.append(String.join(" ", Invocation.Command.words())).append("'\n    return\n  fi\n");
    script.append("  case $command in\n");
    for (Invocation.Command command : Invocation.Command.values()) {
      offer(command.word(), words(command));
    }
    script.append("  esac\n");
  }

  private static String words(Invocation.Command command) {
    return switch (command) {
      case VALIDATE, ALLOCATE, ADOPT, INIT -> FOLDERS;
      case ROLLBACK -> APPS;
      case SCHEMA -> "-W 'app reconcile host'";
      case TIMER -> "-W 'install remove'";
      case APPLY, PLAN, DOCTOR, HISTORY, PERMUTE, RESUME, STATUS, SUSPEND -> "";
    };
  }

  private void offer(String when, String what) {
    String how = what.isEmpty() ? ":" : "_reconcile_offer " + what;
    script.append("    ").append(when).append(") ").append(how).append(" ;;\n");
  }
}
