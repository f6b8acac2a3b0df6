// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Step;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OldSocketsTest {
  @TempDir Path temp;

  // a channel leaves the file of its socket, as systemd does when a unit's address is another one
  private ServerSocketChannel listen(String name) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(temp.resolve("run").resolve(name)));
    return channel;
  }

  @Test
  void socketsOfFormerAddressesGoAndAllOthersStay() throws Exception {
    Files.createDirectories(temp.resolve("run"));
    for (String left :
        List.of(
            "shop_gunicorn.sock",
            "shop_gunicorn-20001.sock",
            "shop_gunicorn-20002.sock",
            "shop2_gunicorn.sock",
            "shop_gunicorn-x.sock")) {
      listen(left).close();
    }
    Files.writeString(temp.resolve("run/shop_gunicorn-20003.sock"), "a file");
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "test", List.of());

    try (ServerSocketChannel _ = listen("shop_gunicorn-20004.sock")) {
      OldSockets.remove(
          host, new Step.RemoveOldSockets("shop", "unix:/run/shop_gunicorn-20002.sock"));
    }

    assertThat(temp.resolve("run"))
        .isDirectoryNotContaining("glob:**/shop_gunicorn.sock")
        .isDirectoryNotContaining("glob:**/shop_gunicorn-20001.sock");
    assertThat(host.facts().list("/var/lib/reconcile/backup/test/run")).isEmpty();
    assertThat(host.facts().list("/run"))
        .containsExactlyInAnyOrder(
            "shop2_gunicorn.sock",
            "shop_gunicorn-x.sock",
            "shop_gunicorn-20002.sock",
            "shop_gunicorn-20003.sock",
            "shop_gunicorn-20004.sock");
  }
}
