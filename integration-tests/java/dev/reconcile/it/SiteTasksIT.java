// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each task of docs/nginx-and-tls.md, typed as it stands there, and what a visitor then gets. */
class SiteTasksIT {
  private static final Path PAGE = Path.of("docs/nginx-and-tls.md");

  private static final Pattern HEADING = Pattern.compile("##+ (.*)");

  private static final String CODE =
      """
      def application(environ, start_response):
          environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
          headers = [("Content-Type", "text/plain"), ("X-Powered-By", "echo")]
          start_response("200 OK", headers)
          names = ["SCRIPT_NAME", "PATH_INFO", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_PROTO"]
          return [(" ".join(environ.get(name, "-") or "-" for name in names) + "\\n").encode()]
      """;

  private static final String APP = "source: {folder: src/echo}\ngunicorn: {app: main}\n";

  /** The name of the site, of which the page says nothing, and a shell for the checks. */
  private static final String HELPERS =
      """
      ask() { path=$1; shift; curl -sS -m 20 -H "Host: $name" "$@" "http://localhost$path"; }
      code() { ask "$@" -o /dev/null -w '%{http_code} %{redirect_url}\\n'; }
      is() { test "$1" = "$2" || { echo "'$1' is not '$2'" >&2; exit 1; }; }
      has() { grep -qi -e "$1" || { echo "no '$1'" >&2; exit 1; }; }
      """;

  /** What a person has on the server. */
  private static final String BEFORE =
      """
      printf 'alice:%s\\n' "$(openssl passwd -apr1 secret)" >/etc/nginx/shop.htpasswd
      chown root:www-data /etc/nginx/shop.htpasswd; chmod 640 /etc/nginx/shop.htpasswd
      ip address add 10.0.0.5/24 dev lo
      """;

  /** Heading to the check of its block. */
  private static final Map<String, String> CHECKS =
      Map.ofEntries(
          Map.entry(
              "Names",
              """
              is "$(name=www.shop.example code '/a?b=c')" '301 http://shop.example/a?b=c'
              is "$(ask /a)" '- /a 127.0.0.1 http'
              """),
          Map.entry(
              "Behind Cloudflare or a balancer",
              """
              forwarded="-H X-Forwarded-For:203.0.113.9 -H X-Forwarded-Proto:https"
              is "$(ask /a $forwarded)" '- /a 127.0.0.1 http'
              is "$(curl -sS --interface 10.0.0.5 -H "Host: $name" $forwarded http://10.0.0.5/a)" \
                '- /a 203.0.113.9 https'
              """),
          Map.entry(
              "Headers of answers",
              """
              ask / -i | has '^X-Frame-Options: DENY'
              ask / -i | has "^Content-Security-Policy: default-src 'self'"
              ! ask / -i | grep -qi x-powered-by
              """),
          Map.entry(
              "Who may visit",
              """
              is "$(code /)" '401 '
              is "$(code / -u alice:secret)" '200 '
              is "$(curl -so /dev/null -w '%{http_code}' --interface 10.0.0.5 -H "Host: $name" \
                http://10.0.0.5/)" 200
              """),
          Map.entry(
              "Rate limits",
              """
              code '/?[1-200]' >/tmp/codes
              test "$(grep -c 200 /tmp/codes)" -ge 20
              has 429 </tmp/codes
              """),
          Map.entry(
              "Error pages",
              """
              systemctl stop gunicorn@$app.socket gunicorn@$app.service
              ask / -i | has '^HTTP/1.1 502'
              is "$(ask /)" 'we are down'
              systemctl start gunicorn@$app.socket gunicorn@$app.service
              """),
          Map.entry(
              "Locations",
              """
              is "$(ask /api/x)" '/api /x 127.0.0.1 http'
              is "$(ask /ui/deep)" page
              is "$(code /grafana/)" '502 '
              is "$(code /old/)" "301 http://$name/new/"
              head -c 2M /dev/zero >/tmp/body
              is "$(code /upload -T /tmp/body)" '200 '
              is "$(code /other -T /tmp/body)" '413 '
              ask /healthz; ! grep -q healthz /var/log/nginx/access.log
              """),
          Map.entry(
              "Single-page app",
              """
              is "$(ask /any/where)" page
              ask /app.js -i | has max-age=2592000
              is "$(ask /api/x)" '- /api/x 127.0.0.1 http'
              """),
          Map.entry(
              "Two apps under one name",
              """
              name=shop.example
              is "$(ask /api/x)" '/api /x 127.0.0.1 http'
              is "$(ask /x)" '- /x 127.0.0.1 http'
              """),
          Map.entry(
              "Raw nginx lines",
              """
              is "$(code /)" '200 '
              is "$(code / -A Googlebot)" '403 '
              """));

