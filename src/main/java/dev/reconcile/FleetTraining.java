// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import dev.reconcile.fleet.Engine;
import dev.reconcile.fleet.EngineAddress;
import dev.reconcile.fleet.EtcdctlEngine;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.run.HostFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of the training for a host of a fleet: a run that waits for its turn. etcdctl is not
 * started; its answers are made up of what it was told to put.
 */
final class FleetTraining implements HostFactory {
  /** The section of a host that waits for ever, once a commit is there that it has not. */
  static final String SECTION =
      "fleet: {etcd: 'http://127.0.0.1:2379', canary: [reconcile-training]}\n";

  private static final String PUT = "put ";

  private final Path answers;
  private final SortedMap<String, String> values = new TreeMap<>();

  /**
   * @param answers a file that keeps the last answer from one stage to the next
   */
  FleetTraining(Path answers) {
    this.answers = answers;
  }

  @Override
  public Host open(Path root, String run, List<String> units) throws HostException {
    return HostFactory.LOCAL.open(root, run, units);
  }

  @Override
  public Engine engine(Host host, EngineAddress address) {
    return new EtcdctlEngine(this::answer, address, EtcdctlEngine.FILES);
  }

  private CommandRunner.Result answer(Command command) throws HostException {
    try {
      command.input().text().lines().filter(line -> line.startsWith(PUT)).forEach(this::put);
      if (!values.isEmpty()) {
        Files.writeString(answers, answer());
      }
      String answer = Files.exists(answers) ? Files.readString(answers) : answer();
      return new CommandRunner.Result(0, answer, "");
    } catch (IOException e) {
      throw new HostException("the scratch folder cannot be used", e);
    }
  }

  // put "KEY" "VALUE", where VALUE has quotes and backslashes of its own
  private void put(String line) {
    String[] words = line.substring(PUT.length() + 1).split("\" \"", 2);
    String value = words[1].substring(0, words[1].length() - 1);
    values.put(words[0], value.replace("\\\"", "\"").replace("\\\\", "\\"));
  }

  private String answer() {
    StringBuilder found = new StringBuilder();
    for (Map.Entry<String, String> one : values.entrySet()) {
      found.append(found.isEmpty() ? "" : ",");
      found.append("{\"mod_revision\":1,\"key\":\"").append(base64(one.getKey()));
      found.append("\",\"value\":\"").append(base64(one.getValue())).append("\"}");
    }
    return "{\"header\":{\"revision\":1},\"succeeded\":true,\"responses\":[" + found + "]}";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
