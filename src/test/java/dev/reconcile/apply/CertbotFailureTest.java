// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.model.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The outputs are those of certbot 2.1 of Debian 12, shortened. */
final class CertbotFailureTest {
  private static final Step.ObtainCertificate ORDER =
      new Step.ObtainCertificate(
          "shop",
          List.of("shop.example", "www.shop.example"),
          "https://acme-v02.api.letsencrypt.org/directory",
          "/srv",
          "me@shop.example",
          false);

  private static CertbotFailure of(int exit, String output) {
    return CertbotFailure.of(new CommandRunner.Result(exit, "", output), ORDER);
  }

  @Test
  void aCertbotThatIsNotThereIsNoRefusal() {
    CertbotFailure failure =
        CertbotFailure.of(new HostException(HostFailure.COMMAND_NOT_FOUND, "certbot: not found"));
    assertThat(failure.isRefusal()).isFalse();
    assertThat(failure.words()).startsWith("certbot is not installed");
    assertThat(failure.command()).hasValue("apt-get install certbot");
  }

  @Test
  void aTimeLimitIsNoRefusal() {
    CertbotFailure failure =
        CertbotFailure.of(new HostException(HostFailure.TIMED_OUT, "certbot ran into its limit"));
    assertThat(failure.isRefusal()).isFalse();
    assertThat(failure.words()).contains("certbot ran into its limit");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "137| | certbot was killed by signal 9",
        "143|Saving debug log| certbot was killed by signal 15",
        "1|requests.exceptions.ConnectionError: HTTPSConnectionPool(host='acme-v02.api"
            + ".letsencrypt.org', port=443): Max retries exceeded| does not reach the CA",
        "1|ValueError: Requesting acme.test/acme: Connection refused| does not reach the CA",
        "1|requests.exceptions.SSLError: certificate verify failed| does not reach the CA",
        "1|ModuleNotFoundError: No module named 'josepy'| certbot cannot start",
        "1|OSError: [Errno 28] No space left on device| A file operation of certbot failed",
        "1|Another instance of Certbot is already running.| Another certbot is running",
      })
  void whatFailsBeforeTheAuthorityJudgesIsNoRefusal(int exit, String output, String words) {
    CertbotFailure failure = of(exit, output == null ? "" : output);
    assertThat(failure.isRefusal()).isFalse();
    assertThat(failure.words()).contains(words);
    assertThat(failure.command()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "dns, finds no address of www.shop.example in DNS, getent ahosts www.shop.example",
    "connection, does not reach port 80 of www.shop.example, curl -sSI http://www.shop.example/",
    "unauthorized, another program answers at port 80, getent ahosts www.shop.example",
    "caa, refused the order, getent ahosts www.shop.example",
  })
  void aProblemThatTheAuthorityReportsIsARefusal(String type, String words, String command) {
    String output =
        """
        Certbot failed to authenticate some domains (authenticator: webroot). The Certificate\
         Authority reported these problems:
          Domain: www.shop.example
          Type:   %s
          Detail: 192.0.2.1: Fetching http://www.shop.example/: Connection refused

        requests.exceptions.ConnectionError in a hint
        Some challenges have failed.
        """
            .formatted(type);
    CertbotFailure failure = of(1, output);
    assertThat(failure.isRefusal()).isTrue();
    assertThat(failure.words()).contains(words, "certbot said:", "Some challenges have failed.");
    assertThat(failure.command().orElse("")).startsWith(command);
  }

  @Test
  void aCauseThatIsNotKnownCountsAsARefusal() {
    CertbotFailure failure =
        of(1, "There were too many requests of a given type :: too many certificates already");
    assertThat(failure.isRefusal()).isTrue();
    assertThat(failure.words()).contains("too many requests");
    assertThat(of(1, "").words()).contains("(nothing)");
  }
}
