// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The listening sockets, from the tables in {@code /proc/net} (proc(5)).
 *
 * @param unix the number of listening unix sockets by path
 * @param tcp the inode of a listening socket by TCP port
 */
public record Listeners(Map<String, Integer> unix, SortedMap<Integer, Long> tcp) {
  private static final String ACCEPTING = "00010000"; // __SO_ACCEPTCON in the flags column
  private static final String TCP_LISTEN = "0A";
  private static final String TCP_ESTABLISHED = "01";

  /** SS_CONNECTING: not accepted yet, and SS_CONNECTED. */
  private static final Set<String> UNIX_CONNECTED = Set.of("02", "03");

  public Listeners {
    unix = Map.copyOf(unix);
    tcp = Collections.unmodifiableSortedMap(new TreeMap<>(tcp));
  }

  /** Reads the current listeners of this machine. */
  static Listeners ofThisMachine() throws HostException {
    return parse(table("/proc/net/unix"), table("/proc/net/tcp") + table("/proc/net/tcp6"));
  }

  // Not with HostPaths: /proc/net is a link to "self/net", which this process's user owns.
  private static String table(String path) throws HostException {
    try {
      Path file = Path.of(path);
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new HostException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /** Counts the connections at {@code unix:PATH} or {@code HOST:PORT}, on the server's side. */
  static int connectionsAt(String address) throws HostException {
    return address.startsWith("unix:")
        ? unixConnections(table("/proc/net/unix"), address.substring("unix:".length()))
        : tcpConnections(
            table("/proc/net/tcp") + table("/proc/net/tcp6"),
            Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
  }

  // The server's end of a connection has the path of its listener.
  static int unixConnections(String table, String path) {
    int count = 0;
    for (String line : table.split("\n", -1)) {
      if (line.endsWith(path)) {
        String[] columns = Columns.of(line, 8);
        if (columns.length == 8 && columns[7].equals(path) && UNIX_CONNECTED.contains(columns[5])) {
          count++;
        }
      }
    }
    return count;
  }

  static int tcpConnections(String tables, int port) {
    int count = 0;
    for (String line : tables.split("\n", -1)) {
      String[] columns = Columns.of(line, 5);
      if (columns.length == 5 && columns[3].equals(TCP_ESTABLISHED)) {
        String local = columns[1];
        count += Integer.parseInt(local.substring(local.indexOf(':') + 1), 16) == port ? 1 : 0;
      }
    }
    return count;
  }

  /** Reports whether the unix socket at a path accepts a connection, which is closed at once. */
  static boolean accepts(Path path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path.toString()));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      return true; // busy, or not permitted: a process listens nevertheless
    }
  }

  /**
   * Parses the tables.
   *
   * @param unixTable the text of /proc/net/unix
   * @param tcpTables the concatenated texts of /proc/net/tcp and /proc/net/tcp6
   */
  static Listeners parse(String unixTable, String tcpTables) {
    Map<String, Integer> unix = new HashMap<>();
    for (String line : unixTable.split("\n", -1)) {
      addUnix(line, unix);
    }
    SortedMap<Integer, Long> tcp = new TreeMap<>();
    for (String line : tcpTables.split("\n", -1)) {
      addTcp(line, tcp);
    }
    return new Listeners(unix, tcp);
  }

  // Num RefCount Protocol Flags Type St Inode Path; the path may contain spaces and may be missing.
  private static void addUnix(String line, Map<String, Integer> unix) {
    if (!line.contains(ACCEPTING)) {
      return; // most sockets are connections
    }
    String[] columns = Columns.of(line, 8);
    if (columns.length == 8 && columns[3].equals(ACCEPTING)) {
      String path = columns[7];
      // /var/run is a link to /run on every system; gunicorn binds by either name
      unix.merge(path.startsWith("/var/run/") ? path.substring(4) : path, 1, Integer::sum);
    }
  }

  // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode …
  private static void addTcp(String line, SortedMap<Integer, Long> tcp) {
    String[] columns = Columns.of(line, 11);
    if (columns.length > 9 && columns[3].equals(TCP_LISTEN)) {
      String local = columns[1];
      tcp.put(
          Integer.parseInt(local.substring(local.indexOf(':') + 1), 16),
          Long.parseLong(columns[9]));
    }
  }
}
