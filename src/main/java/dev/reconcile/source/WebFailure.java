// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;

/**
 * The translation of failures of git servers on the web to advice for the administrator. JGit's
 * messages name its classes and may show a token.
 */
final class WebFailure {
  private WebFailure() {}

  /** Returns the explanation of a failure; user and password of the address are masked. */
  static SourceException of(RepoUrl.Https url, Exception error) {
    String reason = PrintableText.line(String.valueOf(error.getMessage()));
    if (reason.contains("no CredentialsProvider")) {
      return new SourceException(
          Reason.UNREACHABLE,
          "Password refused by the git server",
          """
          %s: the user or token in the address is wrong, has expired, or may not \
          read this repository. Make a new read-only token, or use ssh and a \
          deploy key.\
          """
              .formatted(url));
    }
    if (reason.contains("not authorized") || reason.contains("not permitted")) {
      return new SourceException(
          Reason.UNREACHABLE,
          "Password required by the git server",
          """
          %s: put a read-only token into ~/.netrc (mode 0600) of the user that \
          runs reconcile: machine HOST login NAME password TOKEN. If it is \
          there, the server refuses it, and it may have expired. Or use ssh and \
          a deploy key. git's credential helpers are not asked.\
          """
              .formatted(url));
    }
    String shown = WebAccess.masked(bare(reason));
    String why = WebAccess.masked(bare(why(error)));
    return new SourceException(
        Reason.UNREACHABLE,
        "Cannot fetch from the repository",
        url + ": " + shown + (why.equals(shown) ? "" : ": " + why) + ".");
  }

  // JGit's messages begin with the address, whose user may be a token
  private static String bare(String text) {
    return text.replaceAll("https://[^ ]*: ", "").replaceAll("https://[^ /]*@", "https://***@");
  }

  /**
   * Returns the reason of a failure. JGit says only "connection failed"; the end of the cause chain
   * has the reason.
   */
  private static String why(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = PrintableText.line(String.valueOf(root.getMessage()));
    return switch (root) {
      case UnknownHostException _ -> "the host name " + reason + " cannot be resolved";
      case CertPathBuilderException _ ->
          "this host trusts no authority that signed the server's certificate";
      default -> reason;
    };
  }
}
