// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step.Probe;
import dev.reconcile.plan.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HealthCheckTest {
  @TempDir Path temp;

  private HealthCheck check(CommandRunner commands) throws HostException {
    LocalHost host = new LocalHost(temp, commands, "test", List.of());
    ServiceLogs journal = ServiceLogs.of(host, Plan.empty("", List.of(), 0));
    return new HealthCheck(host, Progress.NONE, journal);
  }

  private static Probe probe(String unit, String address, long millis) {
    Duration timeout = Duration.ofMillis(millis);
    return new Probe(unit, "", address, "/", "localhost", 200, 399, timeout);
  }

  /** The last attempt of a series has hardly any time left. */
  @Test
  void tellsWhatTheAppHasAnsweredAndNotThatTheLastAttemptWasCutShort() throws Exception {
    Path socket = temp.resolve("app.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofVirtual().start(() -> answerOnce(server));
      HealthCheck check = check(new ProcessRunner());
      Probe probe = probe("gunicorn@shop.service", "unix:" + socket, 1500);

      assertThatThrownBy(() -> check.await(probe))
          .isInstanceOf(StepException.class)
          .hasMessageContaining("it answers 500");
    }
  }

  /** A server that makes its own socket may take a while to do so. */
  @Test
  void standbyInstanceHasEndedWhenItsDirectoryIsGone() throws Exception {
    HealthCheck check = check(new ProcessRunner());
    String name = "reconcile-bridge-shop.1234";
    for (String address : List.of("unix:/run/" + name + "/web.sock", "127.0.0.1:1")) {
      Probe probe = probe(name + ".service", address, 300);
      Files.createDirectories(temp.resolve("run/" + name));
      assertThatThrownBy(() -> check.await(probe)).hasMessageContaining("Health check failed");
      Files.delete(temp.resolve("run/" + name));
      assertThatThrownBy(() -> check.await(probe)).hasMessageContaining("App start failed");
    }
  }

  /** systemd says of the unit that it has no process, so this one is another. */
  @Test
  void answerOfAnotherProgramAtThePortIsNoProof() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofVirtual().start(() -> answerAll(server));
      String port = String.valueOf(server.socket().getLocalPort());
      CommandRunner systemd =
          _ -> new CommandRunner.Result(0, "Id=gunicorn@shop.service\nMainPID=0\n", "");
      HealthCheck check = check(systemd);
      Probe probe = probe("gunicorn@shop.service", "127.0.0.1:" + port, 400);

      Optional<FailedStep> failed = FailedStep.in(() -> check.await(probe));

      assertThat(failed.orElseThrow().diagnostic())
          .returns(PortProof.TAKEN, Diagnostic::summary)
          .returns(Optional.of("kill " + ProcessHandle.current().pid()), Diagnostic::command)
          .matches(it -> it.detail().contains("127.0.0.1:" + port))
          .matches(it -> it.detail().contains("pid " + ProcessHandle.current().pid() + " (java)"));
    }
  }

  private static void answerAll(ServerSocketChannel server) {
    try {
      while (true) {
        try (SocketChannel client = server.accept()) {
          client.read(ByteBuffer.allocate(4096));
          client.write(
              ByteBuffer.wrap("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII)));
        }
      }
    } catch (IOException e) {
      return; // the test has ended
    }
  }

  // the second connection is taken by the kernel and never answered
  private static void answerOnce(ServerSocketChannel server) {
    try (SocketChannel client = server.accept()) {
      client.read(ByteBuffer.allocate(4096));
      client.write(
          ByteBuffer.wrap("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
