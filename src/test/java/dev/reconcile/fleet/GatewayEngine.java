// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An etcd cluster, by the JSON gateway that each member has beside gRPC. So a process can have a
 * thousand hosts, for which a thousand processes of etcdctl would be too many. A request that has
 * no answer may have taken effect; the next one goes to another member.
 */
final class GatewayEngine implements Engine {
  private static final Duration LONGEST = Duration.ofSeconds(3);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private final EngineAddress address;
  private final AtomicInteger member;

  /**
   * @param address the cluster, with http only, and the group
   * @param member the member to ask first, from 0; another one is asked once it does not answer
   */
  GatewayEngine(EngineAddress address, int member) {
    this.address = address;
    this.member = new AtomicInteger(member);
  }

  @Override
  public Reading read(String host) throws EngineException {
    EtcdAnswer answer = transact(List.of(), gets(host), List.of());
    return reading(host, answer.values(), false);
  }

  @Override
  public Answer exchange(Reading seen, Exchange change) throws EngineException {
    String rowKey = address.rowKey(seen.host());
    List<String> compares = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    if (change.gate().isPresent()) {
      compares.add(compare(address.gateKey(), seen.revision()));
      changes.add(put(address.gateKey(), GateJson.text(change.gate().get())));
    }
    if (!(change.row() instanceof Exchange.KeepRow)) {
      compares.add(compare(rowKey, seen.rowRevision()));
    }
    switch (change.row()) {
      case Exchange.KeepRow() -> {}
      case Exchange.WriteRow(HostRow row) -> changes.add(put(rowKey, RowJson.text(row)));
      case Exchange.RemoveRow() ->
          changes.add("{\"request_delete_range\":{\"key\":\"%s\"}}".formatted(base64(rowKey)));
    }
    EtcdAnswer answer = transact(compares, changes, gets(seen.host()));
    return answer.succeeded()
        ? new Answer(true, seen.after(change, answer.revision()))
        : new Answer(false, reading(seen.host(), answer.values(), false));
  }

  @Override
  public long revision() throws EngineException {
    return read("").revision();
  }

  @Override
  public Rows rows() throws EngineException {
    String first = address.rowsKey();
    String end =
        first.substring(0, first.length() - 1) + (char) (first.charAt(first.length() - 1) + 1);
    String body = "{\"key\":\"%s\",\"range_end\":\"%s\"}".formatted(base64(first), base64(end));
    SortedMap<String, Optional<HostRow>> rows = new TreeMap<>();
    for (Map.Entry<String, EtcdAnswer.Stored> one : ask("range", body).values().entrySet()) {
      rows.put(
          one.getKey().substring(first.length()),
          Optional.of(RowJson.parse(one.getValue().value())));
    }
    return new Rows(rows);
  }

  private Reading reading(String host, Map<String, EtcdAnswer.Stored> values, boolean isOwn)
      throws EngineException {
    EtcdAnswer.Stored gate = values.get(address.gateKey());
    EtcdAnswer.Stored row = values.get(address.rowKey(host));
    return new Reading(
        host,
        gate == null ? 0 : gate.revision(),
        gate == null ? Optional.empty() : Optional.of(GateJson.parse(gate.value())),
        row == null ? 0 : row.revision(),
        row == null ? Optional.empty() : Optional.of(RowJson.parse(row.value())),
        isOwn);
  }

  // ---- the transactions of the gateway

  private EtcdAnswer transact(List<String> compares, List<String> changes, List<String> otherwise)
      throws EngineException {
    String body =
        "{\"compare\":[%s],\"success\":[%s],\"failure\":[%s]}"
            .formatted(
                String.join(",", compares), String.join(",", changes), String.join(",", otherwise));
    return ask("txn", body);
  }

  private List<String> gets(String host) {
    return List.of(get(address.gateKey()), get(address.rowKey(host)));
  }

  private static String get(String key) {
    return "{\"request_range\":{\"key\":\"%s\"}}".formatted(base64(key));
  }

  private static String put(String key, String value) {
    return "{\"request_put\":{\"key\":\"%s\",\"value\":\"%s\"}}"
        .formatted(base64(key), base64(value));
  }

  private static String compare(String key, long revision) {
    return "{\"key\":\"%s\",\"target\":\"MOD\",\"result\":\"EQUAL\",\"mod_revision\":\"%d\"}"
        .formatted(base64(key), revision);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  // ---- the requests

  private EtcdAnswer ask(String verb, String body) throws EngineException {
    HttpResponse<String> answer;
    try {
      answer = send(verb, body);
    } catch (IOException e) {
      member.incrementAndGet();
      throw new EngineException(EngineFailure.OUT_OF_REACH, String.valueOf(e.getMessage()));
    }
    if (answer.statusCode() != 200) {
      member.incrementAndGet();
      throw new EngineException(EngineFailure.OUT_OF_REACH, answer.body());
    }
    // the gateway has whole numbers as texts, and etcdctl as numbers
    return EtcdAnswer.parse(
        answer.body().replaceAll("\"(revision|mod_revision)\":\"(\\d+)\"", "\"$1\":$2"));
  }

  private HttpResponse<String> send(String verb, String body) throws IOException {
    List<String> endpoints = address.endpoints();
    String endpoint = endpoints.get(Math.floorMod(member.get(), endpoints.size()));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint + "/v3/kv/" + verb))
            .timeout(LONGEST)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
