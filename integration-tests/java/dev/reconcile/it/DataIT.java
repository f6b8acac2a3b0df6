// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.command;
import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What an app writes outlives its revisions: a blog with posts in SQLite, and uploads. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DataIT {
  /**
   * Lists its posts. It keeps a connection open, so that posts stay in the file of the write-ahead
   * log.
   */
  private static final String CODE =
      """
      import os
      import sqlite3
      from urllib.parse import unquote

      VERSION = "one"
      FILE = os.environ.get("FILE", "instance/blog.sqlite")
      OPEN = []


      def posts():
          if not OPEN:
              OPEN.append(sqlite3.connect(FILE, isolation_level=None, check_same_thread=False))
              OPEN[0].execute("PRAGMA journal_mode=WAL")
              OPEN[0].execute("CREATE TABLE IF NOT EXISTS post (text TEXT)")
          return OPEN[0]


      def app(environ, start_response):
          path, what = environ["PATH_INFO"], unquote(environ["QUERY_STRING"])
          if path == "/add":
              posts().execute("INSERT INTO post VALUES (?)", (what,))
          if path == "/upload":
              with open("media/" + what, "w") as file:
                  file.write("uploaded " + what + "\\n")
          if path == "/link":
              os.symlink(what, "media/link")
          rows = [row[0] for row in posts().execute("SELECT text FROM post ORDER BY 1")]
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [f"{VERSION}: {' '.join(rows)}\\n".encode()]
      """;

  private static final String DATA = "/var/lib/gunicorn/blog";

  private static Operator operator;
  private static TestHost host;
  private final Map<String, String> code =
      new TreeMap<>(Map.of("main.py", CODE, "instance/.gitkeep", "", "media/.gitignore", "*\n"));

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.runScript(
        """
        useradd --system writer
        umask 077; echo secret >/root/secret; umask 022
        install -d -m 0750 -o www-data -g www-data /srv/inner; echo inner >/srv/inner/file
        chmod 0640 /srv/inner/file; chown www-data: /srv/inner/file
        """);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static String yaml(String name, String more) {
    return """
    source: {git: "file:///srv/git/blog.git"}
    venv: {python: %s}
    user: webapp
    group: webapp
    site: {server_name: %s.test, static: {/media/: media/}}
    """
            .formatted(Stage.QUICK_PYTHON, name)
        + more;
  }

  private static final String BOTH = "data: [instance, media]\n";

  private static DesiredTree tree(String more) {
    return DesiredTree.bare().with("apps/blog.yaml", yaml("blog", more));
  }

  private void push(String version) {
    code.put("main.py", CODE.replace("\"one\"", "\"" + version + "\""));
    host.git().push("blog", code);
  }

  private static String stat(String path) {
    return host.run("stat", "-c", "%U:%G %a", path).strip();
  }

  private static String linkIn(String place) {
    return host.run("readlink", Layout.of("blog").directory() + "/" + place).strip();
  }

  private static String all(Result result) {
    return result.stdout() + result.stderr();
  }

  @Test
  @Order(1)
  void dataOutlivesARevisionAndARollback() {
    push("one");
    operator.push(tree(BOTH));
    assertThat(succeed(0, operator.plan()).stdout())
        .contains("data " + DATA + "/instance", "webapp:webapp 0750", "webapp:www-data 2750");
    succeed(0, operator.apply());
    operator.page("blog", "/add?first");
    operator.page("blog", "/upload?cat");
    assertThat(stat(DATA)).isEqualTo("root:root 755");
    assertThat(stat(DATA + "/instance")).isEqualTo("webapp:webapp 750");
    assertThat(stat(DATA + "/media")).isEqualTo("webapp:www-data 2750");
    assertThat(linkIn("instance")).isEqualTo(DATA + "/instance");
    assertThat(host.run("ls", DATA + "/instance")).contains("blog.sqlite-wal");
    operator.assertConverged();
    assertThat(succeed(0, operator.apply()).stdout()).startsWith("No changes");

    push("two");
    succeed(0, operator.apply());
    assertThat(operator.page("blog")).isEqualTo("two: first\n");
    operator.page("blog", "/add?second");
    succeed(0, host.exec("reconcile", "rollback", "blog"));
    assertThat(operator.page("blog")).isEqualTo("one: first second\n");
    assertThat(operator.page("blog", "/media/cat")).isEqualTo("uploaded cat\n");

    push("three");
    succeed(0, operator.apply("--only", "blog"));
    assertThat(operator.page("blog")).isEqualTo("three: first second\n");
    operator.assertConverged();
    assertThat(host.exec("reconcile", "status").stdout()).doesNotContain("changed by hand");
  }

  /** The app can make any link in its folder, and nginx may read more than the app. */
  @Test
  @Order(2)
  void linksInAServedFolderGiveNothingAway() {
    assertThat(host.runScript("runuser -u www-data -- cat /srv/inner/file")).isEqualTo("inner\n");
    for (String target : List.of("/srv/inner/file", "/etc/passwd", "../../blog/instance")) {
      operator.page("blog", "/link?" + target);
      for (String path : List.of("/media/link", "/media/link/blog.sqlite")) {
        assertThat(operator.status("blog", path)).as(path + " to " + target).isIn("403", "404");
      }
      host.run("rm", DATA + "/media/link");
    }
    operator.page("blog", "/upload?target");
    operator.page("blog", "/link?target");
    assertThat(operator.page("blog", "/media/link"))
        .as("the app's own files, also by a link")
        .isEqualTo("uploaded target\n");
    host.runScript("ln /root/secret %1$s/media/hard; chmod 0755 %1$s/media".formatted(DATA));

    succeed(0, operator.apply());

    assertThat(stat(DATA + "/media")).isEqualTo("webapp:www-data 2750");
    assertThat(stat("/root/secret")).isEqualTo("root:root 600");
    assertThat(stat(DATA + "/media/cat")).doesNotContain("2750");
    host.run("rm", DATA + "/media/hard");
  }

  @Test
  @Order(3)
  void anotherListTakesEffect() {
    push("three");
    succeed(0, operator.apply());
    String earlier = host.run("readlink", Layout.of("blog").directory());
    code.remove("media/.gitignore");
    operator.push(
        tree("data: [instance, media, {path: cache/pages, mode: \"0770\"}, /srv/blog/export]\n"));

    assertThat(succeed(0, operator.plan()).stdout())
        .contains("+data cache/pages -> " + DATA + "/cache/pages")
        .doesNotContain("+data media");
    succeed(0, operator.apply());

    assertThat(host.run("readlink", Layout.of("blog").directory())).isNotEqualTo(earlier);
    assertThat(linkIn("cache/pages")).isEqualTo(DATA + "/cache/pages");
    assertThat(stat(DATA + "/cache")).isEqualTo("root:root 755");
    assertThat(stat(DATA + "/cache/pages")).isEqualTo("webapp:webapp 770");
    assertThat(stat("/srv/blog")).isEqualTo("root:root 755");
    assertThat(stat("/srv/blog/export")).isEqualTo("webapp:webapp 750");
    assertThat(operator.page("blog")).isEqualTo("three: first second\n");
    operator.assertConverged();

    host.run("touch", "/srv/blog/export/file");
    operator.push(tree(BOTH));
    assertThat(all(succeed(0, operator.apply()))).contains("Data kept", "/srv/blog/export stays");
    assertThat(host.exec("test", "-e", DATA + "/cache/pages").ok())
        .as("an empty folder that reconcile made")
        .isFalse();
    assertThat(host.run("ls", "/srv/blog/export")).isEqualTo("file\n");
    assertThat(operator.page("blog")).isEqualTo("three: first second\n");
    operator.assertConverged();
  }

  @Test
  @Order(4)
  void removalKeepsTheDataAndTheReturnUsesIt() {
    operator.push(DesiredTree.of("shop"));
    Result removal = succeed(0, operator.apply());
    assertThat(all(removal)).contains("Data kept", DATA + "/instance stays", DATA + "/media stays");
    assertThat(host.run("ls", DATA)).contains("instance\nmedia\n");
    operator.assertConverged();

    operator.push(tree(BOTH));
    assertThat(all(succeed(0, operator.plan())))
        .contains("Data found", "blog uses the data in " + DATA + "/instance", "last changed 20");
    succeed(0, operator.apply());

    assertThat(operator.page("blog")).isEqualTo("three: first second\n");
    assertThat(operator.page("blog", "/media/cat")).isEqualTo("uploaded cat\n");
    operator.assertConverged();
    assertThat(all(operator.plan())).doesNotContain("Data found");
  }

  @Test
  @Order(5)
  void anotherNameIsToldOfTheDataAndTheCommandMovesIt() {
    DesiredTree renamed = DesiredTree.bare().with("apps/journal.yaml", yaml("journal", BOTH));
    operator.push(renamed);
    Result plan = succeed(0, operator.plan());
    assertThat(all(plan)).contains("Data of an app with another name", "stays in " + DATA);
    host.runScript(command(plan, "systemctl stop gunicorn@blog.socket"));

    succeed(0, operator.apply());

    assertThat(operator.page("journal")).isEqualTo("three: first second\n");
    assertThat(host.exec("test", "-e", DATA).ok()).isFalse();
    operator.assertConverged();
    host.runScript("systemctl stop gunicorn@journal.socket gunicorn@journal.service");
    host.run("mv", "/var/lib/gunicorn/journal", DATA);
    operator.push(tree(BOTH));
    succeed(0, operator.apply());
    assertThat(operator.page("blog")).isEqualTo("three: first second\n");
  }

  /** A file of root's that the data has as a hard link does not go to the new user. */
  @Test
  @Order(6)
  void anotherUserNeedsTheCommand() {
    host.runScript("ln /root/secret %1$s/media/hard".formatted(DATA));
    operator.push(
        DesiredTree.bare()
            .with("apps/blog.yaml", yaml("blog", BOTH).replace(": webapp", ": writer")));
    Result plan = succeed(3, operator.plan());
    assertThat(all(plan))
        .contains("Data of another user", DATA + "/instance belongs to webapp", "apps/blog.yaml");
    succeed(3, operator.apply());
    assertThat(operator.page("blog")).as("it stays").isEqualTo("three: first second\n");
    host.runScript(command(plan, "systemctl stop gunicorn@blog.socket"));

    succeed(0, operator.apply());

    assertThat(operator.page("blog")).isEqualTo("three: first second\n");
    operator.page("blog", "/add?third");
    assertThat(stat("/root/secret")).isEqualTo("root:root 600");
    host.run("rm", DATA + "/media/hard");
    operator.assertConverged();
  }

  @Test
  @Order(7)
  void whatGitHasIsNotHidden() {
    code.put("seeds/start.txt", "from git\n");
    code.put("start.sqlite", "");
    push("four");
    String writer = yaml("blog", "").replace(": webapp", ": writer");
    DesiredTree refused =
        DesiredTree.bare().with("apps/blog.yaml", writer + "data: [instance, media, seeds]\n");
    operator.push(refused);
    for (Result result : List.of(operator.plan(), operator.apply())) {
      assertThat(all(succeed(3, result)))
          .contains("Data that git has, too", "seeds/start.txt", "apps/blog.yaml");
    }
    assertThat(operator.page("blog")).startsWith("three: ");

    operator.push(
        DesiredTree.bare()
            .with(
                "apps/blog.yaml",
                writer
                    + "data: [instance, media, {path: seeds, seed: true},"
                    + " {path: start.sqlite, seed: true}]\n"));
    succeed(0, operator.apply());
    assertThat(host.read(DATA + "/seeds/start.txt")).isEqualTo("from git\n");
    assertThat(stat(DATA + "/seeds/start.txt")).startsWith("writer:writer");
    assertThat(linkIn("start.sqlite")).isEqualTo(DATA + "/start.sqlite/start.sqlite");
    assertThat(stat(DATA + "/start.sqlite")).isEqualTo("writer:writer 750");

    host.runScript("echo mine >%s/seeds/start.txt".formatted(DATA));
    code.put("seeds/start.txt", "newer\n");
    push("five");
    succeed(0, operator.apply());
    assertThat(host.read(DATA + "/seeds/start.txt"))
        .as("a seed is copied once")
        .isEqualTo("mine\n");
    assertThat(operator.page("blog")).startsWith("five: first");
    operator.assertConverged();
  }

  /** SQLite writes other files beside its own, so the folder of the file belongs to the app. */
  @Thorough
  @Test
  @Order(8)
  void aDataFileHasAFolderOfItsOwn() {
    code.clear();
    code.put("main.py", CODE);
    host.git().push("files", code);
    DesiredTree files =
        DesiredTree.bare()
            .with(
                "apps/files.yaml",
                """
                source: {git: "file:///srv/git/files.git"}
                venv: {python: %s}
                env: {FILE: db.sqlite3}
                data: [db.sqlite3, {venv: var/files-instance}]
                site: {server_name: files.test}
                """
                    .formatted(Stage.QUICK_PYTHON));
    operator.push(files);
    succeed(0, operator.apply());
    operator.page("files", "/add?kept");
    assertThat(host.run("ls", "/var/lib/gunicorn/files/db.sqlite3"))
        .contains("db.sqlite3-wal", "db.sqlite3\n");
    assertThat(host.run("readlink", Layout.of("files").venv() + "/var/files-instance"))
        .isEqualTo("/var/lib/gunicorn/files/var/files-instance\n");
    host.git().push("files", Map.of("main.py", CODE + "# more\n"));
    succeed(0, operator.apply());
    assertThat(operator.page("files")).isEqualTo("one: kept\n");
    operator.assertConverged();
  }

  /** A folder that reconcile did not make keeps its owner and mode. */
  @Test
  @Order(9)
  void anAbsolutePathIsNotChanged() {
    host.runScript("install -d -m 0700 -o root /srv/theirs; install -d -o webapp /srv/open");
    String app = "source: {folder: src/plain}\nsite: {server_name: plain.test}\nuser: webapp\n";
    operator.push(DesiredTree.bare().with("apps/plain.yaml", app + "data: /srv/theirs\n"));
    Result plan = succeed(3, operator.plan());
    assertThat(all(plan)).contains("Data that the app cannot write", "apps/plain.yaml");
    assertThat(stat("/srv/theirs")).isEqualTo("root:root 700");
    host.runScript(command(plan, "chown webapp"));
    succeed(0, operator.apply());
    assertThat(stat("/srv/theirs")).isEqualTo("webapp:webapp 700");

    operator.push(DesiredTree.bare().with("apps/plain.yaml", app + "data: /srv/open/inner\n"));
    plan = succeed(3, operator.plan());
    assertThat(all(plan)).contains("Data folder not made");
    host.runScript(command(plan, "install -d"));
    succeed(0, operator.apply());
    assertThat(stat("/srv/open/inner")).isEqualTo("webapp:webapp 750");
    operator.assertConverged();
  }
}
