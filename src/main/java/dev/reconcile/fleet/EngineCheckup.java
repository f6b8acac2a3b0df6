// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.EtcdStatus.Member;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.CommandRunner.Result;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The examination of an engine for {@code doctor}, by what the role of a host may ask.
 *
 * <p>Invariant: nothing is written. A transaction whose comparison cannot hold tells whether its
 * writes would be allowed.
 */
public final class EngineCheckup {
  private static final String STATUS = "reconcile fleet status";
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final long NEVER = Long.MAX_VALUE;

  // etcd refuses writes at 2 GiB unless the member says otherwise.
  private static final long MUCH = 3L << 29;

  // With compaction by the hour, a fleet does not come so far with its first revision.
  private static final long MANY_REVISIONS = 5000;

  private final Etcdctl etcdctl;
  private final Engine engine;
  private final EngineAddress address;
  private final String host;

  /**
   * @param commands runs etcdctl
   * @param address the cluster and the group
   * @param files the directory with the certificate of the host
   * @param host the name of the host
   */
  public EngineCheckup(CommandRunner commands, EngineAddress address, String files, String host) {
    this.etcdctl = new Etcdctl(commands, address, files);
    this.engine = new EtcdctlEngine(commands, address, files);
    this.address = address;
    this.host = host;
  }

  /**
   * What is wrong.
   *
   * @param answers whether the engine could be read
   * @param findings what is wrong; if the engine could not be read, the reason alone
   */
  public record Found(boolean answers, List<Diagnostic> findings) {
    public Found {
      findings = List.copyOf(findings);
    }
  }

  /**
   * Examines the engine.
   *
   * @param record what is on the disk of the host
   */
  public Found find(FleetRecord record) {
    Reading reading;
    try {
      reading = engine.read(host);
    } catch (EngineException e) {
      return new Found(false, List.of(finding(e)));
    }
    try {
      return new Found(true, findings(reading, record));
    } catch (HostException e) {
      return new Found(true, List.of(finding(EtcdFailure.of(e))));
    }
  }

  private static Diagnostic finding(EngineException failure) {
    Diagnostic finding = failure.diagnostic().withSeverity(Severity.WARNING);
    return finding.command().isPresent() ? finding : finding.withCommand(STATUS);
  }

  private List<Diagnostic> findings(Reading reading, FleetRecord record) throws HostException {
    List<Diagnostic> findings = new ArrayList<>();
    group(reading, record).ifPresent(findings::add);
    if (!mayWrite()) {
      findings.add(
          Diagnostic.finding(
              "Role without access",
              """
              The role of %1$s in etcd must allow to read /reconcile/%2$s/, and to write \
              /reconcile/%2$s/gate and /reconcile/%2$s/hosts/%1$s. An administrator of etcd shows \
              what it allows.\
              """
                  .formatted(host, address.group()),
              "etcdctl role get " + Diagnostic.word(host)));
    }
    members(findings);
    if (isNeverCompacted()) {
      findings.add(
          Diagnostic.finding(
              "Engine without compaction",
              """
              The cluster still has its first revision, so each member keeps every state for ever, \
              and at last it is full and read-only. Set ETCD_AUTO_COMPACTION_RETENTION=1h in \
              /etc/default/etcd of each member.\
              """,
              "systemctl restart etcd"));
    }
    return findings;
  }

  private Optional<Diagnostic> group(Reading reading, FleetRecord record) {
    if (reading.gate().isEmpty()) {
      return Optional.of(
          Diagnostic.finding(
              EngineFailure.NO_RECORD.summary(),
              WaitNotice.noGroup(address.group()),
              "reconcile fleet start"));
    }
    Gate gate = reading.gate().get();
    if (record.seen().filter(seen -> seen.isNewerThan(gate, reading.revision())).isPresent()) {
      return Optional.of(
          Diagnostic.finding(
              EngineFailure.NO_RECORD.summary(),
              """
              What the engine has of the group %s is older than what this host has seen. Start the \
              group again when no host is at it.\
              """
                  .formatted(address.group()),
              "reconcile fleet start --again"));
    }
    return reading
        .row()
        .filter(row -> row.machines().size() > 1)
        .map(row ->
            Diagnostic.finding(
                WaitReason.SHARED_NAME.summary(),
                """
                The machines with the ids %s say that they are %s. Rename one of them, or let the \
                fleet forget the name if one is gone.\
                """
                    .formatted(String.join(" and ", row.machines()), host),
                "reconcile fleet skip " + Diagnostic.word(host) + " --forget"));
  }

  private boolean mayWrite() throws HostException {
    String gate = address.gateKey();
    String transaction =
        EtcdctlEngine.transaction(
            List.of(EtcdctlEngine.compare(gate, NEVER)),
            List.of(
                EtcdctlEngine.put(gate, "never"), EtcdctlEngine.put(address.rowKey(host), "never")),
            "");
    Result result = etcdctl.run(List.of("txn", "--command-timeout=5s"), transaction);
    return result.ok() || !EtcdFailure.isRefusal(result.err());
  }

  private void members(List<Diagnostic> findings) throws HostException {
    List<String> words = List.of("endpoint", "status", "--command-timeout=2s");
    Result result = etcdctl.run(words, "", LONGEST);
    Optional<List<Member>> answered = EtcdStatus.parse(result.out());
    if (answered.isEmpty() || EtcdFailure.isRefusal(result.err())) {
      return; // later versions of etcd may tell this only to administrators
    }
    List<String> silent = new ArrayList<>(address.endpoints());
    for (Member member : answered.get()) {
      silent.remove(member.endpoint());
      member.problem(MUCH).ifPresent(problem -> findings.add(full(member, problem)));
    }
    long clusters = answered.get().stream().map(Member::cluster).distinct().count();
    if (clusters > 1) {
      findings.add(
          Diagnostic.finding(
              "Members of several clusters",
              """
              %s belong to %d clusters, so hosts see different gates. Debian's package starts a \
              cluster of its own on each node when it is installed. On a node that is not of the \
              cluster you want, stop etcd, remove that data, and start it again:\
              """
                  .formatted(
                      String.join(
                          ", ", answered.get().stream().map(Member::endpoint).sorted().toList()),
                      clusters),
              "systemctl stop etcd && rm -r /var/lib/etcd/default && systemctl start etcd"));
    }
    if (!silent.isEmpty()) {
      findings.add(
          Diagnostic.finding(
              "Member of the engine down",
              """
              %s did not answer. The others still have a quorum, so the fleet works. A cluster of \
              three works with one member down, and not with two. On the member:\
              """
                  .formatted(String.join(", ", silent)),
              "systemctl status etcd"));
    }
  }

  private static Diagnostic full(Member member, String problem) {
    return Diagnostic.finding(
        "Engine nearly full",
        """
        %s %s. A full etcd is read-only, and no host gets a turn. An administrator of etcd compacts \
        it, and sets ETCD_AUTO_COMPACTION_RETENTION=1h on each member.\
        """
            .formatted(member.endpoint(), problem),
        "etcdctl endpoint status --cluster --write-out=table");
  }

  // The first revision is there as long as nothing was compacted. A fleet counts one up for each
  // exchange.
  private boolean isNeverCompacted() throws HostException {
    List<String> words = List.of("get", "--command-timeout=5s", "--rev=1", address.gateKey());
    Result result = etcdctl.run(words, "");
    if (!result.ok()) {
      return false;
    }
    try {
      return EtcdAnswer.parse(result.out()).revision() > MANY_REVISIONS;
    } catch (EngineException e) {
      return false;
    }
  }
}
