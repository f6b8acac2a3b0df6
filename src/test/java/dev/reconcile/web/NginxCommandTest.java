// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How nginx is started, who it runs as, and why it reads no site, from the files of a host. */
final class NginxCommandTest {
  private static final String UNIT = "usr/lib/systemd/system/nginx.service";

  @TempDir Path root;

  @BeforeEach
  void install() throws IOException {
    write(
        "etc/passwd", "root:x:0:0::/:/bin/sh\nwww-data:x:33:33::/:/bin/sh\nweb:x:7:8::/:/bin/sh\n");
    write("etc/group", "root:x:0:\nwww-data:x:33:carl,dora\nwebs:x:8:\nnginx:x:9:\n");
    write(
        "etc/nginx/nginx.conf",
        "user www-data;\nhttp {\n  include /etc/nginx/sites-enabled/*;\n}\n");
    write(UNIT, "[Service]\nExecStart=/usr/sbin/nginx -g 'daemon on; master_process on;'\n");
  }

  private void write(String path, String text) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), text);
  }

  private Facts facts() throws HostException {
    return new LocalHost(root, new ProcessRunner(), "test", List.of()).facts();
  }

  @Test
  void debiansUnitNeedsNoArguments() throws HostException {
    NginxCommand command = NginxCommand.of(facts());
    assertThat(command.configuration()).isEqualTo("/etc/nginx/nginx.conf");
    assertThat(command.arguments()).isEmpty();
    assertThat(NginxCommand.asking(facts(), "-t").argv()).containsExactly("nginx", "-t");
    assertThat(WebUser.of(facts())).isEqualTo(WebUser.USUAL);
  }

  @Test
  void noUnitIsDebians() throws IOException, HostException {
    Files.delete(root.resolve(UNIT));
    assertThat(NginxCommand.of(facts()).configuration()).isEqualTo("/etc/nginx/nginx.conf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-c /srv/n.conf | /srv/n.conf | -c /srv/n.conf",
        "-c/srv/n.conf | /srv/n.conf | -c /srv/n.conf",
        "-p /srv/ -c n.conf | /srv/n.conf | -p /srv/ -c n.conf",
        "-p /srv | /etc/nginx/nginx.conf | -p /srv",
        "-c ${FILE} | /srv/file.conf | -c /srv/file.conf",
        "-c \"/srv/${NAME}.conf\" | /srv/a b.conf | -c /srv/a b.conf",
        "$ARGS | /srv/args.conf | -c /srv/args.conf",
        "-g 'user web;' | /etc/nginx/nginx.conf | -g user web;",
      })
  void whatTheUnitSays(String words, String file, String arguments)
      throws IOException, HostException {
    write(UNIT, "[Service]\nExecStart=/usr/sbin/nginx\n");
    write("etc/default/nginx", "# old\nFILE=\"/srv/file.conf\"\n");
    write(
        "etc/systemd/system/nginx.service.d/own.conf",
        """
        [Service]
        Environment="NAME=a b" ARGS="x"
        Environment='ARGS=-c /srv/args.conf'
        EnvironmentFile=-/etc/default/nginx
        EnvironmentFile=-/etc/default/none
        ExecStart=
        ExecStart=-/usr/sbin/nginx \\
          %s
        """
            .formatted(words));
    NginxCommand command = NginxCommand.of(facts());
    assertThat(command.configuration()).isEqualTo(file);
    assertThat(String.join(" ", command.arguments())).isEqualTo(arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user nginx; | nginx | nginx | nobody has it, so sockets stay",
        "user web; | web | web | there is no such group, so sockets stay",
        "user web webs; | web | webs | web webs",
        "user web www-data; | web | www-data | www-data www-data",
        "user www-data webs; | www-data | webs | www-data www-data",
        "user root; | root | root | www-data www-data",
        "'' | www-data | www-data | as Debian builds it",
        "# user web; | www-data | www-data | as Debian builds it",
        "include who/*; | web | webs | web webs",
        "http { user web; } | www-data | www-data | it counts outside of blocks only",
      })
  void whoItRunsAs(String text, String user, String group, String sockets)
      throws IOException, HostException {
    write("etc/nginx/nginx.conf", text + "\n");
    write("etc/nginx/who/a.inc", "user web webs;\n");
    assertThat(WebUser.of(facts())).isEqualTo(new WebUser(user, group));
    if (sockets.equals("web webs")) {
      assertThat(WebUser.ofSockets(facts())).isEqualTo(new WebUser("web", "webs"));
    }
    if (sockets.equals("www-data www-data")) {
      assertThat(WebUser.ofSockets(facts())).isEqualTo(WebUser.USUAL);
    }
  }

  @Test
  void userOfTheUnitGoesFirst() throws IOException, HostException {
    write("etc/systemd/system/nginx.service.d/a.conf", "[Service]\nUser=web\n");
    assertThat(WebUser.of(facts())).isEqualTo(new WebUser("web", "webs"));
    write("run/systemd/system/nginx.service.d/b.conf", "[Service]\nGroup=nginx\n");
    assertThat(WebUser.of(facts())).isEqualTo(new WebUser("web", "nginx"));
    write("etc/systemd/system/nginx.service.d/b.conf", "# hides the other\n");
    write("etc/systemd/system/nginx.service.d/c.conf", "[Service]\nUser=root\n");
    assertThat(WebUser.of(facts())).isEqualTo(WebUser.USUAL);
    write("etc/systemd/system/nginx.service.d/c.conf", "[Service]\nUser=dora\n");
    assertThat(WebUser.ofSockets(facts())).isEqualTo(WebUser.USUAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "http {\\n} ! /etc/nginx/nginx.conf has no line ! 1s|{|{",
        "http\\n# why\\n{\\n} ! has no line ! 3s|{|{",
        "http {\\n include /etc/nginx/sites-enabled/*.conf;\\n} ! :2 has \"include /etc/nginx/sites-enabled/*.conf;\", which does not match ! 2s|sites-enabled/[^;]*;|sites-enabled/*;|",
        "http {\\n# include /etc/nginx/sites-enabled/*;\\n} ! has no line ! 1s|{|{",
        "http {\\nserver {\\ninclude sites-enabled/*; } } ! :3 has \"include sites-enabled/*;\" within http and server ! 1s|{|{",
        "include sites-enabled/*;\\nhttp { } ! within no block ! 2s|{|{",
        "events { } ! has no line ! editor /etc/nginx/nginx.conf",
      })
  void whyNoSiteIsRead(String text, String why, String command) throws IOException, HostException {
    write("etc/nginx/nginx.conf", text.replace("\\n", "\n"));
    NginxCommand nginx = NginxCommand.of(facts());
    SitesNotRead unread =
        SitesNotRead.of(nginx, nginx.read(facts()), "/etc/nginx/sites-enabled/shop");
    assertThat(unread.detail()).contains(why);
    assertThat(unread.command()).contains(command);
  }
}
