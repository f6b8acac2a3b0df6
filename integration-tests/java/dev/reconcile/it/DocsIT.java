// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The documentation and the help, followed to the letter by somebody with a server. */
class DocsIT {
  private static final Path README = Path.of("README.md");
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** What cannot be typed on the server of this test, and which file has it run. */
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("./reconcile --repo . --root target/demo", "verify"),
          Map.entry("./verify", "verify"),
          Map.entry("./verify && integration-tests/reliability.sh", test("CrashIT")),
          Map.entry("packaging/deb.sh", test("DebianPackage")),
          Map.entry("scp target/reconcile_*.deb root@SERVER:", test("PackageIT")),
          Map.entry("apt install ./reconcile_*.deb", test("PackageIT")),
          Map.entry("ln -s /opt/reconcile/reconcile /usr/bin/reconcile", test("TestHost")),
          Map.entry("systemctl enable --now reconcile.timer", test("PackageIT")),
          Map.entry("reconcile run album -- python manage.py check", test("RealAppsIT")),
          Map.entry("runuser -u postgres -- createuser notes", test("RealAppsIT")),
          Map.entry("runuser -u postgres -- createdb --owner=notes notes", test("RealAppsIT")),
          Map.entry("reconcile fleet start", test("FleetIT")),
          Map.entry("reconcile fleet status", test("FleetIT")),
          Map.entry("reconcile fleet status --html /var/www/fleet.html", test("FleetIT")),
          Map.entry(
              "reconcile fleet halt --reason 'the payment provider is down, Ann'", test("FleetIT")),
          Map.entry("reconcile fleet resume", test("FleetIT")),
          Map.entry("reconcile fleet skip web3", test("FleetIT")),
          // the server of this test was not set up by hand
          Map.entry("cd /root/server", test("AdoptIT")),
          Map.entry(
              "git init -q -b main && git add --all --force . && git commit -m 'The server as it is'",
              test("AdoptIT")),
          Map.entry("reconcile plan --repo . --take-over", test("AdoptIT")),
          Map.entry("reconcile --repo . --take-over", test("AdoptIT")));

  private static String test(String name) {
    return "integration-tests/java/dev/reconcile/it/" + name + ".java";
  }

  /** What ends with 1 if there is something to be told. */
  private static final Set<String> LOOKS = Set.of("reconcile status", "reconcile doctor");

  /** What a person does besides, before a command that begins so. */
  private static final Map<String, String> BEFORE =
      Map.of(
          "ssh-keygen -t ed25519", "rm -rf /root/.ssh; install -d -m 700 /root/.ssh",
          "echo \"ann@example.com", "cp /root/.ssh/id_ed25519.pub ann.pub",
          "reconcile rollback", "reconcile --repo $repo; touch-the-app; reconcile --repo $repo");

  /** And after it. */
  private static final Map<String, String> AFTER =
      Map.of(
          "ssh-keygen -t ed25519",
          "cat /root/.ssh/id_ed25519.pub >>/srv/git/.ssh/authorized_keys",
          "reconcile rollback",
          "touch-the-app; reconcile --repo $repo",
          "reconcile suspend",
          "reconcile resume",
          "reconcile adopt",
          "rm -r /root/server",
          "reconcile init server",
          "rm -r server",
          "reconcile timer install",
          "systemctl stop reconcile.timer");

  private static final String MAIN =
      """
      from flask import Flask

      app = Flask(__name__)


      @app.route("/")
      def page():
          return "hello from the shop\\n"
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() throws IOException {
    operator = Operator.boot();
    host = operator.host();
    Map<String, String> tree =
        Map.of(
            "reconcile.yaml",
            "version: 1\npackages: [nginx, python3-venv]\n",
            "apps/shop.yaml",
            TypedCommand.block(README, "yaml")
                + "schedules: {nightly: {run: 'true', at: '*-*-* 03:10'}}\n",
            "src/shop/main.py",
            MAIN,
            "src/shop/requirements.txt",
            "flask\n");
    host.git().push("me/server", tree);
    host.git().allowRoot();
    host.runScript(
        """
        echo '127.0.0.1 example.com shop.example' >>/etc/hosts
        ssh-keyscan example.com >>/root/.ssh/known_hosts 2>/dev/null
        git config --global user.name me
        git config --global user.email me@example.com
        mkdir -p /etc/reconcile /root/work
        cd /root/work
        git clone -q git@example.com:me/server.git desired-state
        cat >/usr/local/bin/touch-the-app <<'SCRIPT'
        #!/bin/sh
        set -e
        cd /root/work/desired-state
        echo "# $(date)" >>src/shop/main.py
        git -c user.name=me -c user.email=me@example.com commit -qam 'Touch the app'
        git push -q origin HEAD
        SCRIPT
        chmod 755 /usr/local/bin/touch-the-app
        """);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @Test
  void everyCommandOfTheDocumentsWorksAsItStands() throws IOException {
    Set<String> unused = new TreeSet<>(ELSEWHERE.keySet());
    for (TypedCommand command : documented()) {
      if (ELSEWHERE.containsKey(command.text())) {
        unused.remove(command.text());
      } else {
        type(command);
      }
    }
    assertThat(unused).isEmpty();
    assertThat(host.run("curl", "-sSf", "http://shop.example/")).isEqualTo("hello from the shop\n");
  }

  @Test
  void everyExampleOfTheHelpWorksAsItStands() {
    for (String command : commands()) {
      List<String> help =
          succeed(0, host.exec("reconcile", command, "--help")).stdout().lines().toList();
      int begin = 1 + Math.max(help.indexOf("Example:"), help.indexOf("Examples:"));
      assertThat(begin).as("an example for " + command).isPositive();
      List<String> examples = new ArrayList<>(help.subList(begin, help.size()));
      examples.removeIf(example -> ELSEWHERE.containsKey(example.strip()));
      for (String example : examples) {
        type(new TypedCommand("reconcile " + command + " --help", 0, example.strip()));
      }
    }
  }

  @Test
  void whatIsRunElsewhereIsRunThere() throws IOException {
    for (String where : ELSEWHERE.values()) {
      assertThat(Path.of(where)).isRegularFile();
    }
    assertThat(Files.readString(Path.of("verify"))).contains("./reconcile --repo . --root");
  }

  private static List<TypedCommand> documented() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(README));
    try (Stream<Path> more = Files.list(Path.of("docs"))) {
      documents.addAll(more.filter(file -> file.toString().endsWith(".md")).sorted().toList());
    }
    List<TypedCommand> commands = new ArrayList<>();
    for (Path document : documents) {
      commands.addAll(TypedCommand.in(document));
    }
    return commands;
  }

  // who types a wrong one is told of all
  private static List<String> commands() {
    String said = succeed(64, host.exec("reconcile", "nonsense")).stderr().replaceAll("\\s+", " ");
    String list = said.substring(said.indexOf("The commands are ") + "The commands are ".length());
    return List.of(list.strip().replaceFirst("\\.$", "").split(", ", -1));
  }

  private static void type(TypedCommand command) {
    String all =
        "repo=git@example.com:me/server.git\n"
            + besides(BEFORE, command.text())
            + "\n"
            + command.text()
            + "\n"
            + besides(AFTER, command.text());
    Result result = host.exec(LIMIT, "bash", "-ec", "cd /root/work\n" + all);
    assertThat(result.exitCode())
        .as("%s\n%s\n%s", command, result.stdout(), result.stderr())
        .isIn(LOOKS.contains(command.text()) ? List.of(0, 1) : List.of(0));
  }

  private static String besides(Map<String, String> things, String command) {
    return things.entrySet().stream()
        .filter(thing -> command.startsWith(thing.getKey()))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining("\n"));
  }
}
