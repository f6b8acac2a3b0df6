// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Files that real programs make of an app's code: Django's, gettext's and Node's. */
class AssetsIT {
  private static final String STYLE = "photos/static/photos/site.css";
  private static final Pattern LINK =
      Pattern.compile("href=\"(/static/photos/site\\.\\w+\\.css)\"");

  private static final String APP =
      """
      source: {folder: src/gallery}
      directory: /srv/gallery
      gunicorn: {app: "gallery.wsgi:application"}
      env: {ALLOWED_HOSTS: gallery.test}
      secrets: {SECRET_KEY: /etc/reconcile/secrets/gallery/SECRET_KEY}
      build:
        run:
          - python manage.py compilemessages
          - python manage.py collectstatic --no-input
        env: {SECRET_KEY: build}
      health: {path: /about/}
      site: {server_name: gallery.test, static: {/static/: /srv/gallery/staticfiles/}}
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.write("/etc/reconcile/secrets/gallery/SECRET_KEY", "sekret\n", "0600");
    // unpacked only: 360 packages are set up in minutes
    succeed(
        0,
        host.exec(
            Duration.ofMinutes(4),
            "sh",
            "-ec",
            """
            dpkg --install /srv/tools/gettext/*.deb >/dev/null
            for package in /srv/tools/npm/*.deb; do dpkg-deb --extract $package /; done
            """));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree gallery() {
    DesiredTree tree = DesiredTree.of("quiet").withRaw("apps/gallery.yaml", APP);
    for (Map.Entry<String, String> file :
        DesiredTree.read(Path.of("integration-tests/apps/gallery")).files().entrySet()) {
      tree = tree.withRaw("src/gallery/" + file.getKey(), file.getValue());
    }
    return tree;
  }

  private static String style(String page) {
    Matcher link = LINK.matcher(page);
    assertThat(link.find()).as(page).isTrue();
    return link.group(1);
  }

  @Test
  void djangoServesWhatItCollectsAndCompiles() {
    operator.converge(gallery());
    operator.assertConverged();
    String page = operator.page("gallery", "/about/");
    String first = style(page);
    assertThat(page).contains("A gallery of photos");
    assertThat(operator.page("gallery", first)).contains("#246");
    assertThat(
            host.run(
                "curl",
                "-sSf",
                "-H",
                "Host: gallery.test",
                "-H",
                "Accept-Language: de",
                "http://localhost/about/"))
        .contains("Eine Galerie von Fotos");
    assertThat(host.run("stat", "-c", "%U %a", "/srv/gallery/staticfiles/staticfiles.json"))
        .isEqualTo("root 644\n");

    DesiredTree next = gallery().with("src/gallery/" + STYLE, "h1 { color: #642; }\n");
    operator.converge(next);
    String second = style(operator.page("gallery", "/about/"));
    assertThat(second).isNotEqualTo(first);
    assertThat(operator.page("gallery", second)).contains("#642");
    assertThat(operator.page("gallery", first)).as("for a page that is open").contains("#246");

    DesiredTree bad = next.with("src/gallery/" + STYLE, "h1 { background: url(none.png); }\n");
    operator.push(bad);
    Result failed = succeed(3, operator.apply());
    assertThat(failed.stdout()).contains("Build step failed", "photos/none.png");
    assertThat(style(operator.page("gallery", "/about/"))).isEqualTo(second);

    succeed(0, host.exec("reconcile", "rollback", "gallery"));
    assertThat(style(operator.page("gallery", "/about/"))).isEqualTo(first);
    assertThat(operator.page("gallery", first)).contains("#246");
    assertThat(operator.page("gallery", second)).as("for a page that is open").contains("#642");
  }

  @Thorough
  @Test
  void nodeRunsTheScriptOfThePackage() {
    String script =
        """
        const fs = require("fs"), crypto = require("crypto");
        const text = fs.readFileSync("styles/site.css", "utf8").replace(/\\s+/g, "");
        const name = `site.${crypto.createHash("sha256").update(text).digest("hex").slice(0, 8)}.css`;
        fs.mkdirSync("static", {recursive: true});
        fs.writeFileSync(`static/${name}`, text);
        fs.writeFileSync("static/name.txt", name + " " + process.env.NODE_ENV);
        """;
    DesiredTree tree =
        DesiredTree.of("quiet", "shop")
            .with("src/shop/main.py", "from flask import Flask\napp = Flask(__name__)\n")
            .with("src/shop/requirements.txt", "flask\n")
            .with("src/shop/styles/site.css", "h1 {\n  color: #246;\n}\n")
            .with("src/shop/build.js", script)
            .with("src/shop/package.json", "{\"scripts\": {\"build\": \"node build.js\"}}\n")
            .with(
                "apps/shop.yaml",
                """
                source: {folder: src/shop}
                build:
                  run: npm run build
                  env: {NODE_ENV: production}
                health: {path: /static/name.txt}
                site: {server_name: shop.test}
                """);
    operator.converge(tree);
    String said = operator.page("shop", "/static/name.txt");
    assertThat(said).matches("site\\.[0-9a-f]{8}\\.css production");
    assertThat(operator.page("shop", "/static/" + said.replaceFirst(" .*", "")))
        .isEqualTo("h1{color:#246;}");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void missingSubstituteForASecretIsNamed() {
    operator.push(
        gallery().withRaw("apps/gallery.yaml", APP.replace("  env: {SECRET_KEY: build}\n", "")));
    assertThat(succeed(3, operator.apply()).stdout())
        .contains("KeyError: 'SECRET_KEY'", "A build gets no secrets", "build.env");
  }
}
