// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Address;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.SourceException.Reason;
import dev.reconcile.state.LastRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be found without a machine that really has it; the rest is tried on a real host. */
final class ChecksTest {
  private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
  private static final long ROOM = 10L << 30;

  @TempDir Path root;
  private final SortedMap<String, UnitStatus> units = new TreeMap<>();
  private String refusedByNginx = "";
  private DoctorContext.Repo repo =
      new DoctorContext.Repo("/srv/repo", Optional.empty(), Optional.empty());
  private Optional<DoctorContext.Holder> holder = Optional.empty();

  /** A machine with systemd, nginx, python3-venv and a cron job. */
  @BeforeEach
  void furnish() throws IOException {
    for (String folder :
        List.of("run/systemd/system", "usr/sbin", "var/lib/dpkg", "etc/cron.d", "etc/nginx")) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.writeString(
        root.resolve("var/lib/dpkg/status"),
        "Package: python3-venv\nStatus: install ok installed\nVersion: 3.11\n");
    Files.writeString(root.resolve("etc/cron.d/reconcile"), "");
    Files.writeString(
        root.resolve("etc/nginx/nginx.conf"), "http { include /etc/nginx/sites-enabled/*; }\n");
    Path nginx = root.resolve("usr/sbin/nginx");
    Files.writeString(nginx, "#!/bin/sh\n");
    assertThat(nginx.toFile().setExecutable(true)).isTrue();
  }

  private List<String> found(State state, Optional<LastRun> run, long free) throws HostException {
    LocalHost host = new LocalHost(root, new ProcessRunner(), "test", List.of());
    return Checks.of(
            new DoctorContext(
                host.facts(),
                NOW,
                new DoctorContext.Configured("/etc/reconcile/config.yaml", List.of()),
                repo,
                new DoctorContext.Records(state, "", run, holder, free),
                units,
                new DoctorContext.Nginx(refusedByNginx, List.of(), List.of()),
                List.of(),
                Optional.empty()))
        .stream()
        .map(finding -> finding.summary() + " $ " + finding.command().orElse(""))
        .toList();
  }

  private static Optional<LastRun> run(Instant finished) {
    return Optional.of(
        new LastRun(
            "run", "apply", "/srv/repo", "abc", finished, finished, 0, List.of(), List.of()));
  }

  private static final Optional<LastRun> JUST_NOW = run(NOW.minusSeconds(60));

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void logThatNoRuleRotatesIsFound() throws Exception {
    write("etc/logrotate.d/gunicorn", "/var/log/gunicorn/*/*.log {\n  weekly\n}\n");
    write("etc/logrotate.d/nginx", "/var/log/nginx/*.log {\n  daily\n}\n");
    write(
        "etc/gunicorn/shop.env",
        "GUNICORN_CMD_ARGS=\"--access-logfile /var/log/gunicorn/shop/access.log"
            + " --error-logfile /srv/logs/shop.log\"\n");
    write(
        "etc/nginx/sites-enabled/shop",
        "server {\n  access_log /var/log/nginx/shop.log;\n  error_log /var/log/shop/e.log;\n}\n");
    write("etc/nginx/sites-enabled/stranger", "server { access_log /srv/other.log; }\n");

    assertThat(found(State.EMPTY, run(NOW), ROOM))
        .hasSize(2)
        .allMatch(found -> found.startsWith("Log without rotation"))
        .anyMatch(found -> found.contains("/srv/logs/shop.log"))
        .anyMatch(found -> found.contains("/var/log/shop/e.log"));

    write("etc/logrotate.d/mine", "# mine\n/srv/logs/*.log\n\"/var/log/shop/?.log\" {\n}\n");
    assertThat(found(State.EMPTY, run(NOW), ROOM)).isEmpty();
  }

  @Test
  void logThatTwoRulesRotateIsFound() throws Exception {
    write("etc/logrotate.d/gunicorn", "/var/log/gunicorn/*/*.log {\n  weekly\n}\n");
    write("etc/logrotate.d/a-shop", "/var/log/gunicorn/shop/*.log {\n}\n");
    write(
        "etc/gunicorn/shop.env",
        "GUNICORN_CMD_ARGS=\"--access-logfile /var/log/gunicorn/shop/access.log\"\n");

    assertThat(found(State.EMPTY, run(NOW), ROOM))
        .singleElement()
        .asString()
        .startsWith("Log rotated by two rules");
  }

