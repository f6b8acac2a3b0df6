// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Step.TreeRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an app installs, and what makes its virtualenv another one. */
final class DependencyReaderTest {
  private static final Venv.Options PLAIN =
      new Venv.Options(List.of(), List.of(), List.of(), false, "", Optional.empty());
  private static final String BACKEND =
      "[build-system]\nbuild-backend = \"setuptools.build_meta\"\n";
  private static final String POETRY =
      "[tool.poetry]\nname = \"my-shop\"\n[build-system]\nbuild-backend = \"poetry.core.masonry.api\"\n";
  private static final String LOCK = "[[package]]\nname = \"gunicorn\"\nversion = \"21\"\n";

  private record Code(Map<String, String> files) implements Sources.Resolved {
    @Override
    public String revision() {
      return "1";
    }

    @Override
    public TreeRef tree() {
      return new TreeRef("", "1", "");
    }

    @Override
    public Optional<Sources.SourceFile> file(String path) {
      return Optional.ofNullable(files.get(path))
          .map(text -> new Sources.SourceFile(path, Content.of(text)));
    }
  }

  private static Optional<Dependencies> read(
      Map<String, String> files, Venv.Options options, String... items) throws Exception {
    Venv venv =
        new Venv(
            "/v", "python3", new Venv.Install.Auto(true), options, Origin.of("apps/shop.yaml"));
    SourcePaths paths = new SourcePaths("the source of shop", List.of("/srv/shop"));
    return new DependencyReader(new Code(files), paths, venv).read(List.of(items));
  }

  private static Dependencies one(Map<String, String> files, Venv.Options options, String... items)
      throws Exception {
    return read(files, options, items).orElseThrow();
  }

  private static Venv.Options with(List<String> extras, List<String> groups, String wheels) {
    return new Venv.Options(extras, groups, List.of(), false, wheels, Optional.empty());
  }

  @Test
  void oneFileHasTheTextOfEarlierVersions() throws Exception {
    Dependencies found = one(Map.of("a.txt", "Flask\n"), PLAIN, "a.txt");
    assertThat(found.requirements().text()).isEqualTo("Flask\n");
    assertThat(found.withGunicorn().names()).containsExactly("gunicorn");
    assertThat(one(Map.of(), PLAIN).requirements().text()).isEmpty();
    assertThat(read(Map.of(), PLAIN, "a.txt")).isEmpty();
  }

  @Test
  void severalFilesAreToldApart() throws Exception {
    Map<String, String> files = Map.of("a.txt", "Flask\n", "b.txt", "gunicorn\n");
    Dependencies found = one(files, PLAIN, "a.txt", "b.txt");
    assertThat(found.requirements().text()).isEqualTo("# -r a.txt\nFlask\n# -r b.txt\ngunicorn\n");
    assertThat(found.installation().files()).containsExactly("a.txt", "b.txt");
    assertThat(found.withGunicorn().names()).isEmpty();
  }

  @Test
  void projectUsesTheTree() throws Exception {
    Map<String, String> files =
        Map.of("pyproject.toml", BACKEND, "a.txt", "x==1 --hash=sha256:00\n");
    Dependencies alone = one(files, with(List.of("a", "b"), List.of("g"), ""), ".");
    assertThat(alone.requirements().usesTree()).isTrue();
    assertThat(alone.requirements().text()).isEqualTo(".[a,b]\n# groups g\n");
    assertThat(alone.installation().names()).containsExactly(".[a,b]");
    assertThat(alone.installation().options()).containsExactly("--group", "g");

    Dependencies hashed = one(files, PLAIN, "a.txt", ".");
    assertThat(hashed.installation().project())
        .as("pip takes no folder with hashes")
        .isEqualTo(".");
    assertThat(hashed.installation().names()).isEmpty();
    assertThat(read(Map.of("pyproject.toml", "[tool.black]\n"), PLAIN, ".")).isEmpty();
    assertThat(read(Map.of("setup.py", ""), PLAIN, ".")).isPresent();
  }

  @Test
  void extrasNeedAProject() throws Exception {
    for (Venv.Options options :
        List.of(with(List.of("a"), List.of(), ""), with(List.of(), List.of("g"), ""))) {
      assertThatExceptionOfType(Mistake.class)
          .isThrownBy(() -> read(Map.of("a.txt", ""), options, "a.txt"))
          .matches(mistake -> mistake.summary().equals("Extras without a project"));
      assertThat(read(Map.of(), options, "a.txt")).as("the file is missing").isEmpty();
    }
  }

