// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NginxFilesTest {
  @TempDir Path root;

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private NginxFiles files() throws Exception {
    return NginxFiles.of(
        new LocalHost(root, new ProcessRunner(), "run-1", List.of()).facts(),
        new Overlay(List.of()));
  }

  @Test
  void logsPidTemporaryFoldersAndSocketsAreWritten() throws Exception {
    write(
        "etc/nginx/nginx.conf",
        """
        pid /run/n.pid; error_log "/var/log/a b/error.log" warn;
        http { proxy_temp_path /var/tmp/p 1 2; proxy_cache_path '/srv/c' levels=1:2;
          server { listen unix:/run/n.sock; location / { access_log logs/x.log main; } }
        }
        """);

    assertThat(files().written("configure arguments: --prefix=/opt/n"))
        .containsExactlyInAnyOrder(
            "/run/n.pid",
            "/var/log/a b/error.log",
            "/var/tmp/p",
            "/srv/c",
            "/run/n.sock",
            "/opt/n/logs/x.log");
  }

  @Test
  void whatNginxDoesNotOpenIsNotWritten() throws Exception {
    write(
        "etc/nginx/nginx.conf",
        """
        error_log stderr; error_log syslog:server=unix:/dev/log; error_log memory:32m;
        access_log off; access_log /var/log/$host.log; my_access_log /no;
        """);

    assertThat(files().written("")).isEmpty();
  }

  @Test
  void whereItWritesWhenItIsNotToldIsBuiltIn() throws Exception {
    assertThat(
            files()
                .written(
                    "--prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf"
                        + " --error-log-path=stderr --pid-path=/run/nginx.pid"
                        + " --modules-path=/usr/lib/nginx --http-proxy-temp-path=/var/lib/n/proxy"))
        .containsExactly("/run/nginx.pid", "/var/lib/n/proxy");
  }

  @Test
  void filesElsewhereAreReadWhereTheyAreIncluded() throws Exception {
    write("etc/nginx/nginx.conf", "include /srv/sites/*.conf; include /srv/one;");
    write("srv/sites/a.conf", "access_log /var/log/a.log;");
    write("srv/sites/a.txt", "access_log /var/log/no.log;");
    write("srv/one", "include /srv/two;");
    write("srv/two", "access_log /var/log/two.log;");

    assertThat(files().written("")).containsExactly("/var/log/a.log", "/var/log/two.log");
  }

  @Test
  void aLinkIsReadAndALoopEnds() throws Exception {
    write("srv/site", "access_log /var/log/linked.log;");
    write("etc/nginx/nginx.conf", "include /etc/nginx/*;");
    Files.createSymbolicLink(root.resolve("etc/nginx/site"), Path.of("/srv/site"));
    Files.createSymbolicLink(root.resolve("etc/nginx/loop"), Path.of("../nginx"));
    Files.createSymbolicLink(root.resolve("etc/nginx/self"), Path.of("self"));

    assertThat(files().written("")).containsExactly("/var/log/linked.log");
  }

  @Test
  void aPathOrAllOfItsFolderIsMentioned() throws Exception {
    write("etc/nginx/nginx.conf", "ssl_certificate /etc/tls/a.pem; include /opt/n/*.conf;");

    assertThat(files().mention("/etc/tls/a.pem")).isTrue();
    assertThat(files().mention("/opt/n/b.conf")).isTrue();
    assertThat(files().mention("/etc/tls/b.pem")).isFalse();
  }
}
