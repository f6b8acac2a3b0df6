// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that opens a server's own socket to nginx, as the shell runs it for systemd. */
final class ListenerTest {
  @TempDir Path folder;

  /** Returns what the command prints; empty if it succeeds. */
  private String open(long mainPid) throws Exception {
    String command =
        new Listener(Listener.Way.SOCKET, 0, "www-data").opening(folder.toString()).getFirst();
    assertThat(command).startsWith("/bin/sh -c '").endsWith("'");
    String script = command.substring("/bin/sh -c '".length(), command.length() - 1);
    ProcessBuilder shell =
        new ProcessBuilder("/bin/sh", "-c", script.replace("$$", "$")).redirectErrorStream(true);
    shell.environment().put("MAINPID", Long.toString(mainPid));
    Process process = shell.start();
    String output = process.inputReader().readAllAsString();
    int exit = process.waitFor();
    return exit == 0 ? output : output + "exit " + exit;
  }

  /** Returns a socket at a path that nobody else may use. */
  private static ServerSocketChannel closed(Path path) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    return server;
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void socketOfTheServerIsOpened() throws Exception {
    Path socket = folder.resolve("web.sock");
    try (ServerSocketChannel _ = closed(socket)) {
      assertThat(open(ProcessHandle.current().pid())).isEmpty();

      assertThat(mode(socket)).isEqualTo("rw-rw-rw-");
    }
  }

  @Test
  void linkToTheSocketOfAnotherAppIsRefused() throws Exception {
    Path other = folder.resolve("other.sock");
    try (ServerSocketChannel _ = closed(other)) {
      Files.createSymbolicLink(folder.resolve("web.sock"), other);

      assertThat(open(ProcessHandle.current().pid()))
          .contains("web.sock is not a socket that the server has made")
          .endsWith("exit 1");
      assertThat(mode(other)).isEqualTo("rwx------");
    }
  }

  @Test
  void serverThatHasEndedIsNotWaitedFor() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    assertThat(ended.waitFor()).isZero();

    assertThat(open(ended.pid())).endsWith("exit 1");
  }
}