  @Test
  void optionsArePartOfTheText() throws Exception {
    Map<String, String> files = Map.of("a.txt", "Flask\n", "limits.txt", "Flask==1\n");
    Venv.Index index =
        new Venv.Index(
            "https://i.example:8443/simple/",
            List.of("https://pypi.org/simple/"),
            "me",
            "/etc/secret",
            Origin.of("x"),
            Origin.of("x"));
    Dependencies found =
        one(
            files,
            new Venv.Options(
                List.of(), List.of(), List.of("limits.txt"), true, "", Optional.of(index)),
            "a.txt");
    assertThat(found.requirements().text())
        .isEqualTo(
            """
            --index-url https://i.example:8443/simple/
            --extra-index-url https://pypi.org/simple/
            # with the packages of the system
            Flask
            # -c limits.txt
            Flask==1
            """);
    assertThat(found.installation().login().orElseThrow().host()).isEqualTo("i.example");
    assertThat(found.installation().options())
        .containsExactly(
            "--index-url",
            "https://i.example:8443/simple/",
            "--extra-index-url",
            "https://pypi.org/simple/",
            "-c",
            "limits.txt");
  }

  @Test
  void wheelsOfTheSourceUseTheTree() throws Exception {
    Map<String, String> files = Map.of("a.txt", "Flask\n");
    Dependencies within = one(files, with(List.of(), List.of(), "vendor"), "a.txt");
    assertThat(within.requirements().usesTree()).isTrue();
    assertThat(within.installation().options())
        .containsExactly("--find-links", "./vendor", "--no-index");
    Dependencies outside = one(files, with(List.of(), List.of(), "/srv/wheels"), "a.txt");
    assertThat(outside.requirements().usesTree()).isFalse();
    assertThat(outside.requirements().text())
        .isEqualTo("--find-links /srv/wheels\n--no-index\nFlask\n");
  }

  @Test
  void lockIsInstalledByItsTool() throws Exception {
    Map<String, String> files = Map.of("poetry.lock", LOCK, "pyproject.toml", "[tool.poetry]\n");
    Dependencies found = one(files, PLAIN, "poetry.lock");
    assertThat(found.requirements().text()).startsWith("gunicorn==21\n# poetry.lock ");
    assertThat(found.requirements().usesTree()).isFalse();
    assertThat(found.requirements().files()).containsOnlyKeys("poetry.lock", "pyproject.toml");
    assertThat(found.requirements().gunicorn()).isEqualTo(Requirements.Gunicorn.PRESENT);
    assertThatExceptionOfType(Mistake.class)
        .isThrownBy(() -> read(Map.of("poetry.lock", LOCK), PLAIN, "poetry.lock"))
        .matches(mistake -> mistake.summary().equals("Lock without its project"));
  }

  @Test
  void projectWithALockIsInstalledIfItIsAPackage() throws Exception {
    Map<String, String> flat = Map.of("poetry.lock", LOCK, "pyproject.toml", POETRY, "main.py", "");
    assertThat(one(flat, PLAIN, "poetry.lock").requirements().usesTree()).isFalse();
    Map<String, String> src =
        Map.of("poetry.lock", LOCK, "pyproject.toml", POETRY, "src/my_shop/__init__.py", "");
    Dependencies found = one(src, PLAIN, "poetry.lock");
    assertThat(found.requirements().usesTree()).isTrue();
    assertThat(found.installation().project()).isEqualTo(".");
    Map<String, String> off =
        Map.of(
            "poetry.lock",
            LOCK,
            "pyproject.toml",
            POETRY + "package-mode = false\n",
            "my_shop.py",
            "");
    assertThat(one(off, PLAIN, "poetry.lock").requirements().usesTree()).isFalse();
    Map<String, String> uv = Map.of("uv.lock", LOCK, "pyproject.toml", BACKEND);
    assertThat(one(uv, PLAIN, "uv.lock").requirements().usesTree()).isTrue();
    assertThat(one(uv, PLAIN, "uv.lock").installation().project()).as("uv does it").isEmpty();
  }
}
