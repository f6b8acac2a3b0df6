// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.kind.ConflictKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Listener;
import dev.reconcile.model.Live;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Role;
import dev.reconcile.plan.PlanBuilder;
import dev.reconcile.plan.PlannedChange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The unit of a standby instance: which files it is made of, and what of them holds. */
class SandboxUnitTest {
  private static final String ETC = "/etc/systemd/system/";
  private static final String HOME = "/var/lib/reconcile/checkouts/shop/new";
  private static final String VENV = "/var/lib/reconcile/venvs/shop/new";
  private static final String NAME = "reconcile-bridge-shop.1234";

  @TempDir Path root;
  private final List<PlannedChange> changes = new ArrayList<>();
  private LocalHost host;

  @BeforeEach
  void makeHost() throws HostException, IOException {
    host = new LocalHost(root, command -> new CommandRunner.Result(0, "", ""), "run", List.of());
    put(ETC + "gunicorn@.service", builtIn("gunicorn@.service"));
    put(ETC + "gunicorn@.socket", builtIn("gunicorn@.socket"));
    put("/etc/gunicorn/shop.env", "GUNICORN_CMD_ARGS=\"--workers 2\"\n");
  }

  private static String builtIn(String name) throws IOException {
    try (InputStream in = SandboxUnitTest.class.getResourceAsStream("/templates/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void put(String path, String text) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void dropIn(String name, String service) throws IOException {
    put(ETC + "gunicorn@shop.service.d/" + name, "[Service]\n" + service + "\n");
  }

  private void plan(String path, String text, String app) {
    FileKind.Spec spec = new FileKind.Spec(Content.of(text), FileAttributes.root(0644));
    Declared declared =
        new Declared(
            new Address("file", path), spec, app, Role.UNIT_FILE, List.of(), Origin.of("x"));
    changes.add(new PlannedChange(new Change.Create(declared), List.of()));
  }

  private void planRemoval(String path) {
    Address address = new Address("file", path);
    FileKind.Spec spec = new FileKind.Spec(Content.of(""), FileAttributes.root(0644));
    OwnedResource owned = new OwnedResource(address, "shop", Role.UNIT_FILE, List.of());
    changes.add(new PlannedChange(new Change.Delete(spec, owned), List.of()));
  }

  private static AppSandbox sandbox() {
    return new AppSandbox(
        "shop",
        "gunicorn@shop.service",
        new TreeMap<>(Map.of("/usr/share/nginx/shop", HOME, "/opt/py_envs/shop", VENV)),
        "unix:/run/shop_gunicorn.sock");
  }

  private FutureFiles future() {
    return new FutureFiles(host.facts(), PlanBuilder.of("r").changes(changes).build());
  }

  private SandboxUnit unit() throws HostException {
    return new SandboxUnit(host.facts(), future(), sandbox(), NAME);
  }

  private List<String> lines() throws HostException {
    return unit().service(List.of("/run/reconcile/0.env"), 5, true).lines().toList();
  }

  private void planTakeOver(String path) {
    ConflictKind.Spec spec = new ConflictKind.Spec("a unit file", new TreeSet<>(List.of("shop")));
    Declared declared =
        new Declared(
            ConflictKind.address(path), spec, "shop", Role.CONFLICT, List.of(), Origin.of("x"));
    Change change = new Change.TakeOver(new Live.Obstructed("a unit file"), declared);
    changes.add(new PlannedChange(change, List.of()));
  }

  @Test
  void aUnitMadeByHandCountsUntilItIsTakenOver() throws Exception {
    put(ETC + "gunicorn@shop.service", "[Service]\nExecStart=/bin/by-hand\n");
    assertThat(lines()).contains("ExecStart=/bin/by-hand");

    planTakeOver(ETC + "gunicorn@shop.service");
    assertThat(lines())
        .doesNotContain("ExecStart=/bin/by-hand")
        .anyMatch(line -> line.startsWith("ExecStart=") && line.contains("gunicorn"));
  }

  @Test
  void builtInUnitIsTakenOverButForWhatOnlyOneCanHave() throws Exception {
    List<String> lines = lines();
    assertThat(lines)
        .contains(
            "User=www-data",
            "Type=notify",
            "ProtectHome=yes",
            "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
            "SystemCallFilter=@setuid",
            "UMask=0027",
            "After=network.target",
            "WorkingDirectory=" + HOME,
            "ExecStart=" + VENV + "/bin/gunicorn ${GUNICORN_APP}",
            "RuntimeDirectory=" + NAME,
            "Environment=HOME=/run/" + NAME,
            "EnvironmentFile=/run/reconcile/0.env",
            "Restart=no");
    assertThat(String.join("\n", lines))
        .doesNotContain("gunicorn@shop.socket", "PartOf", "[Install]", "ExecReload", "BindPaths")
        .doesNotContain("Restart=on-failure", "/etc/gunicorn", "%i");
  }

  private List<String> lines(Listener listener, String address) throws HostException {
    AppSandbox sandbox =
        new AppSandbox("shop", "gunicorn@shop.service", sandbox().trees(), address, listener);
    return new SandboxUnit(host.facts(), future(), sandbox, NAME)
        .service(List.of("/run/reconcile/0.env"), 5, true)
        .lines()
        .toList();
  }

  @Test
  void serverMakesItsSocketInTheFolderOfTheStandbyInstance() throws Exception {
    dropIn("reconcile.conf", "ExecStart=\nExecStart=waitress --unix-socket=${SOCKET}\nType=exec");
    put("/etc/gunicorn/shop.env", "SOCKET=\"/run/gunicorn-shop/web.sock\"\n");
    Listener listener = new Listener(Listener.Way.SOCKET, 0, "nginx");
    assertThat(lines(listener, "unix:/run/gunicorn-shop/web.sock"))
        .contains("Type=exec", "ExecStart=waitress --unix-socket=${SOCKET}")
        .anyMatch(line ->
            line.matches("ExecStartPost=/bin/sh .*s=/run/" + NAME + "/web.sock;.*chmod 0666 .*s'"))
        .contains(
            "ExecStartPost=+/bin/sh -c '/bin/chgrp nginx /run/%1$s && /bin/chmod 0750 /run/%1$s'"
                .formatted(NAME));
    AppSandbox sandbox =
        new AppSandbox("shop", "gunicorn@shop.service", sandbox().trees(), "unix:/run/x", listener);
    SandboxUnit unit = new SandboxUnit(host.facts(), future(), sandbox, NAME);
    assertThat(
            SandboxEnvironment.of(host.facts(), future(), unit, sandbox, "/run/reconcile", true)
                .contents()
                .values())
        .extracting(Content::text)
        .containsExactly(
            "SOCKET=\"/run/%s/web.sock\"\n".formatted(NAME), "RECONCILE_REHEARSAL=1\n");
  }

  @Test
  void serverListensOnThePortOfTheStandbyInstance() throws Exception {
    put("/etc/gunicorn/shop.env", "PORT=\"20001\"\n");
    Listener listener = new Listener(Listener.Way.PORT, 29999, "");
    assertThat(lines(listener, "127.0.0.1:20001"))
        .noneMatch(line -> line.startsWith("ExecStartPost"));
    AppSandbox sandbox =
        new AppSandbox(
            "shop", "gunicorn@shop.service", sandbox().trees(), "127.0.0.1:20001", listener);
    SandboxUnit unit = new SandboxUnit(host.facts(), future(), sandbox, NAME);
    SandboxEnvironment environment =
        SandboxEnvironment.of(host.facts(), future(), unit, sandbox, "/run/reconcile", true);
    assertThat(environment.contents().get(environment.files().getLast()).text())
        .startsWith("PORT=29999\n");
  }

  @Test
  void everyHardeningLineOfTheTemplateHolds() throws Exception {
    List<String> kept = lines();
    List<String> hardening =
        builtIn("gunicorn@.service")
            .lines()
            .dropWhile(line -> !line.startsWith("NoNewPrivileges"))
            .takeWhile(line -> !line.startsWith("[Install]"))
            .filter(line -> line.contains("=") && !line.startsWith("#"))
            .filter(line -> !line.startsWith("RemoveIPC")) // it would reach others of the user
            .toList();
    assertThat(hardening).hasSizeGreaterThan(20);
    assertThat(kept).containsSubsequence(hardening);
  }

  @Test
  void dropInsComeByTheirNamesAndTheFirstFoundWins() throws Exception {
    put("/usr/lib/systemd/system/gunicorn@shop.service.d/10.conf", "[Service]\nNice=1\n");
    put("/run/systemd/system/gunicorn@.service.d/20.conf", "[Service]\nNice=2\n");
    dropIn("30.conf", "Nice=3");
    put(ETC + "gunicorn@.service.d/30.conf", "[Service]\nNice=4\n");
    put(ETC + "service.d/05.conf", "[Service]\nNice=5\n");
    put(ETC + "service.d/30.conf", "[Service]\nNice=6\n");
    put(ETC + "gunicorn@other.service.d/40.conf", "[Service]\nNice=7\n");
    put(ETC + "gunicorn@shop.service.d/README", "[Service]\nNice=8\n");
    assertThat(lines().stream().filter(line -> line.startsWith("Nice")))
        .containsExactly("Nice=5", "Nice=1", "Nice=2", "Nice=3");
  }

  @Test
  void whatThePlanMakesAndRemovesCounts() throws Exception {
    dropIn("10.conf", "Nice=1");
    dropIn("20.conf", "Nice=2");
    planRemoval(ETC + "gunicorn@shop.service.d/10.conf");
    plan(ETC + "gunicorn@shop.service.d/30.conf", "[Service]\nNice=3\n", "shop");
    plan(ETC + "gunicorn@.service", "[Service]\nExecStart=/bin/a\nNice=4\n", "");
    assertThat(lines()).containsSubsequence("Nice=4", "Nice=2", "Nice=3").doesNotContain("Nice=1");
    assertThat(lines()).contains("ExecStart=/bin/a").doesNotContain("ProtectHome=yes");

    FutureFiles now = future().withoutSharedFilesOf("gunicorn@shop.service").orElseThrow();
    assertThat(new SandboxUnit(host.facts(), now, sandbox(), NAME).service(List.of(), 5, true))
        .contains("ProtectHome=yes");
    assertThat(now.withoutSharedFilesOf("gunicorn@shop.service")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[Unit]\nOnFailure=mail.service",
        "[Unit]\nOnSuccess=mail.service",
        "[Unit]\nFailureAction=reboot",
        "[Unit]\nStartLimitAction=reboot",
        "[Unit]\nConflicts=old-shop.service",
        "[Unit]\nPropagatesStopTo=worker.service",
        "[Unit]\nPartOf=worker.service",
        "[Unit]\nUpholds=worker.service",
        "[Unit]\nJobTimeoutAction=reboot",
        "[Unit]\nRequires=gunicorn.target",
        "[Unit]\nRequires=comes-with-this-plan.service",
        "[Service]\nFailureAction=reboot",
        "[Service]\nExecStartPost=/bin/a",
        "[Service]\nExecStop=/bin/a",
        "[Service]\nExecStopPost=/bin/a",
        "[Service]\nExecReload=/bin/a",
        "[Service]\nRestartForceExitStatus=3",
        "[Service]\nPIDFile=/run/shop.pid",
        "[Service]\nBusName=org.example.Shop",
        "[Service]\nSlice=shop.slice",
        "[Service]\nKillMode=none",
        "[Service]\nStandardOutput=truncate:/var/log/shop.log",
        "[Service]\nLogNamespace=shop",
        "[Service]\nRuntimeDirectoryPreserve=yes",
        "[Service]\nSockets=gunicorn@shop.socket",
        "[Install]\nWantedBy=multi-user.target",
      })
  void whatWouldReachOthersDoesNotHold(String text) throws Exception {
    put(ETC + "gunicorn@shop.service.d/50.conf", text + "\n");
    String setting = text.substring(text.indexOf('\n') + 1);
    assertThat(lines()).doesNotContain(setting);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[Unit]\nConditionPathExists=/etc/fstab",
        "[Unit]\nRequiresMountsFor=/srv",
        "[Unit]\nWants=redis.service",
        "[Service]\nExecStartPre=/bin/a",
        "[Service]\nExecCondition=/bin/a",
        "[Service]\nEnvironment=A=1",
        "[Service]\nStateDirectory=shop",
        "[Service]\nBindPaths=/srv/a:/srv/b",
        "[Service]\nLoadCredential=key:/etc/key",
        "[Service]\nSupplementaryGroups=video",
        "[Service]\nMemoryMax=100M",
        "[Service]\nLimitNOFILE=9",
        "[Service]\nCPUQuota=150%",
        "[Service]\nTasksMax=200",
        "[Service]\nWatchdogSec=30",
        "[Service]\nUser=deploy",
        "[Service]\nType=exec",
        "[Service]\nPrivateNetwork=yes",
        "[Service]\nUMask=0002",
        "[Service]\nTimeoutStartSec=9",
      })
  void whatTheAppRunsWithHolds(String text) throws Exception {
    put("/etc/systemd/system/redis.service", "[Service]\nExecStart=/bin/a\n");
    put(ETC + "gunicorn@shop.service.d/50.conf", text + "\n");
    assertThat(lines()).contains(text.substring(text.indexOf('\n') + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "ExecStartPre=/opt/py_envs/shop/bin/flask --app /usr/share/nginx/shop/a.py,"
        + " ExecStartPre="
        + VENV
        + "/bin/flask --app "
        + HOME
        + "/a.py",
    "Environment=PYTHONPATH=/usr/share/nginx/shop/src, Environment=PYTHONPATH=" + HOME + "/src",
    "BindPaths=/var/lib/f:/usr/share/nginx/shop/i, BindPaths=/var/lib/f:" + HOME + "/i",
    "BindPaths=/usr/share/nginx/shop/i, BindPaths=" + HOME + "/i:" + HOME + "/i",
    "ReadWritePaths=-/usr/share/nginx/shop/i, ReadWritePaths=-" + HOME + "/i",
    "ExecStart=/opt/py_envs/shop/bin/gunicorn --pid /run/x.pid a,"
        + " ExecStart="
        + VENV
        + "/bin/gunicorn --pid /run/"
        + NAME
        + "/main.pid a",
    "ExecStartPre=/bin/rm -f /run/shop_gunicorn.sock, ExecStartPre=/bin/rm -f /run/"
        + NAME
        + ".sock",
    "ExecStartPre=/bin/mkdir %t/gunicorn-%i/a, ExecStartPre=/bin/mkdir /run/" + NAME + "/a",
    "Type=dbus, Type=exec",
    "TimeoutSec=9, TimeoutStartSec=9",
    "User=%i, User=shop",
  })
  void pathsMeanTheTreesThatAreMeant(String line, String written) throws Exception {
    dropIn("50.conf", line);
    assertThat(lines()).contains(written);
  }

  @Test
  void liveTreeShowsTheOneThatIsMeantAndWhatIsMountedInIt() throws Exception {
    String old = "/var/lib/reconcile/checkouts/shop/old";
    Files.createDirectories(root.resolve(old.substring(1)));
    Path live = root.resolve("usr/share/nginx/shop");
    Files.createDirectories(live.getParent());
    Files.createSymbolicLink(live, Path.of(old));
    dropIn("50.conf", "BindPaths=/var/lib/f:/usr/share/nginx/shop/i");
    assertThat(lines())
        .contains(
            "BindPaths=/var/lib/f:" + HOME + "/i /var/lib/f:/usr/share/nginx/shop/i",
            "BindPaths=" + HOME + ":" + old);
    assertThat(unit().service(List.of(), 5, false))
        .as("a host without mount namespaces")
        .doesNotContain(old);
  }

  @Test
  void foldersInRunAreItsOwnUnderTheirNames() throws Exception {
    dropIn("50.conf", "RuntimeDirectory=shop-cache\nRuntimeDirectoryMode=0700");
    assertThat(lines())
        .contains(
            "RuntimeDirectory=" + NAME + " " + NAME + "/shop-cache",
            "BindPaths=/run/" + NAME + "/shop-cache:/run/shop-cache",
            "RuntimeDirectoryMode=0700");
    assertThat(unit().mountPoints()).containsExactly("/run/shop-cache");
  }

  @Test
  void textIsAsSecretAsItsParts() throws Exception {
    assertThat(unit().isSecret()).isFalse();
    dropIn("50.conf", "Environment=KEY=1");
    Path file = root.resolve("etc/systemd/system/gunicorn@shop.service.d/50.conf");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(unit().isSecret()).isTrue();
  }

  @Test
  void environmentIsWhatTheFilesWillHold() throws Exception {
    dropIn("50.conf", "EnvironmentFile=-/etc/shop/extra\nEnvironmentFile=-/etc/shop/none");
    plan("/etc/shop/extra", "SRC=/usr/share/nginx/shop/src\n", "");
    plan("/etc/gunicorn/shop.secrets.env", "KEY=\"x\"\n", "shop");
    SandboxEnvironment environment = environment(false);

    assertThat(environment.files())
        .containsExactly(
            "/run/reconcile/" + NAME + "/000.env",
            "/run/reconcile/" + NAME + "/001.env",
            "/run/reconcile/" + NAME + "/002.env",
            "-/etc/shop/none",
            "/run/reconcile/" + NAME + "/more.env");
    assertThat(environment.contents().values())
        .extracting(Content::text)
        .containsExactly(
            "GUNICORN_CMD_ARGS=\"--workers 2\"\n",
            "KEY=\"x\"\n",
            "SRC=" + HOME + "/src\n",
            "RECONCILE_REHEARSAL=1\nGUNICORN_CMD_ARGS=\"--workers 2 --pid /run/"
                + NAME
                + "/gunicorn.pid --statsd-prefix reconcile.rehearsal\"\n");
  }

  private SandboxEnvironment environment(boolean oneWorker) throws HostException {
    String folder = "/run/reconcile/" + NAME;
    return SandboxEnvironment.of(host.facts(), future(), unit(), sandbox(), folder, oneWorker);
  }

  @Test
  void oneWorkerOverridesTheNumberOfTheApp() throws Exception {
    assertThat(environment(true).contents().values())
        .extracting(Content::text)
        .anySatisfy(text ->
            assertThat(text)
                .contains("GUNICORN_CMD_ARGS=\"--workers 2 --workers 1 --pid /run/" + NAME));
  }

  @ParameterizedTest
  @CsvSource({
    "MemoryMax=200M, true",
    "MemoryHigh=10%, true",
    "MemoryMax=infinity, false",
    "TasksMax=20, true",
    "LimitNPROC=20, true",
    "LimitNOFILE=20, false",
  })
  void limitsOfAllProcessesDependOnTheNumberOfWorkers(String setting, boolean limits)
      throws Exception {
    assertThat(unit().limitsWorkers()).isFalse();
    dropIn("50.conf", setting);
    assertThat(unit().limitsWorkers()).isEqualTo(limits);
    dropIn("60.conf", setting.replaceAll("=.*", "="));
    assertThat(unit().limitsWorkers()).as("reset").isFalse();
  }

  @Test
  void socketIsLikeTheApps() throws Exception {
    put(
        ETC + "gunicorn@shop.socket.d/50.conf",
        "[Socket]\nSocketGroup=web\nListenStream=/run/other.sock\nExecStartPre=/bin/a\n");
    assertThat(SandboxSocket.of(future(), sandbox(), NAME).lines())
        .contains("SocketUser=www-data", "SocketGroup=web", "SocketMode=0660", "Backlog=4096")
        .contains("ListenStream=/run/" + NAME + ".sock", "RemoveOnStop=yes")
        .doesNotContain("ListenStream=/run/other.sock", "ExecStartPre=/bin/a");
  }
}
