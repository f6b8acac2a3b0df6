// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dependencies as people write them down: projects, several files, folders of packages. */
class DependenciesIT {
  /** The build backends of pyproject.toml; each is that of an app. */
  private static final Map<String, String> BACKENDS =
      Map.of(
          "setup",
          """
          [build-system]
          requires = ["setuptools"]
          build-backend = "setuptools.build_meta"
          [project]
          name = "shopkit"
          version = "1.0"
          dependencies = ["itsdangerous"]
          [project.optional-dependencies]
          extra = ["click"]
          [tool.setuptools.packages.find]
          where = ["src"]
          """,
          "hatch",
          """
          [build-system]
          requires = ["hatchling"]
          build-backend = "hatchling.build"
          [project]
          name = "shopkit"
          version = "1.0"
          dependencies = ["itsdangerous"]
          [tool.hatch.build.targets.wheel]
          packages = ["src/shopkit"]
          """,
          "core",
          """
          [build-system]
          requires = ["poetry-core"]
          build-backend = "poetry.core.masonry.api"
          [tool.poetry]
          name = "shopkit"
          version = "1.0"
          description = "a shop"
          authors = []
          packages = [{include = "shopkit", from = "src"}]
          [tool.poetry.dependencies]
          python = ">=3.9"
          itsdangerous = "*"
          """);

  private static final String SETUP =
      """
      from setuptools import setup
      setup(name="shopkit", version="1.0", packages=["shopkit"], package_dir={"": "src"},
            install_requires=["itsdangerous"])
      """;

  private static final String PACKAGE =
      """
      import itsdangerous


      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"VALUE\\n"]
      """;

  private static final String SAYS =
      """
      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          found = []
          for name in ("click", "itsdangerous", "markupsafe"):
              try:
                  module = __import__(name)
                  found.append(name + "@" + ("own" if "/lib/python3." in module.__file__ else "system"))
              except ImportError:
                  pass
          return [(" ".join(found) + "\\n").encode()]
      """;

  private static final DesiredTree KEPT = DesiredTree.bare().plain("kept", Stage.QUICK);

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    operator.converge(KEPT);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static void clear() {
    operator.push(KEPT);
    succeed(0, operator.apply("--max-prune", "9"));
  }

  private static String app(String name, String more) {
    return "source: {git: \"%s\"}\nsite: {server_name: %s.test}\n"
            .formatted(host.git().fileUrl(name), name)
        + more;
  }

  private static Map<String, String> project(String value) {
    return new TreeMap<>(Map.of("src/shopkit/__init__.py", PACKAGE.replace("VALUE", value)));
  }

  @Thorough
  @Test
  void projectOfEachBackendIsInstalledAndItsCodeIsNeverStale() {
    Map<String, Map<String, String>> apps = new LinkedHashMap<>();
    DesiredTree tree = KEPT;
    for (String name : List.of("setup", "hatch", "core", "older")) {
      Map<String, String> code = project("one");
      if (BACKENDS.containsKey(name)) {
        code.put("pyproject.toml", BACKENDS.getOrDefault(name, ""));
      } else {
        code.put("setup.py", SETUP);
      }
      apps.put(name, code);
      host.git().push(name, code);
      tree = tree.with("apps/" + name + ".yaml", app(name, "gunicorn: {app: 'shopkit:app'}\n"));
    }
    operator.converge(tree);
    apps.keySet().forEach(name -> assertThat(operator.page(name)).as(name).isEqualTo("one\n"));
    operator.assertConverged();

    apps.forEach((name, code) -> {
      code.putAll(project("two"));
      host.git().push(name, code);
    });
    Result plan = succeed(0, operator.plan());
    assertThat(plan.stdout()).contains("# built from the source at");
    succeed(0, operator.apply());
    apps.keySet().forEach(name -> assertThat(operator.page(name)).as(name).isEqualTo("two\n"));
    operator.assertConverged();

    // extras of the project
    operator.converge(
        tree.with(
            "apps/setup.yaml",
            app("setup", "gunicorn: {app: 'shopkit:app'}\nvenv: {install: ., extras: [extra]}\n")));
    host.run(Layout.of("setup").venv() + "/bin/python", "-c", "import click");
    clear();
  }

