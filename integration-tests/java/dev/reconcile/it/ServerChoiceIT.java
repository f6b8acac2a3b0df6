// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import dev.reconcile.nginx.Servers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which server answers is worked out as nginx does it: a real one is asked the same. */
class ServerChoiceIT {
  private static final int ROUNDS = Integer.getInteger("reconcile.rounds", 20);
  private static final int SERVERS = 14;
  private static final List<String> WORDS = List.of("a", "b", "shop", "www", "x1");
  private static final List<String> LISTENS =
      List.of(
          "81",
          "*:81",
          "0.0.0.0:81",
          "127.0.0.1:81",
          "127.0.0.2:81",
          "[::]:81",
          "[::1]:81",
          "82",
          "localhost:82",
          "");

  /** Where nginx is asked, and what it listens on there if something more special does not. */
  private static final Map<String, List<String>> PLACES =
      Map.of(
          "127.0.0.1:81", List.of("127.0.0.1:81", "81"),
          "127.0.0.2:81", List.of("127.0.0.2:81", "81"),
          "127.0.0.9:81", List.of("127.0.0.9:81", "81"),
          "[::1]:81", List.of("[::1]:81", "[::]:81"),
          "127.0.0.1:82", List.of("127.0.0.1:82", "82"),
          "127.0.0.1:80", List.of("127.0.0.1:80", "80"));

  private static TestHost host;

  @BeforeAll
  static void boot() {
    host = TestHost.boot();
    host.run("rm", "/etc/nginx/sites-enabled/default");
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private record OneFile(String text) implements ResolvedConfig.Source<RuntimeException> {
    @Override
    public Optional<String> text(String path) {
      return Optional.of(text);
    }

    @Override
    public List<String> names(String folder) {
      return List.of();
    }
  }

  @Test
  void nginxChoosesTheSame() {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      String text = configuration(random);
      host.write("/etc/nginx/conf.d/all.conf", text, "0644");
      host.runScript("nginx -t -q; systemctl reset-failed nginx; systemctl restart nginx");
      Servers servers = Servers.of(ResolvedConfig.read("/x", new OneFile("http {" + text + "}")));
      List<String> questions = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (String place : new TreeSet<>(PLACES.keySet())) {
        for (int i = 0; i < 12; i++) {
          String name = name(random);
          Optional<Endpoint> endpoint = endpoint(servers, place);
          if (endpoint.isPresent()) {
            questions.add(place + " " + name);
            Server chosen = servers.choice(endpoint.get(), name).server().orElseThrow();
            expected.add(number(chosen));
          }
        }
      }
      String script =
          "while read -r place name; do curl -s -m 5 -H \"Host: $name\" \"http://$place/\"; echo;"
              + " done <<'end'\n"
              + String.join("\n", questions)
              + "\nend\n";
      List<String> answers = host.runScript(script).lines().toList();
      for (int i = 0; i < questions.size(); i++) {
        assertThat(answers.get(i))
            .describedAs("round %d: %s\n%s", round, questions.get(i), text)
            .isEqualTo(expected.get(i));
      }
    }
  }

  private static Optional<Endpoint> endpoint(Servers servers, String place) {
    return PLACES.getOrDefault(place, List.of()).stream()
        .map(ServerChoiceIT::endpoint)
        .filter(servers::have)
        .findFirst();
  }

  private static Endpoint endpoint(String text) {
    boolean six = text.startsWith("[");
    int colon = text.lastIndexOf(':');
    String address = colon < 0 ? Endpoint.ANY : text.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new Endpoint(
        six ? Endpoint.Family.IPV6 : Endpoint.Family.IPV4,
        address.equals("::") ? Endpoint.ANY : address,
        Integer.parseInt(text.substring(colon + 1)));
  }

  private static String number(Server server) {
    return server
        .block()
        .contents()
        .filter(one -> one.is("return"))
        .findFirst()
        .orElseThrow()
        .parameters()
        .get(1);
  }

  private static String name(Random random) {
    StringBuilder name = new StringBuilder(word(random));
    for (int i = random.nextInt(3); i > 0; i--) {
      name.append('.').append(word(random));
    }
    return name + ".test";
  }

  private static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private static String pattern(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> "*." + name(random);
      case 1 -> "." + name(random);
      case 2 -> name(random).replaceFirst("\\.test$", ".*");
      case 3 -> "~^" + word(random) + "\\.";
      case 4 -> "~^(?<some_part>[a-z]+)\\." + word(random);
      case 5 -> "_";
      default -> name(random);
    };
  }

  private static String configuration(Random random) {
    StringBuilder text = new StringBuilder("server_names_hash_bucket_size 128;\n");
    Set<String> defaults = new HashSet<>();
    for (int i = 0; i < SERVERS; i++) {
      text.append("server { return 200 s").append(i).append(";");
      Set<String> listens = new HashSet<>();
      for (int j = random.nextInt(3); j >= 0; j--) {
        String listen = LISTENS.get(random.nextInt(LISTENS.size()));
        // the same address twice in a server is an error, and so are two default servers
        String key =
            listen.replaceFirst("^(\\*|0\\.0\\.0\\.0):", "").replace("localhost", "127.0.0.1");
        if (!listen.isEmpty() && listens.add(key)) {
          boolean isDefault = random.nextInt(6) == 0 && defaults.add(key);
          text.append(" listen ").append(listen).append(isDefault ? " default_server;" : ";");
        }
      }
      text.append(" server_name");
      for (int j = random.nextInt(3); j >= 0; j--) {
        text.append(' ').append(pattern(random));
      }
      text.append("; }\n");
    }
    return text.toString();
  }
}
