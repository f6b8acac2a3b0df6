// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of a real host in a real browser: on a screen and a phone, by day and by night. */
class StatusPageIT {
  private static final String PAGE = "/var/www/status.html";
  private static final String CERTIFICATE = "/etc/letsencrypt/live/blog.test";
  private static final int APPS = 3;

  private static Operator operator;
  private static TestHost host;
  private static Path folder;
  private static Path page;
  private static Browser browser;
  private static ServerSocket lure;

  @BeforeAll
  static void converge() throws IOException {
    lure = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    operator = Operator.boot();
    host = operator.host();
    host.makeCertificate("blog.test");
    host.write("/etc/reconcile/secrets/shop/SECRET", "never-to-be-seen-5d1c\n", "0600");
    operator.converge(tree("10M"));
    host.run("sed", "-i", "s/200 OK/500 Broken/", Layout.of("intranet").directory() + "/main.py");
    host.run("systemctl", "restart", "gunicorn@intranet.service");
    host.write("/etc/reconcile/config.yaml", "status-html: " + PAGE + "\n", "0600");
    host.exec("systemctl", "start", "gunicorn-schedule@shop.nightly.service"); // it fails
    operator.push(tree("20M"));
    Operator.succeed(0, operator.apply());
    folder = Files.createDirectories(Path.of("target/status-page").toAbsolutePath());
    browser = new Browser(folder);
    page = Files.writeString(folder.resolve("status.html"), host.read(PAGE));
  }

  private static DesiredTree tree(String size) {
    return DesiredTree.bare()
        .plain("intranet", "")
        .plain(
            "shop",
            """
            secrets: {SECRET: /etc/reconcile/secrets/shop/SECRET}
            gunicorn: {workers: 3}
            processes:
              mail: {run: sleep infinity, instances: 2}
              send_newsletters_to_all_subscribers: sleep infinity
            schedules: {nightly: {run: "false", at: daily}}
            """)
        .with(
            "apps/blog.yaml",
            """
            source: {folder: src/plain}
            gunicorn: {bind: port}
            site:
              server_name: [blog.test, www.blog.test]
              client_max_body_size: %2$s
              tls: {certificate: %1$s/fullchain.pem, key: %1$s/privkey.pem}
              extra: |
                # <img src="http://127.0.0.1:%3$d/" onerror="document.title='owned'"><script>1</script>
            """
                .formatted(CERTIFICATE, size, lure.getLocalPort()));
  }

  @AfterAll
  static void close() throws IOException {
    lure.close();
    operator.close();
  }

  private static Map<String, String> measures(int width, boolean dark) {
    Map<String, String> measures = new HashMap<>();
    for (String line : browser.measure(page, width, dark)) {
      String[] pair = line.split("=", 2);
      measures.put(pair[0], pair[1]);
    }
    return measures;
  }

  @ParameterizedTest
  @CsvSource({"1280, false", "1280, true", "390, false", "390, true", "320, false"})
  void itFitsAndIsWhole(int width, boolean dark) {
    Map<String, String> measures = measures(width, dark);

    assertThat(measures)
        .containsEntry("width", "" + width)
        .containsEntry("scroll", "" + width)
        .containsEntry("requests", "0")
        .containsEntry("scripts", "0")
        .containsEntry("images", "0")
        .containsEntry("pictures", "1")
        .containsEntry("boxes", "" + 5 * APPS)
        .containsEntry("small", "0")
        .containsEntry("background", dark ? "rgb(14, 18, 23)" : "rgb(244, 246, 249)");
    if (width > 1000) {
      assertThat(measures).as("rows that end before the table does").containsEntry("cut", "0");
    }
    assertThat(Integer.parseInt(measures.getOrDefault("landmarks", "0"))).isGreaterThan(6);
    assertThat(Integer.parseInt(measures.getOrDefault("headers", "0"))).isGreaterThan(12);
  }

  @ParameterizedTest
  @CsvSource({
    "desktop, 1280, 1500, false",
    "desktop-dark, 1280, 1500, true",
    "phone, 390, 2600, false",
    "phone-dark, 390, 2600, true",
  })
  void thereIsSomethingToSee(String name, int width, int height, boolean dark) {
    BufferedImage picture = browser.picture(page, name, width, height, dark);

    long light = 0;
    Map<Integer, Integer> colours = new HashMap<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int colour = picture.getRGB(x, y) & 0xffffff;
        colours.merge(colour, 1, Integer::sum);
        light += (colour >> 8) & 0xff; // green is what the eye takes for light
      }
    }
    long mean = light / ((long) picture.getWidth() * picture.getHeight());
    assertThat(colours).hasSizeGreaterThan(100);
    assertThat(mean).isBetween(dark ? 10L : 200L, dark ? 70L : 252L);
  }

  @Test
  void nobodyIsAskedForAnything() throws IOException {
    browser.measure(page, 1280, false);

    lure.setSoTimeout(1000);
    assertThatThrownBy(lure::accept).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void itTellsWhatThereIsAndNoSecret() throws IOException {
    String text = Files.readString(page);

    assertThat(text)
        .contains("intranet</strong> It is not healthy: GET / is answered by 500.")
        .contains("client_max_body_size 10M", "client_max_body_size 20M")
        .contains("&lt;img src=&quot;http://127.0.0.1:")
        .contains("gunicorn@blog", "www.blog.test")
        .doesNotContain("<script", "<img", "never-to-be-seen", "SECRET=");
    assertThat(host.run("stat", "-c", "%a %U", PAGE)).isEqualTo("644 root\n");
  }

  @Test
  void itTellsEachProcessAndEachSchedule() throws IOException {
    String text = Files.readString(page).replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");

    assertThat(text)
        .contains("shop mail.1 up ", "shop mail.2 up ")
        .contains("shop send_newsletters_to_all_subscribers.1 up ")
        .contains("shop nightly failed ");
  }

  @Test
  void aRunWithNothingToDoWritesItOnceInAnHour() {
    host.runScript("sleep 1.2");
    Operator.succeed(0, operator.apply());
    String before = host.run("stat", "-c", "%y %i", PAGE);
    Result known = Operator.succeed(0, operator.apply("--verbose"));
    assertThat(known.stderr()).doesNotContain("looking in full");
    assertThat(host.run("stat", "-c", "%y %i", PAGE)).isEqualTo(before);

    host.run("touch", "-d", "61 minutes ago", PAGE);
    Operator.succeed(0, operator.apply());
    assertThat(host.run("stat", "-c", "%y %i", PAGE)).isNotEqualTo(before);

    host.runScript("sleep 1.2");
    Operator.succeed(0, operator.apply());
    known = Operator.succeed(0, operator.apply("--verbose"));
    assertThat(known.stderr()).doesNotContain("looking in full");
  }
}
