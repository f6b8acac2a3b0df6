package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who listens where, from the socket tables in {@code /proc/net} (proc(5)).
 *
 * @param unix path of a listening unix socket to the number of sockets that listen on it
 * @param tcp port to the inode of a socket that listens on it
 */
public record Listeners(Map<String, Integer> unix, SortedMap<Integer, Long> tcp) {
  private static final String ACCEPTING = "00010000"; // __SO_ACCEPTCON in the flags column
  private static final String TCP_LISTEN = "0A";

  public Listeners {
    unix = Map.copyOf(unix);
    tcp = Collections.unmodifiableSortedMap(new TreeMap<>(tcp));
  }

  /** Those of this machine, now. */
  static Listeners ofThisMachine() throws HostException {
    return parse(table("/proc/net/unix"), table("/proc/net/tcp") + table("/proc/net/tcp6"));
  }

  // Not by HostPaths: /proc/net is a link to "self/net", which belongs to the asking process.
  private static String table(String path) throws HostException {
    try {
      Path file = Path.of(path);
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new HostException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the tables.
   *
   * @param unixTable the text of /proc/net/unix
   * @param tcpTables the texts of the two TCP tables, one after the other
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

  // Num RefCount Protocol Flags Type St Inode Path; the path may hold blanks and may be missing.
  private static void addUnix(String line, Map<String, Integer> unix) {
    if (!line.contains(ACCEPTING)) {
      return; // most sockets are connections
    }
    String[] columns = Columns.of(line, 8);
    if (columns.length == 8 && columns[3].equals(ACCEPTING)) {
      String path = columns[7];
      // /var/run is a link to /run everywhere; gunicorn binds by whichever name it was given
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
