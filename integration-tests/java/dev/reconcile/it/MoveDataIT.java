// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.command;
import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Data of an app that was set up by hand, in the directory that a run takes over. */
@Thorough
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MoveDataIT {
  /** Lists the posts of two databases, one of them in a folder. */
  private static final String CODE =
      """
      import sqlite3

      OPEN = {}


      def posts(file):
          if file not in OPEN:
              OPEN[file] = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
              OPEN[file].execute("PRAGMA journal_mode=WAL")
              OPEN[file].execute("CREATE TABLE IF NOT EXISTS post (text TEXT)")
          return OPEN[file]


      def app(environ, start_response):
          said = []
          for file in ("instance/blog.sqlite", "notes.db"):
              if environ["PATH_INFO"] == "/add":
                  posts(file).execute("INSERT INTO post VALUES (?)", (environ["QUERY_STRING"],))
              said += [row[0] for row in posts(file).execute("SELECT text FROM post ORDER BY 1")]
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [(" ".join(said) + "\\n").encode()]
      """;

  private static final String BY_HAND =
      """
      git config --system safe.directory '*'
      git clone -q file:///srv/git/blog.git /srv/blog
      mkdir /srv/blog/instance
      python3 -m venv /srv/venv
      /srv/venv/bin/pip install -q gunicorn
      chown -R webapp:webapp /srv/blog
      cat >/etc/systemd/system/blog.service <<'U'
      [Service]
      User=webapp
      WorkingDirectory=/srv/blog
      ExecStart=/srv/venv/bin/gunicorn --bind 127.0.0.1:8000 main:app
      [Install]
      WantedBy=multi-user.target
      U
      systemctl daemon-reload
      systemctl enable -q --now blog
      for _ in $(seq 100); do curl -sf http://127.0.0.1:8000/ && break; sleep 0.2; done
      curl -sf 'http://127.0.0.1:8000/add?first'
      """;

  private static final String DATA = "/var/lib/gunicorn/blog";

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void makeByHand() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.git().push("blog", Map.of("main.py", CODE));
    host.runScript(BY_HAND);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree tree(String more) {
    return DesiredTree.bare()
        .with(
            "apps/blog.yaml",
            """
            source: {git: "file:///srv/git/blog.git"}
            directory: /srv/blog
            venv: {python: %s}
            user: webapp
            site: {server_name: blog.test}
            """
                    .formatted(Stage.QUICK_PYTHON)
                + more);
  }

  private static String all(Result result) {
    return result.stdout() + result.stderr();
  }

  @Test
  @Order(1)
  void withoutTheOptionDataStopsTheTakeOverAndTheOptionIsNamed() {
    operator.push(tree("data: [instance, notes.db]\n"));
    List<String> before = operator.snapshot("/srv/blog");

    assertThat(all(succeed(3, operator.apply())))
        .contains("Conflicting resource", "its data in /srv/blog/instance");
    assertThat(all(succeed(3, operator.apply("--take-over"))))
        .contains("Data in a directory to take over", "instance/", "notes.db")
        .contains("With the option --move-data", "(instance, notes.db) to " + DATA);
    assertThat(operator.snapshot("/srv/blog")).isEqualTo(before);
  }

  @Test
  @Order(2)
  void aServiceThatHasAFileOpenIsNamed() {
    Result plan = succeed(3, operator.plan("--take-over", "--move-data"));
    assertThat(all(plan)).contains("Data in use", "blog.service has a file open in /srv/blog/");
    succeed(3, operator.apply("--take-over", "--move-data"));
    assertThat(host.run("stat", "-c", "%F", "/srv/blog/instance")).isEqualTo("directory\n");
    String stop = command(plan, "systemctl stop");
    // a write-ahead log as a crash leaves it
    host.runScript("systemctl kill -s KILL blog; systemctl disable -q blog; " + stop);
    assertThat(host.run("ls", "-A", "/srv/blog")).contains("notes.db-wal");
  }

  @Test
  @Order(3)
  void whatElseLooksLikeDataStopsIt() {
    operator.push(tree("data: instance\n"));
    assertThat(all(succeed(3, operator.plan("--take-over", "--move-data"))))
        .contains("Data in a directory to take over", "notes.db");
  }

  @Test
  @Order(4)
  void theDataIsMovedWithTheFilesOfItsLog() {
    operator.push(tree("data: [instance, notes.db]\n"));
    assertThat(succeed(0, operator.plan("--take-over", "--move-data")).stdout())
        .contains("-in /srv/blog/instance");

    succeed(0, operator.apply("--take-over", "--move-data"));

    assertThat(operator.page("blog")).isEqualTo("first first\n");
    assertThat(host.run("stat", "-c", "%U:%G %a", DATA + "/instance", DATA + "/notes.db"))
        .isEqualTo("webapp:webapp 750\nwebapp:webapp 750\n");
    assertThat(host.run("readlink", "/srv/blog/notes.db")).isEqualTo(DATA + "/notes.db/notes.db\n");
    assertThat(host.runScript("readlink /var/lib/reconcile/backup/*/srv/blog/instance"))
        .as("the old directory leads to the data, too")
        .isEqualTo(DATA + "/instance\n");
    assertThat(host.runScript("ls -A /var/lib/reconcile/backup/*/srv/blog"))
        .doesNotContain("notes.db-wal");
    operator.assertConverged();

    operator.page("blog", "/add?second");
    host.git().push("blog", Map.of("main.py", CODE + "# more\n"));
    succeed(0, operator.apply());
    assertThat(operator.page("blog")).isEqualTo("first second first second\n");
  }

  /** What an app keeps in its checkout, because somebody made a folder there by hand. */
  @Test
  @Order(5)
  void dataInACheckoutIsMovedToo() {
    host.runScript(
        """
        cd /srv/blog/; install -d -m 0777 uploads; echo cat >uploads/cat; chown webapp: uploads/cat
        """);
    operator.push(tree("data: [instance, notes.db, uploads]\n"));
    assertThat(all(succeed(3, operator.apply())))
        .contains("Conflicting resource", "its data in /srv/blog/uploads");
    assertThat(all(succeed(3, operator.apply("--take-over"))))
        .contains("Data in a directory to take over");

    succeed(0, operator.apply("--take-over", "--move-data"));

    assertThat(host.read("/srv/blog/uploads/cat")).isEqualTo("cat\n");
    assertThat(host.read(DATA + "/uploads/cat")).isEqualTo("cat\n");
    assertThat(operator.page("blog")).isEqualTo("first second first second\n");
    operator.assertConverged();
  }

  private static DesiredTree odd(String data) {
    return tree("data: [instance, notes.db, uploads]\n")
        .with(
            "apps/odd.yaml",
            """
            source: {folder: src/plain}
            directory: /srv/odd
            user: webapp
            data: %s
            site: {server_name: odd.test}
            """
                    .formatted(data)
                + Stage.QUICK);
  }

  /** What the option cannot move stays where it is, and the app with it. */
  @Test
  @Order(6)
  void whatIsNotMovedStopsTheTakeOver() {
    host.runScript(
        """
        install -d -o webapp /srv/odd /srv/odd/instance /mnt/disk/media
        echo rows >/srv/odd/db; echo rows >/srv/odd/instance/app.sqlite; echo cat >/mnt/disk/media/cat
        ln -s /mnt/disk/media /srv/odd/media
        chown -R webapp: /srv/odd /mnt/disk/media
        install -d /var/lib/gunicorn/odd/instance; echo left >/var/lib/gunicorn/odd/instance/left
        chown -R webapp: /var/lib/gunicorn/odd/instance
        """);
    List<String> before = operator.snapshot("/srv/odd");
    operator.push(odd("[db, instance, media]"));
    Result behindLink = succeed(3, operator.apply("--take-over", "--move-data"));
    assertThat(all(behindLink)).contains("Data behind a link", "elsewhere (media)");
    host.runScript(command(behindLink, "install -d"));
    assertThat(all(succeed(3, operator.apply("--take-over", "--move-data"))))
        .contains("Data in a directory to take over", "In it is db, instance, which");
    operator.push(odd("[{path: db, file: true}, instance, media]"));
    assertThat(all(succeed(3, operator.apply("--take-over", "--move-data"))))
        .contains("In it is instance, which");
    assertThat(operator.snapshot("/srv/odd")).isEqualTo(before);

    host.run("rm", "/var/lib/gunicorn/odd/instance/left");
    succeed(0, operator.apply("--take-over", "--move-data"));

    for (String file : List.of("db", "instance/app.sqlite", "media/cat")) {
      assertThat(host.run("cat", "/srv/odd/" + file)).as(file).isIn("rows\n", "cat\n");
    }
    assertThat(host.run("readlink", "/var/lib/gunicorn/odd/media")).isEqualTo("/mnt/disk/media\n");
    operator.assertConverged();
    operator.push(tree("data: [instance, notes.db, uploads]\n"));
    succeed(0, operator.apply());
  }

  private static DesiredTree many(int byGit) {
    DesiredTree tree = DesiredTree.bare();
    for (int i = 0; i < KILLED.size() + 1; i++) {
      String source =
          i < byGit
              ? """
              source: {git: "file:///srv/git/blog.git"}
              directory: /srv/k%1$d
              data: [instance, notes.db]
              """
              : "source: {path: /srv/k%1$d}\n";
      String more = "venv: {python: %2$s}\nuser: webapp\nsite: {server_name: k%1$d.test}\n";
      tree = tree.with("apps/k" + i + ".yaml", (source + more).formatted(i, Stage.QUICK_PYTHON));
    }
    return tree;
  }

  /** The calls at which a run is killed while it moves the data of a running app. */
  private static final List<String> KILLED =
      List.of(
          "AFTER systemctl stop gunicorn@%s.service",
          "HALF move data to /var/lib/gunicorn/%s/notes.db/notes.db",
          "AFTER move data to /var/lib/gunicorn/%s/notes.db/notes.db",
          "AFTER systemctl start gunicorn@%s.service");

  /** The app ran from a directory of its own, and its code comes from git from now on. */
  @Thorough
  @Test
  @Order(7)
  void killsWhileTheDataOfARunningAppIsMovedLoseNothing() {
    Stage stage = new Stage(operator);
    stage.copyTests();
    host.git().push("blog", Map.of("main.py", CODE));
    for (int i = 0; i <= KILLED.size(); i++) {
      host.write("/srv/k" + i + "/main.py", CODE, "0644");
      host.write("/srv/k" + i + "/requirements.txt", "", "0644");
      host.runScript("mkdir /srv/k%1$d/instance; chown -R webapp: /srv/k%1$d".formatted(i));
    }
    operator.push(many(0));
    succeed(0, operator.apply("--max-prune", "9"));
    for (int i = 0; i <= KILLED.size(); i++) {
      operator.page("k" + i, "/add?post" + i);
    }
    List<String> options = List.of("--take-over", "--move-data");
    String calls = "/var/tmp/calls";
    String first = operator.push(many(1));
    succeed(0, stage.crash(0, "BEFORE", calls, first, options));
    assertThat(operator.page("k0")).isEqualTo("post0 post0\n");
    List<String> counted = host.read(calls).lines().toList();
    for (int i = 1; i <= KILLED.size(); i++) {
      String app = "k" + i;
      String mode = KILLED.get(i - 1).replaceFirst(" .*", "");
      String call = KILLED.get(i - 1).substring(mode.length() + 1).formatted("k0");
      int at = 1;
      while (!counted.get(at - 1).contains(call)) {
        at++;
      }
      String commit = operator.push(many(i + 1));
      assertThat(stage.crash(at, mode, calls, commit, options).exitCode()).as(call).isEqualTo(137);
      for (String file : List.of("notes.db", "instance/blog.sqlite")) {
        assertThat(
                host.run(
                    "runuser",
                    "-u",
                    "webapp",
                    "--",
                    "python3",
                    "-c",
                    "import sqlite3,sys;print(*sqlite3.connect(sys.argv[1])"
                        + ".execute('SELECT text FROM post').fetchone())",
                    "/srv/" + app + "/" + file))
            .as("the old path leads to the data after: " + KILLED.get(i - 1))
            .isEqualTo("post" + i + "\n");
      }
      succeed(0, operator.apply("--take-over", "--move-data"));
      assertThat(operator.page(app)).isEqualTo("post%1$d post%1$d\n".formatted(i));
      operator.assertConverged();
    }
  }
}
