// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What looks like a secret, and what only sounds like one. */
final class SecretDetectorTest {
  @ParameterizedTest
  @CsvSource({
    "SECRET_KEY, x",
    "DB_PASS, hunter2",
    "DB_PASSWORD, 12345",
    "MYSQL_PWD, x",
    "STRIPE_SK, sk_live_abc",
    "STRIPE, rk_test_abc",
    "HOOK, whsec_abc",
    "SLACK, xoxb-12-ab",
    "GIT, ghp_0123456789abcdef",
    "AWS, AKIAIOSFODNN7EXAMPLE",
    "MAIL, SG.abcdefghijklmnop.abc",
    "BOT, 123456789:AAEhBP0av28fmr0wL3ZCEiUOGLNbb0aaaaa",
    "JWT, eyJhbGciOiJIUzI1NiJ9.e30.x",
    "CACHE, redis://:pw@localhost/0",
    "DATABASE_URL, postgres:///shop",
    "SENTRY_DSN, https://example.com/1",
    "PEM, -----BEGIN PRIVATE KEY-----",
    "A, 8f14e45fceea167a5a36dedd4bea2543",
    "B, Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==",
    "X-Api-Key, abc",
  })
  void theseAreSecrets(String name, String value) {
    assertThat(SecretDetector.is(name, value)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "TOKEN_TTL, 3600",
    "PASSWORD_RESET, true",
    "SECRET_KEY, ''",
    "SSL_KEY, /etc/ssl/private/shop.key",
    "GOOGLE_APPLICATION_CREDENTIALS, /srv/shop/google.json",
    "COMPASS_DIRECTION, north",
    "PASSENGER_APP_ENV, production",
    "PWD, /srv/shop",
    "OLDPWD, /",
    "TOKENIZERS_PARALLELISM, false",
    "BUCKET, my-app-production-bucket-eu-west-1",
    "DJANGO_SETTINGS_MODULE, shop.settings.production2024",
    "ADMIN, somebody.important@mail.example.com",
    "GIT_SHA, 8f14e45fceea167a5a36dedd4bea25432f14e45f",
    "ALLOWED_HOSTS, 'a.example.com,b2.example.com'",
    "GREETING, 'hello to the world of 2024'",
  })
  void theseAreNone(String name, String value) {
    assertThat(SecretDetector.is(name, value)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "tcp:8000, http://127.0.0.1:8000/x, true",
    "tcp:8000, localhost:8000, true",
    "tcp:8000, http://localhost:80000, false",
    "tcp:8000, http://example.com:8000, false",
    "unix:/run/shop.sock, unix:/var/run/shop.sock:/x, true",
    "unix:/run/shop.sock, /run/shop.sock2, false",
    "unix:/run/shop, /run/shop/other.sock, false",
  })
  void anAddressIsFoundInAnyText(String address, String text, boolean found) {
    assertThat(OtherReferences.pattern(List.of(address)).matcher(text).find()).isEqualTo(found);
  }

  @Test
  void aFolderIsFoundWithWhatIsInIt() {
    Pattern folder = OtherConfigFiles.folder("/srv/shop");

    assertThat(folder.matcher("ExecStart=/srv/shop/bin/x").find()).isTrue();
    assertThat(folder.matcher("cd /srv/shop && x").find()).isTrue();
    assertThat(folder.matcher("/srv/shop2 /opt/srv/shop /srv/shop.old").find()).isFalse();
  }
}
