// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import org.eclipse.jgit.errors.TransportException;
import org.junit.jupiter.api.Test;

/** With the texts that JGit gives; each begins with the address, its password left out. */
final class WebFailureTest {
  private static final RepoUrl.Https TOKEN =
      (RepoUrl.Https) Origin.url("https://bot:s3cr3t@git.test/x.git");
  private static final RepoUrl.Https TOKEN_AS_USER =
      (RepoUrl.Https) Origin.url("https://s3cr3t@git.test/x.git");
  private static final RepoUrl.Https PLAIN = (RepoUrl.Https) Origin.url("https://git.test/x.git");

  private static String said(RepoUrl.Https url, String message, Throwable... causes) {
    Throwable cause = null;
    for (Throwable next : causes) {
      cause = cause == null ? next : next.initCause(cause);
    }
    SourceException failure = WebFailure.of(url, new TransportException(message, cause));
    String text = failure.getMessage() + ". " + failure.detail();
    assertThat(text).doesNotContain("s3cr3t", "jgit", "java.", "Exception");
    assertThat(failure).hasNoCause();
    return text;
  }

  @Test
  void refusedTokenIsNamedAsSuch() {
    assertThat(
            said(
                TOKEN,
                "https://bot@git.test/x.git: Authentication is required but no CredentialsProvider"
                    + " has been registered"))
        .contains("https://***@git.test/x.git", "has expired", "new read-only token", "deploy key");
  }

  @Test
  void missingOrRefusedNetrcIsNamedAsSuch() {
    assertThat(said(PLAIN, "https://git.test/x.git: not authorized"))
        .contains("~/.netrc", "expired", "credential helpers are not asked");
  }

  @Test
  void reasonOfAFailedConnectionIsToldInPlainWords() {
    String failed = "https://s3cr3t@git.test/x.git: connection failed";

    assertThat(said(TOKEN_AS_USER, failed, new ConnectException("Connection refused")))
        .contains("https://***@git.test/x.git: connection failed: Connection refused.");
    assertThat(said(TOKEN_AS_USER, failed, new UnknownHostException("git.test")))
        .contains("the host name git.test cannot be resolved.");
    assertThat(said(TOKEN_AS_USER, failed, new CertPathBuilderException("unable to find")))
        .contains("this host trusts no authority that signed the server's certificate.");
  }

  @Test
  void answerOfTheServerIsToldOnceAndWithoutTheToken() {
    assertThat(said(TOKEN_AS_USER, "https://s3cr3t@git.test/x.git: 502 Bad Gateway"))
        .isEqualTo(
            "Cannot fetch from the repository. https://***@git.test/x.git: 502 Bad Gateway.");
  }
}
