// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.HostException;
import dev.reconcile.host.ProcessRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An etcd cluster on loopback, asked by the real etcdctl. */
final class RealEtcd implements AutoCloseable {
  private static final String GIVEN = System.getProperty("reconcile.test.etcd", "");

  private static final List<String> DIRECTORIES =
      Stream.concat(Stream.of(GIVEN), Stream.of(System.getenv("PATH").split(":", -1)))
          .filter(directory -> !directory.isEmpty())
          .toList();

  private final Path directory;
  private final List<String> options;
  private Optional<Path> tls;
  private final List<Integer> ports;
  private final List<Integer> peers;
  private final List<Process> members = new ArrayList<>();

  private RealEtcd(Path directory, int count, Optional<Path> tls, List<String> options)
      throws IOException {
    this.options = options;
    this.directory = directory;
    this.tls = tls;
    List<Integer> free = freePorts(2 * count);
    this.ports = free.subList(0, count);
    this.peers = free.subList(count, 2 * count);
  }

  /**
   * Skips the test if etcd and etcdctl are not in {@code PATH}. With {@code
   * -Dreconcile.test.etcd=DIRECTORY}, as {@code ./verify} says it, the test fails without them.
   */
  static void assumeInstalled() {
    boolean found = program("etcd").isPresent() && program("etcdctl").isPresent();
    if (!found && !GIVEN.isEmpty()) {
      throw new IllegalStateException("etcd and etcdctl are not in " + GIVEN);
    }
    assumeTrue(found, "etcd is not installed");
  }

  private static Optional<String> program(String name) {
    return DIRECTORIES.stream()
        .map(at -> at + "/" + name)
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst();
  }

  /**
   * Starts a cluster and waits until it answers.
   *
   * @param count the number of its members
   * @param tls the directory of {@code ca.pem}, {@code cert.pem} and {@code key.pem}; empty for
   *     plain http
   */
  static RealEtcd start(Path directory, int count, Optional<Path> tls) throws Exception {
    return start(new RealEtcd(directory, count, tls, List.of("--unsafe-no-fsync")), count);
  }

  /** The same with plain http, whose members write to the disk as they do on a server. */
  static RealEtcd startDurable(Path directory, int count) throws Exception {
    return start(new RealEtcd(directory, count, Optional.empty(), List.of()), count);
  }

  private static RealEtcd start(RealEtcd cluster, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      cluster.members.add(cluster.begin(i));
    }
    cluster.awaitAnswer();
    return cluster;
  }

  private Process begin(int i) throws IOException {
    List<String> argv =
        new ArrayList<>(
            List.of(
                program("etcd").orElseThrow(),
                "--name=m" + i,
                "--data-dir=" + directory.resolve("m" + i),
                "--listen-client-urls=" + url(i),
                "--advertise-client-urls=" + url(i),
                "--listen-peer-urls=" + peer(i),
                "--initial-advertise-peer-urls=" + peer(i),
                "--initial-cluster="
                    + String.join(
                        ",",
                        IntStream.range(0, ports.size())
                            .mapToObj(one -> "m%d=%s".formatted(one, peer(one)))
                            .toList())));
    argv.addAll(options);
    tls.ifPresent(files ->
        argv.addAll(
            List.of(
                "--client-cert-auth",
                "--trusted-ca-file=" + files.resolve("ca.pem"),
                "--cert-file=" + files.resolve("cert.pem"),
                "--key-file=" + files.resolve("key.pem"))));
    return new ProcessBuilder(argv)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
        .start();
  }

  private void awaitAnswer() throws Exception {
    for (int i = 0; i < 50; i++) {
      try {
        engine("any").read("any");
        return;
      } catch (EngineException e) {
        if (e.failure() == EngineFailure.REFUSED) {
          return;
        }
        Thread.sleep(200);
      }
    }
    throw new IllegalStateException(Files.readString(directory.resolve("log")));
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  /** Returns the URL of a member. */
  String url(int i) {
    return (tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + ports.get(i);
  }

  private String peer(int i) {
    return "http://127.0.0.1:" + peers.get(i);
  }

  /** Returns the engine of a group. */
  Engine engine(String group) {
    return engine(group, tls.map(Path::toString).orElse(""));
  }

  /** Returns the engine of a group, for a host with these certificates. */
  Engine engine(String group, String files) {
    return engine(group, files, RealEtcd::run);
  }

  /** Returns the engine of a group with a runner of its own. */
  Engine engine(String group, String files, CommandRunner commands) {
    return new EtcdctlEngine(commands, new EngineAddress(urls(), group), files);
  }

  private List<String> urls() {
    return IntStream.range(0, ports.size()).mapToObj(this::url).toList();
  }

  /** Runs a program, which the program's own runner looks for in the system's directories only. */
  static CommandRunner.Result run(Command command) throws HostException {
    List<String> argv = new ArrayList<>(command.argv());
    argv.set(0, program(argv.getFirst()).orElseThrow());
    return new ProcessRunner()
        .run(
            new Command(
                argv,
                command.directory(),
                command.environment(),
                command.timeout(),
                command.input(),
                command.network()));
  }

  /** Returns the engine of a group for one of many hosts, which asks this member first. */
  Engine gateway(String group, int member) {
    return new GatewayEngine(new EngineAddress(urls(), group), member);
  }

  /** Starts every member again, with TLS from now on. */
  void encrypt(Path files) throws Exception {
    for (int i = 0; i < members.size(); i++) {
      kill(i);
    }
    tls = Optional.of(files);
    for (int i = 0; i < members.size(); i++) {
      restart(i);
    }
    awaitAnswer();
  }

  /** Returns the processor time of all members. */
  Duration cpu() {
    return members.stream()
        .map(member -> member.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Returns the bytes of the databases of all members; not those of their logs. */
  long databaseBytes() throws IOException {
    long bytes = 0;
    for (int i = 0; i < members.size(); i++) {
      bytes += Files.size(directory.resolve("m" + i + "/member/snap/db"));
    }
    return bytes;
  }

  /** Kills a member. */
  void kill(int i) throws InterruptedException {
    members.get(i).destroyForcibly().waitFor();
  }

  /** Starts a member again that was killed. */
  void restart(int i) throws IOException {
    members.set(i, begin(i));
  }

  /** Sends a signal, such as STOP, to a member. */
  void signal(int i, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(members.get(i).pid()))
        .start()
        .waitFor();
  }

  @Override
  public void close() {
    members.forEach(Process::destroyForcibly);
  }
}
