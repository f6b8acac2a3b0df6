package dev.reconcile.source;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a git repository is. Only what is listed here exists; anything else was refused by {@link
 * #parse}. {@code toString} never shows a password.
 */
public sealed interface RepoUrl {
  /**
   * Reads an address: {@code git@host:path}, {@code ssh://}, {@code https://}, {@code file://} or a
   * directory.
   *
   * @throws SourceException BAD_URL when it is none of these, or could be taken for an option of
   *     ssh
   */
  static RepoUrl parse(String text) throws SourceException {
    return RepoUrlParser.parse(text);
  }

  /**
   * A repository on an ssh server.
   *
   * @param path as git's server side reads it: relative to the user's home unless it begins with
   *     {@code /}
   * @param port 0 when the address names none
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
   * @param text the whole address, password or token included
   */
  record Https(String text) implements RepoUrl {
    /** Returns the address with everything before the {@code @} masked: a token may be the user. */
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

  /** A plain directory: somebody's working copy, most likely. */
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
