// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The address of a git repository. {@link #parse} refuses all kinds of addresses but those listed
 * here. {@code toString} never shows a password.
 */
public sealed interface RepoUrl {
  /**
   * Parses an address: {@code git@host:path}, {@code ssh://}, {@code https://}, {@code file://} or
   * a directory.
   *
   * @throws SourceException BAD_URL for any other address, and for one that ssh could read as an
   *     option
   */
  static RepoUrl parse(String text) throws SourceException {
    return RepoUrlParser.parse(text);
  }

  /**
   * A repository on an ssh server.
   *
   * @param path the path on the server, relative to the user's home unless it begins with {@code /}
   * @param port 0 when the address has none
   */
  record Ssh(Optional<String> user, String host, int port, String path) implements RepoUrl {
    /** Returns {@code user@host}, or the host alone. */
    public String destination() {
      return user.map(name -> name + "@" + host).orElse(host);
    }

    @Override
    public String toString() {
      return port == 0
          ? destination() + ":" + path
          : "ssh://" + destination() + ":" + port + (path.startsWith("/") ? path : "/" + path);
    }
  }

  /**
   * A repository on a web server.
   *
   * @param text the whole address, including a password or token
   */
  record Https(String text) implements RepoUrl {
    /** Returns the address with user and password masked; the user may be a token. */
    @Override
    public String toString() {
      return text.replaceFirst("^https://[^/]*@", "https://***@");
    }
  }

  /** A repository on this machine. */
  sealed interface Local extends RepoUrl {
    /** Returns the repository's directory, absolute and normalised. */
    Path path();
  }

  /** A plain directory, usually a working copy. */
  record Directory(Path path) implements Local {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A {@code file://} address. */
  record FileUrl(Path path) implements Local {
    @Override
    public String toString() {
      return "file://" + path;
    }
  }
}