  /** Headings whose block another test types. */
  private static final Map<String, String> ELSEWHERE =
      Map.of("Certificates from Let's Encrypt or another ACME server", "AcmeIT");

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.runScript(BEFORE);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  /** A block of the page: the file that it makes, and its name for visitors. */
  private record Task(String app, String name, String yaml) {
    static Task of(String heading, String block) {
      if (block.startsWith("# apps/")) {
        String app = block.substring("# apps/".length(), block.indexOf(".yaml"));
        return new Task(app, "", APP + block);
      }
      boolean isNamed = block.contains("server_name:");
      String app = isNamed ? "shop" : heading.toLowerCase(Locale.ROOT).replaceAll(" .*", "");
      String name = isNamed ? "shop.example" : app + ".test";
      String own = "site:\n  server_name: " + name + "\n";
      return new Task(app, name, APP + (isNamed ? block : block.replace("site:\n", own)));
    }
  }

  private static Map<String, Task> tasks() throws IOException {
    Map<String, Task> tasks = new LinkedHashMap<>();
    String heading = "";
    StringBuilder block = new StringBuilder();
    boolean isInside = false;
    for (String line : Files.readAllLines(PAGE)) {
      Matcher title = HEADING.matcher(line);
      if (isInside && line.equals("```")) {
        isInside = false;
        if (block.indexOf("site:") >= 0 && !ELSEWHERE.containsKey(heading)) {
          assertThat(tasks.put(heading, Task.of(heading, block.toString()))).isNull();
        }
      } else if (isInside) {
        block.append(line).append('\n');
      } else if (line.equals("```yaml")) {
        isInside = true;
        block.setLength(0);
      } else if (title.matches()) {
        heading = title.group(1);
      }
    }
    return tasks;
  }

  @Test
  void eachTaskOfThePageWorksAsItStands() throws IOException {
    Map<String, Task> tasks = tasks();
    assertThat(tasks.keySet()).containsExactlyInAnyOrderElementsOf(CHECKS.keySet());
    DesiredTree tree =
        DesiredTree.bare()
            .with("src/echo/main.py", CODE)
            .with("src/echo/errors/404.html", "not here\n")
            .with("src/echo/errors/down.html", "we are down\n")
            .with("src/echo/ui/dist/index.html", "page\n")
            .with("src/echo/ui/dist/app.js", "js\n");
    for (Task task : new TreeMap<>(tasks).values()) {
      tree = tree.withRaw("apps/" + task.app() + ".yaml", task.yaml());
    }
    operator.push(tree);
    succeed(0, operator.apply());
    SoftAssertions all = new SoftAssertions();
    tasks.forEach((heading, task) -> {
      String script =
          "app=%s\nname=%s\n".formatted(task.app(), task.name()) + HELPERS + CHECKS.get(heading);
      Result result = host.exec("bash", "-ec", script);
      all.assertThat(result.exitCode())
          .as("%s\n%s\n%s%s", heading, task.yaml(), result.stdout(), result.stderr())
          .isZero();
    });
    all.assertAll();
  }
}
