// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of /proc as of some processes; the file of control groups names those that matter. */
final class SocketOwnerTest {
  private static final String UNIT = "gunicorn@shop.service";
  private static final String GROUP = "/system.slice/system-gunicorn.slice/" + UNIT;

  @TempDir Path proc;

  private void process(int pid, String name, String cgroup, long socket) throws IOException {
    Path files = Files.createDirectories(proc.resolve(pid + "/fd"));
    Files.createSymbolicLink(files.resolve("0"), Path.of("pipe:[7]"));
    Files.createSymbolicLink(files.resolve("3"), Path.of("socket:[" + socket + "]"));
    Files.writeString(proc.resolve(pid + "/comm"), name + "\n");
    Files.writeString(proc.resolve(pid + "/cgroup"), cgroup);
    Files.writeString(proc.resolve(pid + "/status"), "Name:\tx\nUid:\t33\t33\t33\t33\n");
  }

  private static TcpListener listener(int uid, long inode) {
    return new TcpListener(InetAddress.getLoopbackAddress(), 8100, uid, inode);
  }

  private List<PortHolder> outside(long mainPid, TcpListener... listeners) throws HostException {
    Accounts accounts = Accounts.parse("www-data:x:33:33::/:\nalice:x:1000:1000::/:", "");
    return new SocketOwner(proc, accounts)
        .outside(UNIT, mainPid, List.of(listeners)).stream().toList();
  }

  @Test
  void workersAndProcessesInGroupsBelowBelongToTheUnit() throws Exception {
    process(1, "systemd", "0::/init.scope\n", 5);
    process(10, "node", "4:pids:/\n0::" + GROUP + "\n", 100);
    process(11, "node", "0::" + GROUP + "/workers\n", 101);
    process(12, "node", "1:name=systemd:" + GROUP + "\n", 102);
    assertThat(outside(10, listener(33, 100), listener(33, 101), listener(33, 102))).isEmpty();
    assertThat(outside(11, listener(33, 100))).as("the main process has a group below").isEmpty();
  }

  @Test
  void anotherProcessIsNamedWithItsUserAndTheCommandAgainstIt() throws Exception {
    process(1, "systemd", "0::/init.scope\n", 5);
    process(10, "node", "0::" + GROUP + "\n", 100);
    process(20, "py\u001bthon", "0::/user.slice/user-1000.slice/session-1.scope\n", 200);
    process(21, "node", "0::/system.slice/system-gunicorn.slice/gunicorn@blog.service\n", 201);
    process(22, "nc", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/" + UNIT, 202);

    assertThat(outside(10, listener(33, 100), listener(1000, 200)))
        .containsExactly(new PortHolder(20, "pid 20 (py?thon) of user alice", ""));
    assertThat(outside(10, listener(1000, 200)).getFirst().stop()).isEqualTo("kill 20");
    assertThat(outside(10, listener(33, 201)).getFirst())
        .returns("pid 21 (node) of user www-data, in gunicorn@blog.service", PortHolder::words)
        .returns("systemctl stop gunicorn@blog.service", PortHolder::stop);
    assertThat(outside(10, listener(1000, 202)).getFirst())
        .as("a user's own systemd has a unit of the same name")
        .returns("kill 22", PortHolder::stop);
    assertThat(outside(10, listener(0, 5)).getFirst().words()).contains("a socket unit");
    assertThat(outside(10, listener(1000, 999)).getFirst().words())
        .isEqualTo("a program of user alice");
  }

  @Test
  void withoutMainProcessNobodyBelongsToTheUnit() throws Exception {
    process(10, "node", "0::" + GROUP + "\n", 100);
    assertThat(outside(0, listener(33, 100))).hasSize(1);
    assertThat(outside(9, listener(33, 100))).as("it has ended").hasSize(1);
  }

  @Test
  void listenersThatGetConnectionsToLoopback() throws Exception {
    try (ServerSocketChannel own = open("127.0.0.1", 0)) {
      int port = ((InetSocketAddress) own.getLocalAddress()).getPort();
      try (ServerSocketChannel other = open("127.0.0.2", port)) {
        assertThat(other.isOpen()).isTrue();
        assertThat(TcpListener.onLoopback(port))
            .singleElement()
            .matches(it -> it.address().isLoopbackAddress() && it.inode() > 0);
      }
    }
    int closed;
    try (ServerSocketChannel any = open("0.0.0.0", 0)) {
      closed = ((InetSocketAddress) any.getLocalAddress()).getPort();
      assertThat(TcpListener.onLoopback(closed)).hasSize(1);
    }
    assertThat(TcpListener.onLoopback(closed)).isEmpty();
  }

  private static ServerSocketChannel open(String address, int port) throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
  }
}
