// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Apps that use their frameworks as public apps do, each in a repository of its own, with the file
 * and the commands of docs/deploying-apps.md: the first deploy, a commit with a migration under
 * load, a bad commit, a rollback.
 */
class RealAppsIT {
  private static final Path APPS = Path.of("integration-tests/apps");
  private static final Path SAMPLES = Path.of("desired-state/src");
  private static final Path PAGE = Path.of("docs/deploying-apps.md");

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.write("/etc/reconcile/secrets/album/SECRET_KEY", "only for this test\n", "0600");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @Thorough
  @Test
  void flaskWithSqliteAsPackage() {
    Repository app = new Repository("guestbook");
    app.commit(Map.of());
    deploy(app);
    assertThat(operator.page("guestbook")).isEqualTo("nobody yet\n");
    assertThat(post("guestbook", "/sign", "name=Ada")).isEqualTo("thank you\n");

    String code = app.file("src/guestbook/__init__.py");
    String schema = app.file("src/guestbook/schema.sql");
    app.commit(
        Map.of(
            "src/guestbook/schema.sql",
            schema + "CREATE TABLE IF NOT EXISTS mood (name TEXT NOT NULL);\n",
            "src/guestbook/__init__.py",
            code.replace(
                "SELECT name FROM entry", "SELECT name FROM entry WHERE name NOT IN mood")));
    changeUnderLoad("guestbook");
    assertThat(operator.page("guestbook")).isEqualTo("Ada\n");
    assertThat(post("guestbook", "/sign", "name=Brian")).isEqualTo("thank you\n");

    app.commit(Map.of("src/guestbook/__init__.py", "from guestbook.nowhere import create_app\n"));
    refuseUnderLoad("guestbook", "No module named 'guestbook.nowhere'");
    assertThat(operator.page("guestbook")).isEqualTo("Ada\nBrian\n");

    app.commit(Map.of());
    succeed(0, operator.apply());
    rollBack("guestbook");
    assertThat(operator.page("guestbook")).isEqualTo("Ada\nBrian\n");
  }

  @Thorough
  @Test
  void flaskWithAlembicInSubfolder() {
    Repository app = new Repository("notes");
    app.commit(Map.of());
    deploy(app);
    assertThat(operator.page("notes")).isEqualTo("none\n");
    assertThat(post("notes", "/", "text=milk")).isEqualTo("kept\n");

    String code = app.file("backend/notes.py");
    String migration =
        """
        import sqlalchemy as sa
        from alembic import op

        revision = "0002"
        down_revision = "0001"


        def upgrade():
            op.add_column("note", sa.Column("done", sa.Boolean, server_default="0"))
        """;
    String later =
        code.replace("Integer, Text,", "Boolean, Integer, Text,")
            .replace(
                "    text = Column(Text)", "    text = Column(Text)\n    done = Column(Boolean)");
    app.commit(
        Map.of("backend/migrations/versions/0002_done.py", migration, "backend/notes.py", later));
    changeUnderLoad("notes");
    assertThat(operator.page("notes")).isEqualTo("milk\n");

    app.commit(
        Map.of(
            "backend/migrations/versions/0002_done.py",
            migration,
            "backend/migrations/versions/0003_broken.py",
            migration.replace("\"0002\"", "\"0003\"").replace("\"0001\"", "\"0002\""),
            "backend/notes.py",
            later));
    refuseUnderLoad("notes", "duplicate column name: done");
    assertThat(operator.page("notes")).isEqualTo("milk\n");

    app.commit(
        Map.of("backend/migrations/versions/0002_done.py", migration, "backend/notes.py", later));
    succeed(0, operator.apply());
    assertThat(post("notes", "/", "text=bread")).isEqualTo("kept\n");
    rollBack("notes");
    assertThat(operator.page("notes")).isEqualTo("milk\nbread\n");
  }

