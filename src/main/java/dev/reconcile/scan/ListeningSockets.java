// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The listening sockets of this host, read from the tables in {@code /proc/net} (proc(5)). */
final class ListeningSockets {
  private static final String ACCEPTING = "00010000"; // __SO_ACCEPTCON in the flags column
  private static final String LISTEN = "0A";

  private ListeningSockets() {}

  /**
   * Returns the target of a link in {@code /proc/PID/fd} to the socket's address: {@code unix:PATH}
   * or {@code HOST:PORT}.
   */
  static Map<String, String> read() throws IOException {
    Map<String, String> sockets = new HashMap<>();
    for (String line : lines("/proc/net/unix")) {
      String[] columns = line.strip().split("\\s+", 8);
      if (columns.length == 8 && columns[3].equals(ACCEPTING)) {
        sockets.put("socket:[" + columns[6] + "]", "unix:" + columns[7]);
      }
    }
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      for (String line : lines(table)) {
        String[] columns = line.strip().split("\\s+", 11);
        if (columns.length > 10 && columns[3].equals(LISTEN)) {
          sockets.put("socket:[" + columns[9] + "]", address(columns[1]));
        }
      }
    }
    return sockets;
  }

  private static String[] lines(String table) throws IOException {
    Path path = Path.of(table);
    return Files.exists(path)
        ? new String(Files.readAllBytes(path), StandardCharsets.UTF_8).split("\n", -1)
        : new String[0];
  }

  // an address in groups of four bytes, each in little-endian order, and a port
  private static String address(String hex) {
    int colon = hex.indexOf(':');
    int port = Integer.parseInt(hex.substring(colon + 1), 16);
    String host = hex.substring(0, colon);
    if (host.length() == 8) {
      StringBuilder dotted = new StringBuilder();
      for (int i = 6; i >= 0; i -= 2) {
        dotted.append(i < 6 ? "." : "").append(Integer.parseInt(host.substring(i, i + 2), 16));
      }
      return dotted + ":" + port;
    }
    boolean loopback =
        host.equals("00000000000000000000000001000000")
            || (host.startsWith("0000000000000000FFFF0000") && host.endsWith("7F"));
    boolean any = host.chars().allMatch(c -> c == '0');
    return (loopback ? "[::1]" : any ? "[::]" : "[" + host + "]") + ":" + port;
  }

  /**
   * Converts an address to the form that is compared with nginx's: {@code unix:PATH} or {@code
   * tcp:PORT}.
   */
  static String key(String address) {
    return address.startsWith("unix:")
        ? address.replaceFirst("^unix:/var/run/", "unix:/run/")
        : "tcp:" + address.substring(address.lastIndexOf(':') + 1);
  }
}
