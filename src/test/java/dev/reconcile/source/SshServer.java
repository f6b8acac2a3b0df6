// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real sshd on a port of this machine, with keys of its own; nothing under the home is used. */
final class SshServer implements AutoCloseable {
  static final Path PROGRAM = Path.of("/usr/sbin/sshd");

  private final Path directory;
  private final int port;
  private final Process process;

  private SshServer(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  static SshServer start(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Files.createDirectories(Path.of("/run/sshd"));
    for (String key : List.of("host_key", "other_host_key", "deploy_key", "wrong_key")) {
      run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory.resolve(key).toString());
    }
    Files.copy(directory.resolve("deploy_key.pub"), directory.resolve("authorized_keys"));
    int port = freePort();
    Files.writeString(directory.resolve("sshd_config"), serverConfig(directory, port));
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "-D", "-e", "-f", directory + "/sshd_config")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("sshd.log").toFile())
            .start();
    SshServer server = new SshServer(directory, port, process);
    server.awaitReady();
    return server;
  }

  RepoUrl url(Path repository) {
    return Origin.url(
        "ssh://" + System.getProperty("user.name") + "@127.0.0.1:" + port + repository);
  }

  /** Returns ssh's options for a client that has this key and expects this host key. */
  List<String> client(String key, String hostKey) throws IOException {
    Path known = directory.resolve("known_hosts_" + hostKey);
    String line = "";
    if (!hostKey.isEmpty()) {
      String[] words = Files.readString(directory.resolve(hostKey + ".pub")).split(" ", -1);
      line = "[127.0.0.1]:" + port + " " + words[0] + " " + words[1].strip() + "\n";
    }
    Files.writeString(known, line);
    Path config = directory.resolve("config_" + key + "_" + hostKey);
    Files.writeString(
        config,
        """
        IdentityFile %s
        IdentitiesOnly yes
        IdentityAgent none
        UserKnownHostsFile %s
        GlobalKnownHostsFile /dev/null
        """
            .formatted(directory.resolve(key), known));
    return List.of("-F", config.toString());
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  private static String serverConfig(Path directory, int port) {
    return """
    Port %d
    ListenAddress 127.0.0.1
    HostKey %s/host_key
    PidFile none
    AuthorizedKeysFile %s/authorized_keys
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    UsePAM no
    StrictModes no
    PermitRootLogin prohibit-password
    AcceptEnv GIT_PROTOCOL
    """
        .formatted(port, directory, directory);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 200 && process.isAlive(); attempt++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    throw new AssertionError("sshd: " + Files.readString(directory.resolve("sshd.log")));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new AssertionError(List.of(command).toString());
    }
  }
}
