// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A real browser without a screen: Chromium, of this machine, with a fresh profile for each page.
 *
 * @param folder where profiles, pages and pictures go
 */
record Browser(Path folder) {
  private static final long LIMIT_SECONDS = 90;
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-dev-shm-usage",
          "--hide-scrollbars",
          "--allow-file-access-from-files",
          "--virtual-time-budget=4000");

  /** Shows the page in a frame of a width, and writes down what can be measured of it. */
  private static final String MEASURING =
      """
      <!DOCTYPE html><html><body style="margin:0">
      <iframe id="f" src="PAGE" style="border:0;width:WIDTHpx;height:900px"></iframe>
      <pre id="out"></pre>
      <script>
      document.getElementById("f").onload = function () {
        const w = this.contentWindow, d = w.document, root = d.documentElement;
        const seen = e => e.getClientRects().length > 0;
        const out = {
          width: root.clientWidth, scroll: root.scrollWidth,
          requests: w.performance.getEntriesByType("resource").length,
          pictures: [...d.querySelectorAll("svg")].filter(seen).length,
          boxes: [...d.querySelectorAll("svg rect")].filter(seen).length,
          scripts: d.scripts.length, images: d.images.length,
          landmarks: d.querySelectorAll("header, main, footer, section[aria-labelledby]").length,
          headers: d.querySelectorAll("th[scope]").length,
          small: [...d.querySelectorAll("svg text")].filter(seen)
            .filter(e => e.getBoundingClientRect().height < 9).length,
          cut: [...d.querySelectorAll("tbody tr")].filter(seen)
            .filter(e => e.getBoundingClientRect().right
              - e.lastElementChild.getBoundingClientRect().right > 1).length,
          background: w.getComputedStyle(d.body).backgroundColor,
        };
        document.getElementById("out").textContent =
          Object.entries(out).map(e => e.join("=")).join("\\n") + "\\nend";
      };
      </script></body></html>
      """;

  /** What the page is like in a window of a width: lines of NAME=VALUE. */
  List<String> measure(Path page, int width, boolean dark) {
    try {
      Path wrapper = Files.createTempFile(folder, "measure", ".html");
      Files.writeString(
          wrapper, MEASURING.replace("PAGE", "" + page.toUri()).replace("WIDTH", "" + width));
      String dom =
          run(dark, List.of("--window-size=1400,1000", "--dump-dom", "" + wrapper.toUri()));
      assertThat(dom).contains("\nend</pre>");
      return dom.replaceAll("(?s).*<pre id=\"out\">(.*)\nend</pre>.*", "$1").lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A picture of the page, kept beside the other results of the tests. */
  BufferedImage picture(Path page, String name, int width, int height, boolean dark) {
    Path file = folder.resolve(name + ".png");
    run(
        dark,
        List.of(
            "--screenshot=" + file, "--window-size=" + width + "," + height, "" + page.toUri()));
    try {
      return ImageIO.read(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Ubuntu's package of Chromium is a snap, which cannot be where there is no snapd.
  private static String program() {
    return Stream.of("chromium", "google-chrome", "chromium-browser")
        .filter(name ->
            Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no chromium: apt-get install chromium"));
  }

  private String run(boolean dark, List<String> more) {
    try {
      List<String> argv = new ArrayList<>(List.of(program()));
      argv.addAll(FLAGS);
      argv.add("--user-data-dir=" + Files.createTempDirectory(folder, "profile"));
      argv.add("--blink-settings=preferredColorScheme=" + (dark ? 0 : 1));
      argv.addAll(more);
      Path errors = Files.createTempFile(folder, "errors", ".txt");
      Process process = new ProcessBuilder(argv).redirectError(errors.toFile()).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).describedAs("in time").isTrue();
      assertThat(process.exitValue()).describedAs(Files.readString(errors)).isZero();
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