  @Test
  void djangoWithStaticFilesAndMedia() throws IOException {
    Repository app = new Repository("album");
    app.commit(Map.of());
    deploy(app);
    type("reconcile run album");
    String style = hashedStyle();
    assertThat(operator.page("album", style)).contains("black");
    host.runScript("echo a picture >/var/tmp/one.txt");
    assertThat(
            host.run(
                "curl",
                "-sSf",
                "-H",
                "Host: album.test",
                "-F",
                "file=@/var/tmp/one.txt",
                "http://localhost/upload"))
        .isEqualTo("stored\n");
    assertThat(operator.page("album", "/media/one.txt")).isEqualTo("a picture\n");

    // a link of the code does not lead visitors to what the app may put into its data
    host.runScript("ln -s ../media /usr/share/nginx/album/staticfiles/x");
    assertThat(operator.status("album", "/static/x/one.txt")).isEqualTo("403");
    host.run("rm", "/usr/share/nginx/album/staticfiles/x");

    String migration =
        """
        from django.db import migrations, models


        class Migration(migrations.Migration):
            dependencies = [("pictures", "0001_initial")]
            operations = [
                migrations.AddField("Picture", "title", models.CharField(default="", max_length=80))
            ]
        """;
    String models = app.file("pictures/models.py");
    Map<String, String> second =
        Map.of(
            "pictures/migrations/0002_title.py",
            migration,
            "pictures/models.py",
            models + "    title = models.CharField(default=\"\", max_length=80)\n",
            "pictures/static/pictures/style.css",
            "body { color: green; }\n");
    app.commit(second);
    changeUnderLoad("album");
    assertThat(hashedStyle()).isNotEqualTo(style);
    assertThat(operator.page("album", hashedStyle())).contains("green");
    // a page that a visitor opened before the change asks for the earlier file
    assertThat(operator.page("album", style)).contains("black");
    assertThat(operator.page("album", "/media/one.txt")).isEqualTo("a picture\n");

    app.commit(
        Map.of("pictures/templates/pictures/list.html", "{% load static %}{% static 'no' %}"));
    refuseUnderLoad("album", "500");
    assertThat(operator.page("album", hashedStyle())).contains("green");

    Map<String, String> third = new TreeMap<>(second);
    third.put("pictures/static/pictures/style.css", "body { color: red; }\n");
    app.commit(third);
    succeed(0, operator.apply());
    assertThat(operator.page("album", hashedStyle())).contains("red");
    rollBack("album");
    assertThat(operator.page("album", hashedStyle())).contains("green");
    assertThat(operator.page("album", "/media/one.txt")).isEqualTo("a picture\n");
  }

  @Thorough
  @Test
  void fastApiUnderUvicornsWorker() {
    Repository app = new Repository("clock");
    app.commit(Map.of());
    deploy(app);
    assertThat(post("clock", "/visits", "")).contains("counted");
    assertThat(operator.page("clock")).contains("\"visits\":1");

    String code = app.file("clock.py");
    String later =
        code.replace(
                "count(*) FROM visit",
                "count(*) FROM visit WHERE at NOT IN (SELECT at FROM hidden)")
            .replace(
                "(at TEXT NOT NULL)\")",
                "(at TEXT NOT NULL)\")\n        database.execute(\"CREATE TABLE IF NOT EXISTS hidden (at TEXT)\")");
    app.commit(Map.of("clock.py", later));
    changeUnderLoad("clock");
    assertThat(operator.page("clock")).contains("\"visits\":1");

    app.commit(Map.of("clock.py", later.replace("FROM hidden", "FROM nothing")));
    refuseUnderLoad("clock", "500");
    assertThat(operator.page("clock")).contains("\"visits\":1");

    app.commit(Map.of("clock.py", later));
    succeed(0, operator.apply());
    rollBack("clock");
    assertThat(operator.page("clock")).contains("\"visits\":1");
  }

  @Thorough
  @Test
  void appWithPostgresql() throws IOException {
    succeed(
        0,
        host.exec(
            Duration.ofMinutes(4),
            "sh",
            "-ec",
            "dpkg --install /srv/tools/postgresql/*.deb >/dev/null"));
    Repository app = new Repository("notes");
    app.commit(
        Map.of(
            "backend/requirements.txt",
            app.file("backend/requirements.txt") + "psycopg2\n",
            "backend/notes.py",
            app.file("backend/notes.py").replace(", connect_args={\"timeout\": 20}", "")));
    String settings = yaml("reconcile.yaml");
    operator.push(new DesiredTree(Map.of("reconcile.yaml", settings)));
    succeed(0, operator.apply("--max-prune", "9"));
    type("runuser -u postgres");
    deploy(app, yaml("apps/notes.yaml with PostgreSQL"), settings);
    assertThat(post("notes", "/", "text=milk")).isEqualTo("kept\n");
    assertThat(operator.page("notes")).isEqualTo("milk\n");
  }

