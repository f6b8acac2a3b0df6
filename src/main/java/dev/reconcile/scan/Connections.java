// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The open connections to some addresses, read from the tables in {@code /proc/net} (proc(5)). */
public final class Connections {
  private static final long PAUSE_MILLIS = 50;
  private static final long QUIET_MILLIS = 2_000;
  private static final long PATIENCE_MILLIS = 15_000;
  private static final String CONNECTED_UNIX = "03"; // SS_CONNECTED
  private static final Set<String> LASTING = Set.of("01", "08"); // ESTABLISHED, CLOSE_WAIT

  private final List<String> addresses;

  /**
   * @param addresses {@code unix:PATH} or {@code tcp:PORT}
   */
  public Connections(List<String> addresses) {
    this.addresses = List.copyOf(addresses);
  }

  /**
   * Waits until no connection is open and none arrives, for at most 15 seconds.
   *
   * @return true if there was no connection for two seconds
   */
  public boolean end() throws IOException {
    long begin = System.nanoTime();
    long quietSince = begin;
    Set<String> earlier = all(false);
    while (millis(quietSince) < QUIET_MILLIS) {
      if (millis(begin) > PATIENCE_MILLIS) {
        return false;
      }
      pause();
      Set<String> now = all(false);
      boolean isNew = !earlier.containsAll(now);
      if (isNew || !all(true).isEmpty()) {
        quietSince = System.nanoTime();
      }
      earlier = now;
    }
    return true;
  }

  private static long millis(long since) {
    return (System.nanoTime() - since) / 1_000_000;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // A closed connection stays in the table for a while, so a short one is noticed as a new entry.
  private Set<String> all(boolean open) throws IOException {
    Set<String> connections = new HashSet<>();
    for (String line : lines("/proc/net/unix")) {
      String[] columns = line.strip().split("\\s+", 8);
      boolean connected = columns.length == 8 && columns[5].equals(CONNECTED_UNIX);
      if (connected
          && addresses.contains("unix:" + columns[7].replaceFirst("^/var/run/", "/run/"))) {
        connections.add(columns[6]);
      }
    }
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : lines(table)) {
        String[] columns = line.strip().split("\\s+", 11);
        boolean counts =
            columns.length > 9
                && columns[1].contains(":")
                && !columns[3].equals("0A")
                && (!open || LASTING.contains(columns[3]));
        if (counts && addresses.contains("tcp:" + port(columns[1]))) {
          connections.add(columns[1] + " " + columns[2]);
        }
      }
    }
    return connections;
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }

  private static List<String> lines(String table) throws IOException {
    Path path = Path.of(table);
    return Files.exists(path)
        ? List.of(new String(Files.readAllBytes(path), StandardCharsets.UTF_8).split("\n", -1))
        : List.of();
  }
}
