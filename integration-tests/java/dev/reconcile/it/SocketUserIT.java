// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sockets of apps belong to whomever nginx runs as, and going over loses no request. */
@Thorough
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SocketUserIT {
  private static final DesiredTree TREE =
      DesiredTree.of("shop")
          .with(
              "apps/blog.yaml",
              """
              source: {folder: src/plain}
              gunicorn: {bind: socket-suffix}
              site: {server_name: blog.test}
              """);

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.runScript(
        """
        useradd -r -s /usr/sbin/nologin nginx
        useradd -r -s /usr/sbin/nologin --no-user-group -g nogroup -G www-data helper
        useradd -r -s /usr/sbin/nologin web
        cp /etc/nginx/nginx.conf /root/nginx.conf
        """);
    operator.converge(TREE);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static String owner(String app) {
    return host.runScript("stat -c %U:%G:%a /run/" + app + "_gunicorn*.sock").strip();
  }

  private static void user(String line) {
    host.runScript("sed 's|^user .*|%s|' /root/nginx.conf >/etc/nginx/nginx.conf".formatted(line));
  }

  private static void assertServed() {
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(operator.page("blog")).isEqualTo(DesiredTree.answer("blog"));
    operator.assertConverged();
  }

  @Test
  @Order(1)
  void usualUserNeedsNothingOfItsOwn() {
    assertThat(owner("shop")).isEqualTo("www-data:www-data:660");
    assertThat(host.exec("test", "-e", "/etc/systemd/system/gunicorn@.socket.d").ok()).isFalse();
    assertServed();
  }

  @Thorough
  @ParameterizedTest
  @Order(2)
  @CsvSource({
    "user nginx;, nginx:nginx:660",
    "user web nginx;, web:nginx:660",
    "user nginx www-data;, www-data:www-data:660",
    "user www-data nginx;, www-data:www-data:660",
    "user helper nogroup;, www-data:www-data:660",
    "user root;, www-data:www-data:660",
    "'', www-data:nogroup:660", // as it was built
    "include /etc/nginx/who.inc;, web:web:660",
  })
  void socketsFollow(String line, String owner) {
    host.write("/etc/nginx/who.inc", "user web;\n", "0644");
    user(line == null ? "" : line);
    host.runScript("systemctl restart nginx");
    Operator.succeed(0, operator.apply());
    assertThat(owner("shop")).isEqualTo(owner);
    assertThat(owner("blog")).isEqualTo(owner);
    assertServed();

    // what systemd makes anew belongs to the same
    host.runScript("systemctl restart gunicorn@shop.socket gunicorn@blog.socket");
    assertThat(owner("shop")).isEqualTo(owner);
    assertThat(owner("blog")).isEqualTo(owner);
    assertServed();
  }

  @Thorough
  @Test
  @Order(3)
  void userOfTheUnit() {
    user("user www-data;");
    host.runScript(
        """
        mkdir -p /etc/systemd/system/nginx.service.d
        cat >/etc/systemd/system/nginx.service.d/user.conf <<'end'
        [Service]
        User=web
        Group=nginx
        AmbientCapabilities=CAP_NET_BIND_SERVICE
        RuntimeDirectory=nginx
        PIDFile=/run/nginx/nginx.pid
        LogsDirectory=nginx
        end
        sed -i 's|^pid .*|pid /run/nginx/nginx.pid;|' /etc/nginx/nginx.conf
        chown -R web /var/log/nginx /var/lib/nginx; rm -f /run/nginx.pid
        systemctl daemon-reload; systemctl restart nginx
        """);
    Operator.succeed(0, operator.apply());
    assertThat(owner("shop")).isEqualTo("web:nginx:660");
    assertServed();
    host.runScript(
        "rm -r /etc/systemd/system/nginx.service.d; systemctl daemon-reload;"
            + " chown -R www-data /var/lib/nginx; user() { :; };"
            + " cp /root/nginx.conf /etc/nginx/nginx.conf; systemctl restart nginx");
    Operator.succeed(0, operator.apply());
    assertThat(owner("shop")).isEqualTo("www-data:www-data:660");
    assertServed();
  }

  @ParameterizedTest
  @Order(4)
  @CsvSource({"user nginx;", "user web;", "user www-data;"})
  void goingOverLosesNoRequest(String line) {
    user(line); // and nginx has not read it
    CompletableFuture<String> load =
        CompletableFuture.supplyAsync(() ->
            host.runScript(
                "timeout 40 sh -c 'end=$(($(date +%s) + 25));"
                    + " while [ $(date +%s) -lt $end ]; do curl -s -m 20 -o /dev/null"
                    + " -w \"%{http_code}\\n\" -H \"Host: shop.test\" http://localhost/; done'"
                    + " | sort | uniq -c"));
    Result result = Operator.succeed(0, operator.apply());
    assertThat(result.stdout()).contains("reload nginx", "(sockets go over to ");
    assertThat(load.join().strip()).matches("[0-9]+ 200");
    assertServed();
  }

  @Test
  @Order(5)
  void whatWasBrokenBeforeIsSeenAndMended() {
    user("user nginx;");
    host.runScript("systemctl restart nginx; sleep 1");
    assertThat(operator.status("shop")).isEqualTo("502");
    String status =
        Operator.succeed(1, host.exec("reconcile", "status")).stdout().replaceAll("\\s+", " ");
    assertThat(status)
        .contains(
            "App not reachable from nginx", "nginx runs as nginx:nginx, which may not connect");
    Result doctor = Operator.succeed(1, host.exec("reconcile", "doctor"));
    assertThat(doctor.stdout()).contains("App not reachable from nginx", "reconcile apply");
    Operator.succeed(0, operator.apply());
    assertServed();
  }
}
