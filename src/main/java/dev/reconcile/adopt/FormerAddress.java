// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The address of a service before its adoption, and its PID file. The old service still answers
 * clients there, so a start command that removes these files would cut the clients off.
 */
final class FormerAddress {
  /** Programs that end other processes by name, port or unit. */
  private static final Pattern ENDING = Pattern.compile("\\b(pkill|killall|fuser|systemctl)\\b");

  private static final Pattern REMOVING = Pattern.compile("\\b(rm|unlink|find)\\b");

  private final Pattern named;
  private final Optional<Pattern> folders;

  FormerAddress(FoundApp app) {
    List<String> names = new ArrayList<>();
    List<String> around = new ArrayList<>();
    Stream<String> pids =
        Stream.concat(
            app.web().configured("pidfile").stream(),
            app.unit().last("PIDFile").stream().map(s -> app.unit().expand(s.value())));
    Stream<String> sockets =
        app.addresses().stream()
            .filter(address -> address.startsWith("unix:"))
            .map(address -> address.substring("unix:".length()));
    Stream.concat(pids, sockets)
        .filter(path -> !path.isEmpty())
        .forEach(path -> {
          int slash = path.lastIndexOf('/');
          names.add("(?<![\\w.-])" + Pattern.quote(path.substring(slash + 1)) + "(?![\\w.-])");
          if (slash > 0) {
            around.add(Pattern.quote(path.substring(0, slash)) + "/?([\\s\"';]|$|[^\\s/]*[*?])");
          }
          around.add("\\*\\.(sock|pid)");
        });
    app.addresses().stream()
        .filter(address -> address.startsWith(ListenAddress.TCP))
        .map(address -> address.substring(ListenAddress.TCP.length()))
        .forEach(port -> names.add("(?<![\\w.])" + port + "(?![\\w.])"));
    names.add(ENDING.pattern());
    this.named = Pattern.compile(String.join("|", names));
    this.folders =
        around.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Pattern.compile(around.stream().distinct().collect(Collectors.joining("|"))));
  }

  /** Tells whether a command names the address or may remove it together with its folder. */
  boolean isTouchedBy(String command) {
    return named.matcher(command).find()
        || (REMOVING.matcher(command).find()
            && folders.stream().anyMatch(folder -> folder.matcher(command).find()));
  }
}
