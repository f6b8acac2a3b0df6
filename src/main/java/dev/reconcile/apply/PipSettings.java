// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of root's pip, made available to builds. Without the administrator's private index,
 * pip would silently install a package that somebody else published under the same name. Every
 * build can read index passwords in these settings.
 */
final class PipSettings {
  /** The path below the build's home of the CA certificates, if they are not the system's. */
  static final String AUTHORITIES = "/authorities.pem";

  private static final String OF_ALL = "/etc/pip.conf";
  private static final List<String> OF_ROOT = List.of("/.config/pip/pip.conf", "/.pip/pip.conf");

  private PipSettings() {}

  /**
   * Copies the settings into the build's directories.
   *
   * @return the files that are mounted over files of the host: the path of the copy to that path
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
      Content content = new Content(host.facts().read(file.get(), Limits.CONFIG_FILE), true);
      host.writeState(to, content, FileAttributes.root(0600));
    }
  }
}
