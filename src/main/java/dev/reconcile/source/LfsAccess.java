// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.source.SourceException.Reason;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.transport.NetRC;

/**
 * Access to the Git LFS objects of a repository: only its own server is asked, with the credentials
 * of the repository's address. Other servers that a commit names in {@code .lfsconfig} are ignored.
 *
 * @param host the only host that may be asked; empty for a repository on this machine
 * @param url the repository's address without user and password; empty for one on this machine
 * @param directory the repository on this machine
 * @param netrc user and password of that host, as a line of netrc(5); empty if there are none
 * @param header a header of each request; empty if there is none
 */
public record LfsAccess(
    String host, String url, Optional<Path> directory, String netrc, String header) {
  /**
   * Returns the access to a repository that is not on an ssh server.
   *
   * @throws SourceException UNREACHABLE for an address from which objects cannot be fetched
   */
  public static LfsAccess of(RepoUrl url) throws SourceException {
    return switch (url) {
      case RepoUrl.Local local -> new LfsAccess("", "", Optional.of(local.path()), "", "");
      case RepoUrl.Https https -> web(https);
      case RepoUrl.Ssh ssh -> throw unreachable(ssh + " is asked by Repository.lfs.");
    };
  }

  /**
   * Returns the access that an ssh server has granted.
   *
   * @param url the repository on the server
   * @param href the address of the objects, from the server's answer
   * @param header the header that requests need, from the server's answer
   * @throws SourceException UNREACHABLE if the address has another host, which the user did not
   *     configure
   */
  public static LfsAccess granted(RepoUrl.Ssh url, String href, String header)
      throws SourceException {
    URI uri = uri(href);
    String host = uri.getHost();
    boolean own = host != null && host.equalsIgnoreCase(url.host());
    if (!own || !"https".equals(uri.getScheme()) || uri.getRawUserInfo() != null) {
      throw unreachable(
          """
          %s says that its objects are at %s. They are fetched from its own host \
          by https alone.\
          """
              .formatted(url, PrintableText.line(Diagnostic.masked(href))));
    }
    return new LfsAccess(host, href, Optional.empty(), "", header);
  }

  /** Returns the display name of the source of a repository's objects. */
  public static String name(RepoUrl url) {
    return switch (url) {
      case RepoUrl.Local local -> local.path().toString();
      case RepoUrl.Https https -> https.text().replaceFirst("^https://([^/]*@)?([^/]*).*", "$2");
      case RepoUrl.Ssh ssh -> ssh.host();
    };
  }

  /** Returns the display name of the source of the objects. */
  public String name() {
    return directory.map(Path::toString).orElse(host);
  }

  private static URI uri(String text) throws SourceException {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw unreachable(PrintableText.line(Diagnostic.masked(text)) + " is not a web address.");
    }
  }

  private static SourceException unreachable(String why) {
    return new SourceException(Reason.UNREACHABLE, "Git LFS fetch failed", why);
  }

  private static LfsAccess web(RepoUrl.Https https) throws SourceException {
    URI uri = uri(https.text());
    String host = uri.getHost();
    if (host == null) {
      throw unreachable(https + " has no host name.");
    }
    String user = uri.getRawUserInfo();
    String plain =
        user == null ? https.text() : https.text().replaceFirst("^https://[^/]*@", "https://");
    String netrc = user != null && user.contains(":") ? given(host, user) : known(host);
    return new LfsAccess(host, plain, Optional.empty(), netrc, "");
  }

  private static String given(String host, String user) {
    int colon = user.indexOf(':');
    return line(host, decoded(user.substring(0, colon)), decoded(user.substring(colon + 1)));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  // JGit fetches commits with the credentials of the same file
  private static String known(String host) {
    IsolatedSystemReader.install();
    NetRC.NetRCEntry entry = new NetRC().getEntry(host);
    return entry == null || entry.login == null || entry.password == null
        ? ""
        : line(host, entry.login, new String(entry.password));
  }

  // in netrc(5), a blank ends a word
  private static String line(String host, String login, String password) {
    boolean fits = (login + password).chars().noneMatch(c -> c <= ' ') && !login.isEmpty();
    return fits ? "machine " + host + " login " + login + " password " + password : "";
  }
}
