// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Origin;
import java.util.List;
import java.util.Map;

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

  public DeclaredServer {
    words = List.copyOf(words);
  }

  @Override
  public Map<String, String> effective() {
    return Map.of();
  }

  @Override
  public String errorLog() {
    return "";
  }

  @Override
  public String identity() {
    return bind + "\n" + String.join("\n", words);
  }
}
