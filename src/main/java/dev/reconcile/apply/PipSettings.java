package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Has pip find the settings that the host's administrator made for root, wherever a build runs: a
 * pip that does not know of a private index would silently take what others have published under
 * the same name. Passwords of indexes in them are known to every build.
 */
final class PipSettings {
  /** Below the build's home: whose certificates count, if they are not the system's. */
  static final String AUTHORITIES = "/authorities.pem";

  private static final String OF_ALL = "/etc/pip.conf";
  private static final List<String> OF_ROOT = List.of("/.config/pip/pip.conf", "/.pip/pip.conf");
  private static final int MOST_BYTES = 1 << 20;

  private PipSettings() {}

  /**
   * Puts them where the build finds them.
   *
   * @return what is laid over files of the host: a file of the room to the place of it
   */
  static Map<String, String> give(Host host, BuildDirectories room) throws HostException {
    Facts facts = host.facts();
    for (String file : OF_ROOT) {
      copy(host, "/root" + file, room.home() + file);
    }
    Optional<String> authorities = host.network().authorities();
    if (authorities.isPresent()) {
      copy(host, authorities.get(), room.home() + AUTHORITIES);
    }
    Optional<String> ofAll = facts.file(OF_ALL);
    Optional<Stat> stat = ofAll.isEmpty() ? Optional.empty() : facts.stat(ofAll.get());
    boolean open = stat.isEmpty() || (stat.get().mode() & 0004) != 0;
    if (open) {
      return Map.of();
    }
    copy(host, OF_ALL, room.home() + OF_ALL);
    return Map.of(room.home() + OF_ALL, OF_ALL);
  }

  private static void copy(Host host, String from, String to) throws HostException {
    Optional<String> file = host.facts().file(from);
    if (file.isPresent()) {
      Content content = new Content(host.facts().read(file.get(), MOST_BYTES), true);
      host.writeState(to, content, FileAttributes.root(0600));
    }
  }
}
