// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** nginx's files are read as nginx reads them, and what nginx says of them is passed on. */
class NginxReadingIT {
  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @AfterEach
  void endConverged() {
    operator.converge(tree());
    operator.assertConverged();
  }

  private static DesiredTree tree() {
    return DesiredTree.of("quiet");
  }

  private static DesiredTree shop(String site) {
    return tree()
        .plain("shop", "")
        .with(
            "apps/shop.yaml",
            "source: {folder: src/plain}\nsite:\n  server_name: shop.test\n" + site.indent(2));
  }

  private static String get(String name, String path) {
    return host.run("curl", "-s", "-m", "20", "-H", "Host: " + name, "http://localhost" + path);
  }

  @Test
  void luaCodeIsReadAsNginxReadsIt() {
    host.runScript("dpkg --install /srv/tools/libnginx-mod-http-lua/*.deb");
    host.write(
        "/etc/nginx/sites-enabled/by-hand",
        """
        server {
            listen 80;
            server_name hand.test;
            location = /page {
                content_by_lua_block {
                    -- it's a brace: }
                    ngx.say("of { the hand") --[[ } ]] ngx.print([=[}]=])
                }
            }
        }
        """,
        "0644");
    host.runScript("systemctl restart nginx");
    operator.converge(
        shop(
            """
            extra: |
              location = /text {
                content_by_lua_block {
                  local words = { '}', "}" }
                  ngx.print([[
              {{indented} ]] .. #words)
                }
              }
            """));
    assertThat(get("shop.test", "/text")).isEqualTo("{{indented} 2");
    assertThat(get("hand.test", "/page")).isEqualTo("of { the hand\n}");
    assertThat(get("shop.test", "/")).isEqualTo(DesiredTree.ANSWER);
    Result doctor = host.exec("reconcile", "doctor");
    assertThat(doctor.stdout() + doctor.stderr()).doesNotContain("by-hand", "unexpected");

    // the name is in use behind the Lua code, too
    operator.push(shop("").plain("hand", "").with("apps/hand.yaml", named("hand.test")));
    Result refused = succeed(3, operator.apply());
    assertThat(refused.stdout() + refused.stderr()).contains("/etc/nginx/sites-enabled/by-hand");
    host.runScript(
        "rm /etc/nginx/sites-enabled/by-hand; dpkg --purge libnginx-mod-http-lua; systemctl restart"
            + " nginx");
  }

  private static String named(String name) {
    return "source: {folder: src/plain}\nsite: {server_name: " + name + "}\n";
  }
}
