// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.CommandRunner.Result;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An etcd cluster, by {@code etcdctl}: one process to read, and one to exchange.
 *
 * <p>Invariant: keys and values go to the standard input of etcdctl, never through a shell. A
 * transaction without a comparison reads, because only so both values are of one moment.
 */
public final class EtcdctlEngine implements Engine {
  /** The directory of a host with its certificate and key, and the authority of the engine. */
  public static final String FILES = "/etc/reconcile/fleet";

  private static final Pattern REVISION = Pattern.compile("\"mod_revision\":([0-9]{1,18})\\b");

  private final Etcdctl etcdctl;
  private final EngineAddress address;

  /**
   * @param commands runs etcdctl
   * @param address the cluster and the group
   * @param files the directory with {@code ca.pem}, {@code cert.pem} and {@code key.pem}; {@link
   *     #FILES} on a host
   */
  public EtcdctlEngine(CommandRunner commands, EngineAddress address, String files) {
    this.etcdctl = new Etcdctl(commands, address, files);
    this.address = address;
  }

  @Override
  public Reading read(String host) throws EngineException {
    String read = gets(host);
    EtcdAnswer answer = EtcdAnswer.parse(ask(transaction(List.of(), List.of(read), "")));
    return reading(host, answer.values());
  }

  @Override
  public Answer exchange(Reading seen, Exchange change) throws EngineException {
    String rowKey = address.rowKey(seen.host());
    List<String> compares = new ArrayList<>();
    List<String> puts = new ArrayList<>();
    if (change.gate().isPresent()) {
      compares.add(compare(address.gateKey(), seen.revision()));
      puts.add(put(address.gateKey(), GateJson.text(change.gate().get())));
    }
    switch (change.row()) {
      case Exchange.KeepRow() -> {}
      case Exchange.WriteRow(HostRow written) -> {
        compares.add(compare(rowKey, seen.rowRevision()));
        puts.add(put(rowKey, RowJson.text(written)));
      }
      case Exchange.RemoveRow() -> {
        compares.add(compare(rowKey, seen.rowRevision()));
        puts.add("del " + quoted(rowKey));
      }
    }
    EtcdAnswer answer = EtcdAnswer.parse(ask(transaction(compares, puts, gets(seen.host()))));
    return answer.succeeded()
        ? new Answer(true, seen.after(change, answer.revision()))
        : new Answer(false, reading(seen.host(), answer.values()));
  }

  // A run that does nothing but wait loads no parser for this.
  @Override
  public long revision() throws EngineException {
    Result result;
    try {
      result =
          etcdctl.run(List.of("get", "--command-timeout=5s", "--keys-only", address.gateKey()), "");
    } catch (HostException e) {
      throw EtcdFailure.of(e);
    }
    if (!result.ok()) {
      throw EtcdFailure.of(result.err());
    }
    Matcher found = REVISION.matcher(result.out());
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  @Override
  public Rows rows() throws EngineException {
    String get = "\nget --prefix " + quoted(address.rowsKey()) + "\n\n\n";
    SortedMap<String, Optional<HostRow>> rows = new TreeMap<>();
    for (Map.Entry<String, EtcdAnswer.Stored> one :
        EtcdAnswer.parse(ask(get)).values().entrySet()) {
      rows.put(one.getKey().substring(address.rowsKey().length()), row(one.getValue()));
    }
    return new Rows(rows);
  }

  // One host with a row that cannot be understood does not hide the others.
  private static Optional<HostRow> row(EtcdAnswer.Stored stored) {
    try {
      return Optional.of(RowJson.parse(stored.value()));
    } catch (EngineException e) {
      return Optional.empty();
    }
  }

  private Reading reading(String host, Map<String, EtcdAnswer.Stored> values)
      throws EngineException {
    Optional<EtcdAnswer.Stored> gate = Optional.ofNullable(values.get(address.gateKey()));
    Optional<EtcdAnswer.Stored> row = Optional.ofNullable(values.get(address.rowKey(host)));
    return new Reading(
        host,
        gate.map(EtcdAnswer.Stored::revision).orElse(0L),
        gate.isPresent() ? Optional.of(GateJson.parse(gate.get().value())) : Optional.empty(),
        row.map(EtcdAnswer.Stored::revision).orElse(0L),
        row.isPresent() ? Optional.of(RowJson.parse(row.get().value())) : Optional.empty(),
        false);
  }

  // ---- the language of "etcdctl txn": comparisons, requests if they hold, requests otherwise

  static String transaction(List<String> compares, List<String> requests, String otherwise) {
    return lines(compares) + "\n" + lines(requests) + "\n" + lines(List.of(otherwise)) + "\n";
  }

  private static String lines(List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.stream().filter(line -> !line.isEmpty()).forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private String gets(String host) {
    return "get " + quoted(address.gateKey()) + "\nget " + quoted(address.rowKey(host));
  }

  static String compare(String key, long revision) {
    return "mod(" + quoted(key) + ") = " + quoted(Long.toString(revision));
  }

  static String put(String key, String value) {
    return "put " + quoted(key) + " " + quoted(value);
  }

  // A string of Go. Keys and values are ASCII without control characters.
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  // ---- the process

  private String ask(String transaction) throws EngineException {
    try {
      Result result = transact(transaction);
      if (result.ok()) {
        return result.out();
      }
      if (!EtcdFailure.isUnexplained(result.err())) {
        throw EtcdFailure.of(result.err());
      }
    } catch (HostException e) {
      if (e.failure() != HostFailure.TIMED_OUT) {
        throw EtcdFailure.of(e);
      }
    }
    throw explained();
  }

  // If the leader ends meanwhile, the answer comes at once, and the next one from its successor. If
  // the first request took effect after all, the second finds another revision, and changes
  // nothing.
  private Result transact(String transaction) throws HostException {
    List<String> words = List.of("txn", "--command-timeout=5s");
    Result result = etcdctl.run(words, transaction);
    return EtcdFailure.isPassing(result.err()) ? etcdctl.run(words, transaction) : result;
  }

  // etcdctl tells only here whether a member ends the connection, or does not accept one. A
  // transaction has no limit of its own in etcdctl, so its process is killed.
  private EngineException explained() {
    try {
      List<String> get = List.of("get", "--command-timeout=1s", "--debug", address.gateKey());
      return EtcdFailure.explained(etcdctl.run(get, "").err());
    } catch (HostException e) {
      return EtcdFailure.of(e);
    }
  }
}
