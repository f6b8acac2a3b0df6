// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NginxMessageTest {
  private static NginxMessage only(String said) {
    assertThat(NginxMessage.parse(said)).hasSize(1);
    return NginxMessage.parse(said).getFirst();
  }

  @Test
  void theWordsForATerminalHaveLevelTextFileAndLine() {
    assertThat(only("nginx: [emerg] unknown directive \"x\" in /etc/nginx/sites-enabled/shop:12\n"))
        .isEqualTo(
            new NginxMessage(
                "emerg", "unknown directive \"x\"", "/etc/nginx/sites-enabled/shop", 12));
  }

  @Test
  void theWordsForALogAreTheSame() {
    assertThat(
            only(
                "2026/11/22 13:12:52 [emerg] 338#338: duplicate upstream \"a\" in"
                    + " /etc/nginx/conf.d/a b.conf:3"))
        .isEqualTo(
            new NginxMessage("emerg", "duplicate upstream \"a\"", "/etc/nginx/conf.d/a b.conf", 3));
  }

  @Test
  void aMessageWithoutAPlaceHasNone() {
    NginxMessage message = only("nginx: [emerg] unknown \"nosuch\" variable");

    assertThat(message.file()).isEmpty();
    assertThat(message.quoted()).containsExactly("nosuch");
    assertThat(message.isFatal()).isTrue();
  }

  /** nginx prints a value with a line break as it is, so a line may end within the value. */
  @Test
  void aNumberOfAValueIsNoLine() {
    NginxMessage message = only("nginx: [emerg] invalid value \"x in /etc/y:99999999999\nz\"");

    assertThat(message.line()).isZero();
    assertThat(message.file()).isEmpty();
  }

  @Test
  void aFileBetweenQuotesIsNoPlace() {
    NginxMessage message =
        only("nginx: [emerg] cannot load certificate \"/etc/none/a.pem\": BIO_new_file() failed");

    assertThat(message.file()).isEmpty();
    assertThat(message.quoted()).containsExactly("/etc/none/a.pem");
  }

  @Test
  void aNameThatIsUsedTwiceIsAConflictAndNotFatal() {
    NginxMessage message =
        only("nginx: [warn] conflicting server name \"shop.test\" on 0.0.0.0:80, ignored");

    assertThat(message.isConflict()).isTrue();
    assertThat(message.isFatal()).isFalse();
    assertThat(message.quoted()).containsExactly("shop.test");
  }

  @Test
  void otherLinesAreNoMessages() {
    assertThat(
            NginxMessage.parse(
                """
                nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
                nginx: configuration file /etc/nginx/nginx.conf test is successful
                """))
        .isEmpty();
  }

  @Test
  void theSameComplaintOnAnotherLineIsTheSame() {
    NginxMessage one = new NginxMessage("emerg", "unknown directive \"x\"", "/a", 1);

    assertThat(one.isLike(new NginxMessage("emerg", "unknown directive \"x\"", "/a", 9))).isTrue();
    assertThat(one.isLike(new NginxMessage("emerg", "unknown directive \"x\"", "/b", 1))).isFalse();
    assertThat(one.isLike(new NginxMessage("emerg", "unknown directive \"y\"", "/a", 1))).isFalse();
  }
}