  @Thorough
  @Test
  void nothingFoundIsAnErrorOfANewAppAndAWarningOfOneThatRuns() {
    Map<String, String> code = new TreeMap<>(Map.of("main.py", SAYS, "none", ""));
    host.git().push("bare", code);
    DesiredTree tree = KEPT.with("apps/bare.yaml", app("bare", ""));
    operator.push(tree.plain("other", ""));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("No dependencies found", "apps/bare.yaml", "venv: {install: none}");
    assertThat(operator.page("other")).isEqualTo(DesiredTree.answer("other"));

    DesiredTree none = tree.with("apps/bare.yaml", app("bare", "venv: {install: none}\n"));
    operator.converge(none);
    assertThat(operator.page("bare")).isEqualTo("\n");

    // as an earlier version made it
    operator.push(tree);
    result = succeed(0, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Warning: No dependencies found")
        .doesNotContain("venv /");
    operator.assertConverged();

    code.put("pyproject.toml", BACKENDS.get("setup"));
    code.putAll(project("x"));
    host.git().push("bare", code);
    result = succeed(0, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Warning: Dependencies not installed", "pyproject.toml", "install: auto");
    assertThat(operator.page("bare")).as("its virtualenv stays").isEqualTo("\n");

    operator.converge(tree.with("apps/bare.yaml", app("bare", "venv: {install: auto}\n")));
    assertThat(operator.page("bare")).isEqualTo("itsdangerous@own\n");
    clear();
  }

  @Thorough
  @Test
  void filesConstraintsWheelsAndPackagesOfTheSystem() {
    Map<String, String> code = new TreeMap<>();
    code.put("main.py", SAYS);
    code.put("requirements/base.txt", "itsdangerous\n");
    code.put("requirements/prod.txt", "click\n");
    code.put("limits.txt", "click==99\n");
    code.put("poetry.lock", "[[package]]\nname = \"x\"\nversion = \"1\"\n");
    code.put("requirements.txt", "");
    host.git().push("files", code);
    DesiredTree tree = KEPT;
    String yaml = "venv: {install: [requirements/base.txt, requirements/prod.txt]%s}\n";

    Result result =
        operator.converge(tree.with("apps/files.yaml", app("files", "venv: {install: auto}\n")));
    assertThat(result.stdout() + result.stderr())
        .contains("Notice: Lock file not used", "poetry.lock beside requirements.txt");
    assertThat(operator.page("files")).isEqualTo("\n");

    operator.converge(tree.with("apps/files.yaml", app("files", yaml.formatted(""))));
    assertThat(operator.page("files")).isEqualTo("click@own itsdangerous@own\n");

    operator.push(
        tree.with("apps/files.yaml", app("files", yaml.formatted(", constraints: limits.txt"))));
    result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr()).contains("Virtualenv build failed", "click==99");
    assertThat(operator.page("files")).isEqualTo("click@own itsdangerous@own\n");

    host.runScript(
        """
        mkdir /srv/few; cp /srv/wheels/gunicorn-* /srv/wheels/setuptools-* /srv/wheels/markupsafe-* \
          /srv/wheels/MarkupSafe-* /srv/few 2>/dev/null || true
        dpkg --install /srv/debs/python3-itsdangerous_*.deb
        """);
    operator.push(tree.with("apps/files.yaml", app("files", yaml.formatted(", wheels: /srv/few"))));
    result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr()).contains("Virtualenv build failed", "itsdang");
    code.put("requirements/prod.txt", "markupsafe\n");
    host.git().push("files", code);
    operator.converge(
        tree.with(
            "apps/files.yaml",
            app("files", yaml.formatted(", wheels: /srv/few, system_packages: true"))));
    assertThat(operator.page("files")).isEqualTo("itsdangerous@system markupsafe@own\n");
    operator.assertConverged();
    clear();
  }

  @Test
  void folderOfARepositoryIsTheApp() {
    Map<String, String> code = new TreeMap<>();
    code.put("backend/main.py", SAYS.replace("found = []", "import lib; found = [lib.VALUE]"));
    code.put("backend/lib.py", "VALUE = 'one'\n");
    code.put("backend/requirements.txt", "-r more.txt\n");
    code.put("backend/more.txt", "click\n");
    code.put("backend/static/page.txt", "static\n");
    code.put("frontend/README", "none\n");
    host.git().push("mono", code);
    String yaml = "source: {git: \"%s\", folder: %s}\nsite: {server_name: mono.test}\n";
    DesiredTree tree =
        KEPT.with("apps/mono.yaml", yaml.formatted(host.git().fileUrl("mono"), "backend"));
    operator.converge(tree);
    assertThat(operator.page("mono")).isEqualTo("one click@own\n");
    operator.assertConverged();

    code.put("backend/lib.py", "VALUE = 'two'\n");
    String second = host.git().push("mono", code);
    succeed(0, operator.apply());
    assertThat(operator.page("mono")).isEqualTo("two click@own\n");
    assertThat(host.run("reconcile", "status")).contains(second.substring(0, 7));

    // back to the commit before, by its name
    succeed(0, host.exec("reconcile", "rollback", "mono"));
    assertThat(operator.page("mono")).isEqualTo("one click@own\n");
    succeed(0, operator.apply("--only", "mono"));
    assertThat(operator.page("mono")).isEqualTo("two click@own\n");

    operator.push(
        tree.with("apps/mono.yaml", yaml.formatted(host.git().fileUrl("mono"), "fronted")));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("No such folder in the source", "Did you mean \"frontend\"?");
    assertThat(operator.page("mono")).isEqualTo("two click@own\n");
    clear();
  }
}
