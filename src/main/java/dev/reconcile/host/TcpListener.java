// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A listening TCP socket, from the current tables in {@code /proc/net}.
 *
 * @param address the local address
 * @param port from 1 to 65535
 * @param uid the user who opened it
 * @param inode the inode of the socket
 */
public record TcpListener(InetAddress address, int port, int uid, long inode) {
  private static final String LISTEN = "0A";

  /** The addresses that get connections to 127.0.0.1; the kernel prefers the first (tcp(7)). */
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "0.0.0.0", "0:0:0:0:0:0:0:0");

  /** Reads all current listeners. */
  public static List<TcpListener> all() throws HostException {
    List<TcpListener> all = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try {
        if (Files.exists(Path.of(table))) {
          all.addAll(parse(Files.readString(Path.of(table), StandardCharsets.US_ASCII)));
        }
      } catch (IOException e) {
        throw new HostException("Cannot read " + table + ": " + e.getMessage(), e);
      }
    }
    return all;
  }

  /**
   * Reads the current listeners that get the connections to a port of 127.0.0.1. There are several
   * if processes share the port by SO_REUSEPORT.
   */
  public static List<TcpListener> onLoopback(int port) throws HostException {
    List<TcpListener> all = all();
    for (String address : LOOPBACK) {
      List<TcpListener> here =
          all.stream()
              .filter(it -> it.port == port && it.address.getHostAddress().equals(address))
              .toList();
      if (!here.isEmpty()) {
        return here;
      }
    }
    return List.of();
  }

  /** Parses a table. */
  static List<TcpListener> parse(String table) {
    List<TcpListener> all = new ArrayList<>();
    for (String line : table.split("\n", -1)) {
      String[] columns = Columns.of(line, 11);
      if (columns.length > 9 && columns[3].equals(LISTEN)) {
        int colon = columns[1].indexOf(':');
        all.add(
            new TcpListener(
                address(columns[1].substring(0, colon)),
                Integer.parseInt(columns[1].substring(colon + 1), 16),
                Integer.parseUnsignedInt(columns[7]),
                Long.parseLong(columns[9])));
      }
    }
    return all;
  }

  // words of 32 bits, each printed as a number in the machine's byte order
  private static InetAddress address(String hex) {
    ByteBuffer bytes = ByteBuffer.allocate(hex.length() / 2).order(ByteOrder.nativeOrder());
    for (int i = 0; i < hex.length(); i += 8) {
      bytes.putInt(Integer.parseUnsignedInt(hex.substring(i, i + 8), 16));
    }
    try {
      return InetAddress.getByAddress(bytes.array());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address: " + hex, e);
    }
  }

  /**
   * Finds the process that has the socket open, such as {@code pid 812 (apache2)}; empty if it is
   * systemd.
   */
  public Optional<String> holder() throws HostException {
    return SocketHolder.of(inode);
  }
}
