// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are led to another socket and back, and what killed runs leave of it. */
final class LedSocketsTest {
  private static final Step.StandbyInstance STANDBY =
      new Step.StandbyInstance(
          Step.StandbyInstance.nameOf("a", "1"),
          new AppSandbox("a", "gunicorn@a.service", new TreeMap<>(), ""));
  private static final String PATH = new Layout("a").socket();
  private static final Step.LeadSocket LEAD = new Step.LeadSocket(STANDBY, PATH);
  private static final Step.LeadBack BACK = new Step.LeadBack(STANDBY, PATH);

  @TempDir Path root;
  private Host host;
  private LedSockets sockets;
  private ServerSocketChannel own;
  private ServerSocketChannel standby;

  @BeforeEach
  void listen() throws Exception {
    Files.createDirectory(root.resolve("run"));
    host = new LocalHost(root, _ -> new CommandRunner.Result(0, "", ""), "run1", List.of());
    sockets = new LedSockets(host, Progress.NONE);
    own = listener(PATH);
    standby = listener(STANDBY.address().substring("unix:".length()));
  }

  @AfterEach
  void close() throws IOException {
    own.close();
    standby.close();
  }

  private Path disk(String path) {
    return root.resolve(path.substring(1));
  }

  private ServerSocketChannel listener(String path) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(disk(path)));
    server.configureBlocking(false);
    return server;
  }

  // Empties the backlog, in which checks leave connections, and tells whether a new one comes.
  private boolean reaches(String path, ServerSocketChannel server) throws IOException {
    SocketChannel waiting = server.accept();
    while (waiting != null) {
      waiting.close();
      waiting = server.accept();
    }
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(disk(path)))) {
      SocketChannel accepted = server.accept();
      if (accepted != null) {
        accepted.close();
      }
      return accepted != null && client.isConnected();
    }
  }

  private List<String> names() throws Exception {
    return host.facts().list("/run").stream().sorted().toList();
  }

  @Test
  void newRequestsReachTheStandbyInstanceAndThenTheAppAgain() throws Exception {
    sockets.lead(LEAD);

    assertThat(reaches(PATH, standby)).isTrue();
    assertThat(reaches(Layout.keptSocket(PATH), own)).isTrue();
    assertThat(LedSockets.ownAddress(host.facts(), "unix:" + PATH))
        .isEqualTo("unix:/run/reconcile-kept-a_gunicorn.sock");

    sockets.leadBack(BACK);

    assertThat(reaches(PATH, own)).isTrue();
    assertThat(LedSockets.ownAddress(host.facts(), "unix:" + PATH)).isEqualTo("unix:" + PATH);
    assertThat(names()).containsExactly("a_gunicorn.sock", "reconcile-bridge-a.1.sock");
  }

  @Test
  void anAppWithoutRunningInstanceIsLeftAlone() throws Exception {
    Files.delete(disk("/run/reconcile-bridge-a.1.sock"));

    sockets.lead(LEAD);
    sockets.leadBack(BACK);

    assertThat(reaches(PATH, own)).isTrue();
    assertThat(names()).containsExactly("a_gunicorn.sock");
  }

  @Test
  void twiceIsAsOnce() throws Exception {
    sockets.lead(LEAD);
    sockets.lead(LEAD);
    sockets.leadBack(BACK);
    sockets.leadBack(BACK);

    assertThat(reaches(PATH, own)).isTrue();
  }

  @Test
  void aRunThatWasKilledBeforeItLedLeavesASecondNameOnly() throws Exception {
    host.linkSocket(PATH, Layout.keptSocket(PATH));

    LedSockets.leadBackFrom(host, Layout.STANDBY);

    assertThat(reaches(PATH, own)).isTrue();
    assertThat(names()).containsExactly("a_gunicorn.sock", "reconcile-bridge-a.1.sock");
  }

  @Test
  void theSocketOfAUnitThatWasRestartedMeanwhileStays() throws Exception {
    sockets.lead(LEAD);
    own.close();
    Files.delete(disk(PATH));
    own = listener(PATH);

    LedSockets.leadBackFrom(host, Step.StandbyInstance.nameOf("a", ""));

    assertThat(reaches(PATH, own)).isTrue();
    assertThat(names()).containsExactly("a_gunicorn.sock", "reconcile-bridge-a.1.sock");
  }

  @Test
  void anotherAppsRequestsAreNotLedBack() throws Exception {
    sockets.lead(LEAD);

    LedSockets.leadBackFrom(host, Step.StandbyInstance.nameOf("other", ""));
    assertThat(reaches(PATH, standby)).isTrue();

    LedSockets.leadBackFrom(host, Step.StandbyInstance.nameOf("a", "1w"));
    assertThat(reaches(PATH, own)).isTrue();
  }
}
