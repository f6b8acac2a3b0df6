// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Three hosts on a network: a git server on the first, and a member of an etcd cluster on each,
 * with certificates for all.
 */
final class FleetHosts implements AutoCloseable {
  static final List<String> NAMES = List.of("web1", "web2", "web3");
  static final String REPOSITORY = "desired";
  private static final String REPO = "git@web1:/srv/git/desired.git";

  private static final String MEMBER =
      """
      install -d -m 700 /var/lib/fleet-etcd
      systemctl reset-failed fleet-etcd 2>/dev/null || true
      systemd-run -q --unit=fleet-etcd -p Restart=no etcd --name=$1 --data-dir=/var/lib/fleet-etcd \
        --listen-client-urls=https://0.0.0.0:2379 --advertise-client-urls=https://$1:2379 \
        --listen-peer-urls=http://0.0.0.0:2380 --initial-advertise-peer-urls=http://$1:2380 \
        --initial-cluster=web1=http://web1:2380,web2=http://web2:2380,web3=http://web3:2380 \
        --client-cert-auth --trusted-ca-file=/etc/reconcile/fleet/ca.pem \
        --cert-file=/etc/reconcile/fleet/cert.pem --key-file=/etc/reconcile/fleet/key.pem
      """;

  private static final String AS_ROOT =
      """
      export ETCDCTL_API=3 ETCDCTL_ENDPOINTS=https://web1:2379,https://web2:2379,https://web3:2379
      export ETCDCTL_CACERT=/root/pki/ca.pem
      export ETCDCTL_CERT=/root/pki/root/cert.pem ETCDCTL_KEY=/root/pki/root/key.pem
      for _ in $(seq 20); do
        ! etcdctl get --command-timeout=2s /reconcile/default/gate >/dev/null 2>&1 || break
        sleep 0.1
      done
      """;

  /** The blocks of the page that a person types, in their order. */
  private static final List<String> TYPED = typed();

  private static final int NODE = 0;
  private static final int AUTHORITY = 1;
  private static final int CERTIFICATE = 2;
  private static final int FILES = 3;
  private static final int ROLE_OF_ROOT = 4;
  private static final int ROLE_OF_HOST = 5;
  private static final int ENABLE = 6;

  private final HostNetwork hosts;

  private FleetHosts(HostNetwork hosts) {
    this.hosts = hosts;
  }

  private static List<String> typed() {
    try {
      return Pattern.compile("(?ms)^```bash\n(.*?)^```$")
          .matcher(Files.readString(Path.of("docs/fleet.md")))
          .results()
          .map(block -> block.group(1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String typed(int block, String name) {
    return TYPED.get(block).replace("name=web1", "name=" + name);
  }

  /** Boots the hosts, with an engine that answers. */
  static FleetHosts boot() {
    FleetHosts fleet = new FleetHosts(HostNetwork.boot(NAMES));
    try {
      NAMES.forEach(name -> installEtcd(fleet.on(name)));
      fleet.shareGit();
      fleet.shareCertificates();
      NAMES.forEach(fleet::startMember);
      fleet.grantRoles();
      return fleet;
    } catch (RuntimeException | Error e) {
      fleet.close();
      throw e;
    }
  }

  private static void installEtcd(TestHost host) {
    host.runScript("systemctl mask etcd; dpkg --install /srv/tools/etcd/*.deb");
  }

  private void shareGit() {
    on("web1").git().push(REPOSITORY, Map.of("reconcile.yaml", "version: 1\n"));
    String hostKey = on("web1").read("/etc/ssh/ssh_host_ed25519_key.pub").strip();
    for (String name : NAMES) {
      on(name)
          .runScript(
              """
              install -d -m 700 /root/.ssh
              rm -f /root/.ssh/id_ed25519
              ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
              echo 'web1 %s' >>/root/.ssh/known_hosts
              mkdir -p /etc/reconcile
              echo 'repo: %s' >/etc/reconcile/config.yaml
              """
                  .formatted(hostKey, REPO));
      String key = on(name).read("/root/.ssh/id_ed25519.pub").strip();
      on("web1").runScript("echo '" + key + "' >>/srv/git/.ssh/authorized_keys");
    }
  }

  private void shareCertificates() {
    TestHost authority = on("web1");
    authority.runScript("mkdir -p /root/pki; cd /root/pki\n" + typed(AUTHORITY, ""));
    List<String> names = new ArrayList<>(NAMES);
    names.add("root");
    for (String name : names) {
      String keep = "mkdir %1$s; mv cert.pem key.pem %1$s; cp ca.pem %1$s".formatted(name);
      authority.runScript("cd /root/pki\n" + typed(CERTIFICATE, name) + keep);
    }
    for (String name : NAMES) {
      for (String file : List.of("ca.pem", "cert.pem", "key.pem")) {
        String content = authority.read("/root/pki/" + name + "/" + file);
        on(name).write("/root/" + file, content, "0600");
      }
      on(name).runScript("cd /root\n" + typed(FILES, name) + typed(NODE, name));
    }
  }

  private void grantRoles() {
    on("web1").runScript(AS_ROOT + typed(ROLE_OF_ROOT, ""));
    NAMES.forEach(name -> on("web1").runScript(AS_ROOT + typed(ROLE_OF_HOST, name)));
    on("web1").runScript(AS_ROOT + typed(ENABLE, ""));
  }

  /** Waits until the engine answers, after a member has gone or come. */
  void awaitEngine() {
    on("web1").runScript(AS_ROOT);
  }

  void startMember(String name) {
    on(name).run("sh", "-ec", MEMBER, "sh", name);
  }

  void stopMember(String name) {
    on(name).run("systemctl", "kill", "--signal=KILL", "fleet-etcd");
  }

  TestHost on(String name) {
    return hosts.on(name);
  }

  void push(DesiredTree tree) {
    on("web1").git().push(REPOSITORY, tree.files());
  }

  Result apply(String name, String... options) {
    return hosts.apply(name, options);
  }

  /** Types a command line. */
  Result type(String name, String line) {
    return hosts.type(name, line);
  }

  /** What the app answers on a host. */
  String page(String name) {
    return on(name)
        .run("curl", "-sSf", "--max-time", "20", "-H", "Host: shop.test", "http://localhost/");
  }

  @Override
  public void close() {
    hosts.close();
  }
}