  @Thorough
  @Test
  void copyOfSqliteDatabaseBeforeEachRelease() {
    host.run("sh", "-ec", "dpkg --install /srv/tools/sqlite3/*.deb >/dev/null");
    Repository app = new Repository("guestbook");
    app.commit(Map.of());
    String yaml = yaml("apps/guestbook.yaml");
    deploy(app, yaml, "version: 1\n");
    post("guestbook", "/sign", "name=Ada");

    String copying = yaml("steps of apps/guestbook.yaml");
    deploy(
        app,
        yaml.replaceFirst("(?m)^release: .*\n", Matcher.quoteReplacement(copying)),
        "version: 1\n");

    String copied =
        host.run(
            "python3",
            "-c",
            """
            import glob, sqlite3
            (copy,) = glob.glob("/var/lib/gunicorn/guestbook/**/before-*.sqlite", recursive=True)
            for (name,) in sqlite3.connect(copy).execute("SELECT name FROM entry ORDER BY id"):
                print(name)
            """);
    assertThat(copied).isEqualTo(operator.page("guestbook")).endsWith("Ada\n");
  }

  private static String hashedStyle() {
    return operator.page("album").replaceAll("(?s).*href=\"([^\"]+)\".*", "$1");
  }

  // The page gives the file of each app.
  private static void deploy(Repository app) {
    deploy(app, yaml("apps/" + app.name() + ".yaml"), "version: 1\n");
  }

  private static void deploy(Repository app, String yaml, String settings) {
    operator.push(
        new DesiredTree(
            Map.of("reconcile.yaml", settings, "apps/" + app.name() + ".yaml", here(app, yaml))));
    succeed(0, operator.apply("--max-prune", "9"));
    operator.assertConverged();
  }

  private static String here(Repository app, String yaml) {
    return yaml.replace("git@example.com:me/" + app.name() + ".git", host.git().fileUrl(app.name()))
        .replace(app.name() + ".example", app.name() + ".test");
  }

  /** The block of the page that begins with this name as a remark. */
  private static String yaml(String name) {
    try {
      Matcher block =
          Pattern.compile("```yaml\\n# " + Pattern.quote(name) + "\\n(.*?)```", Pattern.DOTALL)
              .matcher(Files.readString(PAGE));
      assertThat(block.find()).as("a block %s in %s", name, PAGE).isTrue();
      return block.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void type(String beginning) throws IOException {
    List<TypedCommand> commands =
        TypedCommand.in(PAGE).stream()
            .filter(command -> command.text().startsWith(beginning))
            .toList();
    assertThat(commands).as(beginning).isNotEmpty();
    for (TypedCommand command : commands) {
      host.runScript(command.text());
    }
  }

  private static void changeUnderLoad(String app) {
    Load.During during = Load.of(host, app, () -> operator.apply());
    succeed(0, during.result());
    assertThat(during.load().failed()).as(during.load().toString()).isZero();
    operator.assertConverged();
  }

  private static void refuseUnderLoad(String app, String reason) {
    Load.During during = Load.of(host, app, () -> operator.apply());
    assertThat(succeed(3, during.result()).stdout()).contains(reason, app + " was rolled back");
    assertThat(during.load().failed()).as(during.load().toString()).isZero();
  }

  private static void rollBack(String app) {
    assertThat(succeed(0, host.exec("reconcile", "rollback")).stdout()).contains(app);
  }

  private static String post(String app, String path, String body) {
    return host.run(
        "curl", "-sSf", "-H", "Host: " + app + ".test", "--data", body, "http://localhost" + path);
  }

  /**
   * The repository of an app, which begins as the folder of its name in {@link #APPS} or {@link
   * #SAMPLES}.
   *
   * @param name the app
   */
  private record Repository(String name) {
    /** The content of a file at the beginning. */
    String file(String path) {
      return beginning().files().getOrDefault(path, "");
    }

    private DesiredTree beginning() {
      Path sample = SAMPLES.resolve(name);
      return DesiredTree.read(Files.isDirectory(sample) ? sample : APPS.resolve(name));
    }

    /** Commits the beginning with other content of some files. */
    void commit(Map<String, String> changed) {
      DesiredTree tree = beginning();
      for (Map.Entry<String, String> file : changed.entrySet()) {
        tree = tree.withRaw(file.getKey(), file.getValue());
      }
      host.git().push(name, tree.files());
    }
  }
}
