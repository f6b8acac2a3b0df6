// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.apply.Pip.Call;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Installation;
import dev.reconcile.model.LockTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The commands that install what a lock file pins. Each program checks the hashes of the lock, or
 * pip does. No program makes a virtualenv of its own, or takes another version than the lock's.
 */
final class LockCalls {
  /** pip reads this file, which the build's home has for a moment. */
  private static final String EXPORTED = VenvKind.HOME + "/locked.txt";

  /** Writes the requirements of a Pipfile.lock, perhaps without the addresses of its indexes. */
  private static final String EXPORT =
      """
      set -e
      file=$1 addresses=$2
      shift 2
      "$@" >"$file.all"
      sed -E "/^(-i|--extra-index-url) /$addresses" "$file.all" >"$file"
      """;

  private LockCalls() {}

  /**
   * Returns the commands.
   *
   * @param home the path of the virtualenv in the build
   * @param pip the command of pip
   */
  static List<Call> of(Installation.Lock lock, String home, List<String> pip) {
    return switch (lock.tool()) {
      case POETRY -> List.of(new Call("poetry", poetry(lock, home)));
      case PIPENV -> pipenv(lock, pip);
      case UV -> List.of(new Call("uv", uv(lock, home)));
      case PYLOCK ->
          List.of(
              new Call(
                  "uv",
                  List.of(
                      "env",
                      "UV_PYTHON_DOWNLOADS=never",
                      "uv",
                      "pip",
                      "install",
                      "--no-progress",
                      "--python",
                      home + "/bin/python",
                      "--requirements",
                      LockTool.PYLOCK.file())));
    };
  }

  // --only main: without it, poetry installs the development groups, too. A keyring would wait for
  // a session bus.
  private static List<String> poetry(Installation.Lock lock, String home) {
    List<String> argv =
        words(
            Map.of("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring", "VIRTUAL_ENV", home));
    argv.addAll(List.of("poetry", "install", "--no-interaction", "--no-ansi", "--no-root"));
    List<String> groups = new ArrayList<>(List.of("main"));
    groups.addAll(lock.groups());
    argv.addAll(List.of("--only", String.join(",", groups)));
    lock.extras().forEach(extra -> argv.addAll(List.of("--extras", extra)));
    return argv;
  }

  // --no-editable: the project's folder in the build is not there when the app runs
  private static List<String> uv(Installation.Lock lock, String home) {
    List<String> argv =
        words(
            Map.of(
                "UV_PROJECT_ENVIRONMENT",
                home,
                "UV_PYTHON_DOWNLOADS",
                "never",
                "VIRTUAL_ENV",
                home));
    argv.addAll(List.of("uv", "sync", "--frozen", "--active", "--inexact", "--no-editable"));
    argv.addAll(List.of("--no-progress", "--no-default-groups"));
    lock.groups().forEach(group -> argv.addAll(List.of("--group", group)));
    lock.extras().forEach(extra -> argv.addAll(List.of("--extra", extra)));
    return argv;
  }

  private static List<Call> pipenv(Installation.Lock lock, List<String> pip) {
    List<String> export =
        new ArrayList<>(
            List.of("sh", "-c", EXPORT, "sh", EXPORTED, lock.index().isEmpty() ? "b" : "d"));
    export.addAll(words(Map.of("PIPENV_IGNORE_VIRTUALENVS", "1", "PIPENV_NOSPIN", "1")));
    export.addAll(List.of("pipenv", "requirements", "--hash"));
    if (!lock.groups().isEmpty()) {
      export.addAll(List.of("--categories", "default," + String.join(",", lock.groups())));
    }
    List<String> install = new ArrayList<>(pip);
    if (!lock.index().isEmpty()) {
      install.addAll(List.of("--index-url", lock.index()));
    }
    install.addAll(List.of("--require-hashes", "-r", EXPORTED));
    return List.of(new Call("pipenv", export), new Call("pip", install));
  }

  private static List<String> words(Map<String, String> variables) {
    List<String> words = new ArrayList<>(List.of("env"));
    variables.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> words.add(entry.getKey() + "=" + entry.getValue()));
    return words;
  }
}
