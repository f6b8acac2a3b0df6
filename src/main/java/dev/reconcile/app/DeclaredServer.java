// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Origin;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A server other than gunicorn, which a command of the app starts.
 *
 * @param words the program and its arguments, at least one word
 * @param bind the kind of address that it listens on
 * @param stopTimeout how long it gets to stop, in systemd's notation
 * @param origin where it is declared
 */
public record DeclaredServer(List<String> words, Bind bind, String stopTimeout, Origin origin)
    implements WebServer {
  /** The word of a command that stands for the port. */
  static final String PORT = "{port}";

  /** The word of a command that stands for the path of the socket. */
  static final String SOCKET = "{socket}";

  private static final String RESERVED =
      """
      reconcile needs it to tell the server its address, or to open the socket to nginx. Remove the \
      variable.\
      """;

  public DeclaredServer {
    words = List.copyOf(words);
  }

  @Override
  public Map<String, String> reserved() {
    Set<String> names =
        switch (bind) {
          case OWN_PORT -> Set.of(WebSection.PORT, WebSection.HOST);
          // root runs a command of the unit in the environment of the app
          case OWN_SOCKET -> Set.of(WebSection.SOCKET, "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT");
          case SOCKET, PORT, SOCKET_SUFFIX -> Set.of();
        };
    return names.stream().collect(Collectors.toMap(name -> name, _ -> RESERVED));
  }

  @Override
  public String identity() {
    return bind + "\n" + String.join("\n", words);
  }
}