  @Test
  void nothing() throws HostException {
    assertThat(found(State.EMPTY, JUST_NOW, ROOM)).isEmpty();
  }

  @Test
  void aBareMachine() throws IOException, HostException {
    for (String file :
        List.of(
            "run/systemd/system",
            "usr/sbin/nginx",
            "var/lib/dpkg/status",
            "etc/cron.d/reconcile")) {
      Files.delete(root.resolve(file));
    }

    assertThat(found(State.EMPTY, Optional.empty(), ROOM))
        .containsExactly(
            "systemd not running $ ps -p 1",
            "python3-venv not installed $ apt-get install -y python3-venv",
            "nginx not installed $ apt-get install -y nginx",
            "No run yet $ reconcile apply",
            "No timer installed $ reconcile timer install");
  }

  @Test
  void aFullDisk() throws HostException {
    assertThat(found(State.EMPTY, JUST_NOW, 100L << 20))
        .containsExactly("Disk nearly full $ du -xhd2 /var | sort -h | tail");
  }

  @Test
  void aClockThatWasSetBack() throws HostException {
    assertThat(found(State.EMPTY, run(NOW.plusSeconds(3600)), ROOM))
        .containsExactly("Wrong system clock $ timedatectl set-ntp true");
  }

  @Test
  void whatRunsHaveLeft() throws HostException {
    State state =
        State.EMPTY.withTrials(
            new State.Trials(
                new TreeMap<>(Map.of("shop", new Quarantine("d", "r1", "it did not come up"))),
                new TreeMap<>(),
                new TreeMap<>(Map.of("r2", new TreeSet<>(List.of("blog"))))));

    assertThat(found(state, JUST_NOW, ROOM))
        .containsExactly(
            "Run interrupted $ reconcile apply", "App in quarantine $ reconcile apply --only shop");

    holder = holderSince(Duration.ofSeconds(10));
    assertThat(found(state, JUST_NOW, ROOM))
        .as("the run goes on")
        .containsExactly("App in quarantine $ reconcile apply --only shop");
  }

  private static Optional<DoctorContext.Holder> holderSince(Duration age) {
    return Optional.of(new DoctorContext.Holder(812, NOW.minus(age)));
  }

  @Test
  void aSecondInstanceIsLeftBehindOnlyWhereNoRunGoesOn() throws HostException {
    units.put(
        "reconcile-bridge-shop.service",
        new UnitStatus(
            "active", "running", "", "success", Optional.of(NOW.minusSeconds(9)), 813, 1, 0, 0));
    assertThat(found(State.EMPTY, JUST_NOW, ROOM))
        .containsExactly("Standby instance left behind $ systemctl stop 'reconcile-bridge-*'");

    holder = holderSince(Duration.ofSeconds(10));
    assertThat(found(State.EMPTY, JUST_NOW, ROOM)).isEmpty();
  }

  @Test
  void aLockIsHeldForLongAfterAnHour() throws HostException {
    holder = holderSince(Duration.ofMinutes(59));
    assertThat(found(State.EMPTY, JUST_NOW, ROOM)).isEmpty();

    holder = holderSince(Duration.ofMinutes(61));
    assertThat(found(State.EMPTY, JUST_NOW, ROOM))
        .containsExactly("Lock held for over an hour $ kill 812");
  }

