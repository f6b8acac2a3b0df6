// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A Debian or Ubuntu server to test on: systemd as PID 1, nginx, sshd, offline apt and pip.
 *
 * <p>It has no network but loopback, and every call ends in bounded time.
 */
public final class TestHost implements AutoCloseable {

  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);
  private static final Duration BOOT_LIMIT = Duration.ofSeconds(90);
  private static final Duration BY_HAND = Duration.ofMinutes(4);
  private static final Path NOTES = Path.of("integration-tests/notes");
  private static final int STOP_SECONDS = 30;
  private static final String UPLOADS = "/var/tmp/uploads";

  /** socket(AF_INET6, …) fails with EAFNOSUPPORT. */
  private static final String WITHOUT_IPV6 =
      """
      {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{
        "names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 97,
        "args": [{"index": 0, "value": 10, "op": "SCMP_CMP_EQ"}]
      }]}
      """;

  private static final String AWAIT_BOOT =
      """
      for _ in $(seq 800); do
        state=$(systemctl is-system-running 2>&1)
        case $state in running | degraded) exit 0 ;; esac
        sleep 0.1
      done
      echo "$state" >&2
      exit 1
      """;

  /** Without what systemd says again and again where the machine has cgroups v1 and v2. */
  private static final String JOURNAL_TAIL =
      """
      journalctl --no-pager --output=short-iso | grep -v 'compat systemd cgroup' | tail -n 40
      """;

  private static final String LAUNCHER =
      """
      #!/bin/sh
      exec /opt/java/bin/java %s -Dreconcile.launcher=/usr/local/bin/reconcile \
        -cp /opt/reconcile/reconcile.jar dev.reconcile.Main "$@"
      """
          .formatted(String.join(" ", StartupCache.OPTIONS));

  private final GenericContainer<?> container;
  private Optional<CommandChannel> channel = Optional.empty();
  private int uploads;

  private TestHost(GenericContainer<?> container) {
    this.container = container;
  }

  /** Boots a fresh host named web1; when this returns, systemd has finished booting. */
  public static TestHost boot() {
    return boot("web1");
  }

  /** Boots a fresh host of this name; when this returns, systemd has finished booting. */
  public static TestHost boot(String hostname) {
    return boot(hostname, Optional.empty(), "unconfined");
  }

  /** The same on a network, where other hosts reach it by its name. */
  static TestHost boot(String hostname, Network network) {
    return boot(hostname, Optional.of(network), "unconfined");
  }

  /** Boots a fresh host whose kernel has no IPv6, as if it were started with ipv6.disable=1. */
  static TestHost bootWithoutIpv6() {
    TestHost host = boot("web1", Optional.empty(), WITHOUT_IPV6);
    host.run("mount", "-t", "tmpfs", "none", "/proc/sys/net");
    return host;
  }

  private static TestHost boot(String hostname, Optional<Network> network, String seccomp) {
    String image = System.getProperty("reconcile.test.image", "reconcile-test:latest");
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withImagePullPolicy(name -> false)
            .withNetworkMode("none")
            .withTmpFs(Map.of("/run", "", "/run/lock", "", "/tmp", "exec,mode=1777"))
            .withLabel("dev.reconcile.run", System.getProperty("reconcile.test.run", "none"))
            .withCreateContainerCmdModifier(command -> shape(command, hostname, seccomp));
    network.ifPresent(shared -> container.withNetwork(shared).withNetworkAliases(hostname));
    var host = new TestHost(container);
    try {
      container.start();
      host.awaitBoot();
      return host;
    } catch (RuntimeException | Error e) {
      host.close();
      throw e;
    }
  }

  private static void shape(CreateContainerCmd command, String hostname, String seccomp) {
    HostConfig config = Objects.requireNonNull(command.getHostConfig());
    config
        .withCapAdd(Capability.SYS_ADMIN, Capability.SYS_PTRACE, Capability.NET_ADMIN)
        .withSecurityOpts(List.of("seccomp=" + seccomp, "apparmor=unconfined"))
        .withCgroupnsMode("private")
        .withSysctls(Map.of("net.ipv6.conf.all.disable_ipv6", "0"));
    command.withHostName(hostname);
  }

  /** Runs a command without a shell, for a minute at most; any exit code is a result. */
  public Result exec(String... argv) {
    return exec(DEFAULT_LIMIT, argv);
  }

  /** Runs a command without a shell; any exit code is a result, overrunning the limit an error. */
  public Result exec(Duration limit, String... argv) {
    try {
      return commands().run(limit, List.of(argv));
    } catch (ContainerExec.TimeoutError e) {
      throw failure(String.join(" ", argv), e.getMessage(), e);
    }
  }

  /** Runs a script with {@code sh -e}, for a minute at most; any exit code is a result. */
  public Result sh(String script) {
    return exec("sh", "-ec", script);
  }

  /** Runs a command that has to succeed, and gives its standard output. */
  public String run(String... argv) {
    Result result = exec(argv);
    if (!result.ok()) {
      String outcome = "exit code " + result.exitCode() + "\n" + result.stdout() + result.stderr();
      throw failure(String.join(" ", argv), outcome, null);
    }
    return result.stdout();
  }

  /** Runs a script with {@code sh -e} that has to succeed, and gives its standard output. */
  public String runScript(String script) {
    return run("sh", "-ec", script);
  }

  /** Writes a file, its missing folders included; mode is octal, the owner root. */
  public void write(String path, String content, String mode) {
    String upload = upload(Transferable.of(content.getBytes(StandardCharsets.UTF_8)));
    run("sh", "-ec", "install -D -m \"$1\" \"$2\" \"$3\"; rm \"$2\"", "sh", mode, upload, path);
  }

  /** Copies a folder of this machine with all that is in it; the owner is root. */
  public void copyFolder(Path folder, String path) {
    run("mkdir", "-p", path);
    container.copyFileToContainer(MountableFile.forHostPath(folder), path);
    run("chown", "-R", "root:root", path);
  }

  /** The content of a file as UTF-8; a file that cannot be read is an error. */
  public String read(String path) {
    return run("cat", "--", path);
  }

  /** Installs the jar that Maven has just built, so that {@code reconcile} runs it. */
  public void copyJar() {
    Path jar = Path.of(System.getProperty("reconcile.jar", "target/reconcile.jar"));
    container.copyFileToContainer(
        MountableFile.forHostPath(jar, 0644), "/opt/reconcile/reconcile.jar");
    run("chown", "-R", "root:root", "/opt/reconcile");
    StartupCache.install(this, container, jar);
    write("/usr/local/bin/reconcile", LAUNCHER, "0755");
  }

  /** Sets the host up as a person has done it by hand, by scripts of the folder of notes. */
  public void makeByHand(String... scripts) throws IOException {
    for (String script : scripts) {
      write("/root/" + script, Files.readString(NOTES.resolve(script)), "0755");
      Result made = exec(BY_HAND, "sh", "/root/" + script);
      if (!made.ok()) {
        throw new AssertionError(made.stdout() + made.stderr());
      }
    }
  }

  /** Reboots: services stop in order, /run and /tmp are empty, and systemd has booted again. */
  public void reboot() {
    channel.ifPresent(CommandChannel::close);
    container
        .getDockerClient()
        .restartContainerCmd(container.getContainerId())
        .withTimeout(STOP_SECONDS)
        .exec();
    awaitBoot();
  }

  /** Kills the host at once, as a failure of its power does; it does not come back. */
  void kill() {
    channel.ifPresent(CommandChannel::close);
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
  }

  /** All that a unit has logged since the host was made, reboots included. */
  public String journal(String unit) {
    return run("journalctl", "--no-pager", "--output=short-iso", "--unit=" + unit);
  }

  /** The process ids of a gunicorn app's workers in ascending order; none if it does not run. */
  public List<Integer> workers(String app) {
    String unit = "gunicorn@" + app + ".service";
    String master = run("systemctl", "show", "--property=MainPID", "--value", unit).strip();
    if (master.equals("0")) {
      return List.of();
    }
    return exec("pgrep", "--parent", master)
        .stdout()
        .lines()
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }

  /** Makes a self-signed certificate for a name, in the place where certbot would put it. */
  public void makeCertificate(String name) {
    String script =
        """
        umask 077
        folder=/etc/letsencrypt/live/$1
        mkdir -p "$folder"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
          -subj "/CN=$1" -addext "subjectAltName=DNS:$1,DNS:www.$1" \
          -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem"
        """;
    run("sh", "-ec", script, "sh", name);
  }

  /** The git server on this host. */
  public GitServer git() {
    return new GitServer(this);
  }

  /** Removes the host and all that is on it. */
  @Override
  public void close() {
    channel.ifPresent(CommandChannel::close);
    container.stop();
  }

  /** Copies in a file or a folder, and gives the path where it is now, never twice the same. */
  String upload(Transferable content) {
    String path = UPLOADS + "/" + ++uploads;
    container.copyFileToContainer(content, path);
    return path;
  }

  private synchronized ContainerExec commands() {
    String id = container.getContainerId();
    if (channel.isEmpty()) {
      channel = Optional.of(new CommandChannel(id));
    }
    return new ContainerExec(container.getDockerClient(), id, channel.get());
  }

  private void awaitBoot() {
    Result result = exec(BOOT_LIMIT, "sh", "-c", AWAIT_BOOT);
    if (!result.ok()) {
      throw failure("systemctl is-system-running", result.stderr(), null);
    }
  }

  private AssertionError failure(String command, String outcome, Throwable cause) {
    String message = "on the test host: " + command + "\n" + outcome.strip();
    return new AssertionError(message + "\n--- the journal's end\n" + journalTail(), cause);
  }

  private String journalTail() {
    try {
      Result result = commands().run(DEFAULT_LIMIT, List.of("sh", "-c", JOURNAL_TAIL));
      return result.stdout() + result.stderr();
    } catch (ContainerExec.TimeoutError | RuntimeException e) {
      return "(not to be had: " + e.getMessage() + ")";
    }
  }
}
