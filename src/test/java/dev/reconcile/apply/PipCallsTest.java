// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Installation;
import dev.reconcile.model.LockTool;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The commands by which dependencies are installed. uv is not available to the other tests. */
final class PipCallsTest {
  private static final List<String> PIP = List.of("pip", "install");

  private static List<String> calls(Installation installation) {
    return Pip.calls("/venv", installation, PIP, true).stream()
        .map(call -> call.name() + ": " + String.join(" ", call.argv()))
        .toList();
  }

  private static Installation locked(LockTool tool, String project, String index) {
    return new Installation(
        List.of(),
        List.of(),
        List.of("--index-url", "https://i.example/"),
        project,
        Optional.of(new Installation.Lock(tool, List.of("postgres"), List.of("production"), index)),
        false,
        Optional.empty());
  }

  @Test
  void filesAndNamesAreInstalledTogether() {
    Installation plain =
        new Installation(
            List.of("base.txt", "prod.txt"),
            List.of(".", "gunicorn"),
            List.of("-c", "limits.txt"),
            "",
            Optional.empty(),
            false,
            Optional.empty());
    assertThat(calls(plain))
        .containsExactly("pip: pip install -c limits.txt -r base.txt -r prod.txt . gunicorn");
  }

  @Test
  void projectBesideHashesIsInstalledAfterThem() {
    Installation hashed =
        new Installation(
            List.of("all.txt"),
            List.of(),
            List.of(),
            ".",
            Optional.empty(),
            false,
            Optional.empty());
    assertThat(calls(hashed))
        .containsExactly("pip: pip install -r all.txt", "pip-project: pip install --no-deps .");
  }

  @Test
  void uvInstallsWhatItLocked() {
    assertThat(calls(locked(LockTool.UV, "", "")))
        .containsExactly(
            """
            uv: env UV_PROJECT_ENVIRONMENT=/venv UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=/venv \
            uv sync --frozen --active --inexact --no-editable --no-progress \
            --no-default-groups --group production --extra postgres\
            """);
    assertThat(calls(locked(LockTool.PYLOCK, "", "")))
        .containsExactly(
            """
            uv: env UV_PYTHON_DOWNLOADS=never uv pip install --no-progress \
            --python /venv/bin/python --requirements pylock.toml\
            """);
  }

  @Test
  void poetryInstallsWhatItLockedAndPipTheProject() {
    assertThat(calls(locked(LockTool.POETRY, ".", "")))
        .containsExactly(
            """
            poetry: env PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring VIRTUAL_ENV=/venv \
            poetry install --no-interaction --no-ansi --no-root --only main,production \
            --extras postgres\
            """,
            "pip-project: pip install --index-url https://i.example/ --no-deps .");
  }

  @Test
  void pipInstallsWhatPipenvLocked() {
    List<String> calls = calls(locked(LockTool.PIPENV, "", "https://i.example/"));
    assertThat(calls).hasSize(2);
    assertThat(calls.getFirst())
        .endsWith("pipenv requirements --hash --categories default,production");
    assertThat(calls.getLast())
        .isEqualTo(
            """
            pip: pip install --index-url https://i.example/ --require-hashes \
            -r /var/lib/reconcile/build/home/locked.txt\
            """);
  }
}
