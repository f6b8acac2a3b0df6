// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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

  private static String get(String name, String path, String... options) {
    List<String> argv = new ArrayList<>(List.of("curl", "-s", "-m", "20", "-H", "Host: " + name));
    argv.addAll(List.of(options));
    argv.add("http://localhost" + path);
    return host.run(argv.toArray(String[]::new));
  }

  /** All that an apply says, which has to end with this code. */
  private static String said(int code, DesiredTree tree) {
    operator.push(tree);
    Result result = succeed(code, operator.apply());
    return result.stdout() + result.stderr();
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
    assertThat(said(3, shop("").plain("hand", ""))).contains("/etc/nginx/sites-enabled/by-hand");
    host.runScript("rm /etc/nginx/sites-enabled/by-hand");
    operator.converge(tree());
    host.runScript("dpkg --purge lua-resty-core libnginx-mod-http-lua; systemctl restart nginx");
  }

  @Test
  void whatNginxWarnsOfIsPassedOnOnce() {
    host.write(
        "/etc/nginx/sites-enabled/by-hand",
        "server { listen 80; server_name hand.test; allow 10.1.1.1/8; return 204; }\n",
        "0644");
    host.runScript("systemctl reload nginx");
    String site =
        """
        extra: |
          location /a { allow 10.0.0.1/8; return 204; }
          location /b { allow 10.0.0.1/8; return 204; }
        """;
    assertThat(said(0, shop(site)))
        .containsOnlyOnce("low address bits of")
        .contains("Warning of nginx", "on apps/shop.yaml")
        .contains("[warn] low address bits of 10.0.0.1/8 are meaningless in /etc/nginx/sites-en")
        .contains("The same is in line");
    assertThat(said(0, shop(site).plain("more", ""))).doesNotContain("low address bits");
    host.run("rm", "/etc/nginx/sites-enabled/by-hand");
  }

  @Thorough
  @Test
  void whatSitesDefineHasRoomHoweverLong() {
    String file = "/etc/nginx/conf.d/00-reconcile-hash.conf";
    String site =
        """
        http: |
          map $uri $the_place_to_which_a_page_of_the_shop_has_moved_since {
            default "";
            /blog/2019/05/17/what-we-learnt-from-a-year-of-selling-by-mail /blog/mail;
          }
        extra: |
          proxy_hide_header X-A-Header-Whose-Name-Is-Longer-Than-Nginx-Would-Like;
          if ($the_place_to_which_a_page_of_the_shop_has_moved_since) {
            return 302 $the_place_to_which_a_page_of_the_shop_has_moved_since;
          }
        """;
    operator.converge(shop(site));
    assertThat(host.sh("nginx -t").stderr()).doesNotContain("hash");
    assertThat(get("shop.test", "/")).isEqualTo(DesiredTree.ANSWER);
    assertThat(
            get(
                "shop.test",
                "/blog/2019/05/17/what-we-learnt-from-a-year-of-selling-by-mail",
                "-D-"))
        .contains("/blog/mail");

    // a map that nginx reads before leaves no place for the file's line
    operator.converge(tree());
    assertThat(host.sh("test -e " + file).ok()).isFalse();
    host.write("/etc/nginx/conf.d/00-first.conf", "map $uri $first { default 1; }\n", "0644");
    assertThat(said(3, shop(site).plain("quiet", "env: {GREETING: good}\n")))
        .contains("could not build map_hash", "shop stays as it is")
        .contains("Write \"map_hash_bucket_size 128;\" at the beginning of the http block");
    host.runScript(
        """
        cp /etc/nginx/nginx.conf /root/nginx.conf
        sed -i 's/^http {/http {\\nmap_hash_bucket_size 128;/' /etc/nginx/nginx.conf
        """);
    succeed(0, operator.apply());
    assertThat(host.read(file)).doesNotContain("map_hash");
    operator.converge(tree());
    host.runScript("mv /root/nginx.conf /etc/nginx/nginx.conf; rm /etc/nginx/conf.d/00-first.conf");
  }
}