  @Test
  void aFolderThatAnEarlierVersionLeftClosed() throws IOException, HostException {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Path units = Files.createDirectories(root.resolve("etc/systemd/system"));
    Path logs = Files.createDirectories(root.resolve("var/log/gunicorn/shop"));
    Files.createDirectories(root.resolve("home/ann/.config"));
    for (Path closed : List.of(units, logs, root.resolve("home/ann/.config"))) {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
    SortedMap<Address, OwnedResource> owned = new TreeMap<>();
    for (Address address :
        List.of(
            new Address("file", "/etc/systemd/system/gunicorn.target"),
            new Address("directory", "/var/log/gunicorn/shop"),
            new Address("file", "/var/log/gunicorn/shop/x"),
            new Address("file", "/home/ann/.config/x"),
            new Address("unit", "gunicorn.target"))) {
      owned.put(address, new OwnedResource(address, "", Role.FILE, List.of()));
    }

    assertThat(found(new State("", "", owned, new TreeMap<>()), JUST_NOW, ROOM))
        .containsExactly("Directory closed to all but root $ chmod 0755 /etc/systemd/system");
  }

  @Test
  void limitsThatTheKernelDoesNotEnforce() throws Exception {
    SortedMap<Address, OwnedResource> owned = new TreeMap<>();
    for (String app : List.of("blog", "shop")) {
      String path = "/etc/systemd/system/gunicorn@%s.service.d/reconcile.conf".formatted(app);
      owned.put(
          new Address("file", path),
          new OwnedResource(new Address("file", path), app, Role.UNIT_FILE, List.of()));
      write(path.substring(1), "[Service]\nLimitNOFILE=8192\nMemoryHigh=1G\n#TasksMax=9\n");
    }
    State state = new State("", "", owned, new TreeMap<>());
    assertThat(found(state, JUST_NOW, ROOM)).as("a limit that needs no controller").isEmpty();

    write(
        "etc/systemd/system/gunicorn@shop.service.d/reconcile.conf",
        "[Service]\nMemoryMax=50%\nTasksMax=9\n");
    String finding = "Limits without effect $ cat /sys/fs/cgroup/cgroup.controllers";
    assertThat(found(state, JUST_NOW, ROOM)).containsExactly(finding);

    write("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory\n");
    assertThat(found(state, JUST_NOW, ROOM)).as("no pids").containsExactly(finding);

    write("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
    assertThat(found(state, JUST_NOW, ROOM)).isEmpty();

    write("sys/fs/cgroup/cgroup.controllers", "\n");
    Files.createDirectories(root.resolve("sys/fs/cgroup/memory/system.slice"));
    Files.createDirectories(root.resolve("sys/fs/cgroup/pids"));
    assertThat(found(state, JUST_NOW, ROOM)).as("not for systemd").containsExactly(finding);

    Files.createDirectories(root.resolve("sys/fs/cgroup/pids/system.slice"));
    assertThat(found(state, JUST_NOW, ROOM)).as("version 1").isEmpty();
  }

  @Test
  void aCommentedIncludeIsNone() throws IOException, HostException {
    Files.writeString(
        root.resolve("etc/nginx/nginx.conf"), "http {\n# include /etc/nginx/sites-enabled/*;\n}\n");

    assertThat(found(State.EMPTY, JUST_NOW, ROOM))
        .singleElement()
        .asString()
        .startsWith("sites-enabled not included by nginx $ sed -i ");
  }

  @Test
  void aLinkToNowhereAndAFolderAreNoFilesOfNginx() throws IOException, HostException {
    Path folder = Files.createDirectories(root.resolve("etc/nginx/conf.d"));
    Files.createSymbolicLink(folder.resolve("gone.conf"), Path.of("/nowhere/gone.conf"));
    Files.createDirectory(folder.resolve("folder.conf"));

    assertThat(found(State.EMPTY, JUST_NOW, ROOM)).isEmpty();
  }

  @Test
  void aFileOfSomebodyElseThatNginxRefuses() throws HostException {
    refusedByNginx = "nginx: [emerg] unknown directive \"x\" in /etc/nginx/conf.d/own.conf:7";

    assertThat(found(State.EMPTY, JUST_NOW, ROOM))
        .containsExactly("nginx configuration refused $ editor +7 /etc/nginx/conf.d/own.conf");
  }

  @ParameterizedTest
  @CsvSource({
    "Unknown host name, Unreadable repo $ getent hosts git.example",
    "No connection to the ssh server, Unreadable repo $ ssh -T git@git.example",
    "Git server timeout, Unreadable repo $ ssh -T git@git.example",
    "Changed ssh host key, Unreadable repo $ ssh -T git@git.example",
    "ssh key refused, Missing ssh key of root $ ssh-keygen -q -t ed25519"
  })
  void firstStepToTheGitServerThatFailsIsFound(String failure, String finding) throws Exception {
    write("usr/bin/ssh", "#!/bin/sh\n");
    assertThat(root.resolve("usr/bin/ssh").toFile().setExecutable(true)).isTrue();
    String address = "git@git.example:server.git";
    repo =
        new DoctorContext.Repo(
            address,
            Optional.of(RepoUrl.parse(address)),
            Optional.of(new SourceException(Reason.UNREACHABLE, failure, "It said no.")));
    assertThat(found(State.EMPTY, JUST_NOW, ROOM)).singleElement().asString().startsWith(finding);
  }
}
