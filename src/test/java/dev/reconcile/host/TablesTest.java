// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host's tables as its programs and its kernel write them. */
final class TablesTest {
  @Test
  void accountsAreFoundByNameAndByNumber() {
    Accounts accounts =
        Accounts.parse(
            "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/x\ntoor:x:0:0::/:/x\n",
            "root:x:0:\nwww-data:x:33:ann,bob\n");

    assertThat(accounts.user("www-data")).isEqualTo(33);
    assertThat(accounts.group("www-data")).isEqualTo(33);
    assertThat(accounts.user("1234")).isEqualTo(1234);
    assertThat(accounts.user("nobody")).isEqualTo(-1);
    assertThat(accounts.userName(0)).isEqualTo("root");
    assertThat(accounts.userName(99)).isEqualTo("99");
    assertThat(accounts.groupName(33)).isEqualTo("www-data");
  }

  @Test
  void brokenLinesOfAccountsAreSkipped() {
    Accounts accounts =
        Accounts.parse(
            "\n#x\na\nb:x\nc:x:notanumber:1:\nd:x:99999999999:1:\n+::::\ne:x:7:7:\n", "");

    assertThat(accounts.users()).containsOnly(Map.entry("e", 7));
  }

  @Test
  void membersOfAGroupAreItsOwnAndThoseItLists() {
    Accounts accounts =
        Accounts.parse(
            "web:x:7:33::/:/x\nann:x:8:8::/:/x\nbob:x:9:9::/:/x\n",
            "www-data:x:33:ann,ann\nann:x:8:\nempty:x:34: \n");

    assertThat(accounts.isMember("web", "www-data")).isTrue();
    assertThat(accounts.isMember("ann", "www-data")).isTrue();
    assertThat(accounts.isMember("bob", "www-data")).isFalse();
    assertThat(accounts.isMember("none", "none")).isFalse();
    assertThat(accounts.isMember("8", "www-data")).isTrue();
    assertThat(accounts.groupOf("7")).contains("www-data");
    assertThat(accounts.groupOf("ann")).contains("ann");
    assertThat(accounts.groupOf("bob")).contains("9");
    assertThat(accounts.groupOf("none")).isEmpty();
  }

  @Test
  void numbersAreAccountsOnlyIfTheHostHasThem() {
    Accounts accounts = Accounts.parse("web:x:7:33::/:/x\n", "www-data:x:33:\n");

    assertThat(accounts.hasUser("web")).isTrue();
    assertThat(accounts.hasUser("7")).isTrue();
    assertThat(accounts.hasUser("33")).isFalse();
    assertThat(accounts.hasUser("none")).isFalse();
    assertThat(accounts.hasGroup("33")).isTrue();
    assertThat(accounts.hasGroup("7")).isFalse();
    assertThat(accounts.user("33")).isEqualTo(33);
  }

  @Test
  void listenersHaveTheirAddresses() {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    String local = little ? "0100007F" : "7F000001";
    String one = little ? "01000000" : "00000001";
    String table =
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: %1$s:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1
           1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 13 1
           2: %1$s:0050 %1$s:9999 01 00000000:00000000 00:00000000 00000000     0        0 14 1
           3: 000000000000000000000000%2$s:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 15 1
        """
            .formatted(local, one);
    assertThat(TcpListener.parse(table))
        .extracting(it -> it.address().getHostAddress() + " " + it.port() + " " + it.inode())
        .containsExactly("127.0.0.1 80 12", "0.0.0.0 8080 13", "0:0:0:0:0:0:0:1 81 15");
  }

  @Test
  void howNginxWasBuilt() {
    assertThat(
            NginxBuild.of(
                "nginx version: nginx/1.26.2\nconfigure arguments: --prefix=/etc/nginx"
                    + " --conf-path=/etc/nginx/nginx.conf --error-log-path=/var/log/nginx/error.log"
                    + " --http-client-body-temp-path=/x --user=nginx --group=nginx --with-cc-opt='-O2'"))
        .isEqualTo(
            new NginxBuild(
                "/etc/nginx",
                "/etc/nginx/nginx.conf",
                "/var/log/nginx/error.log",
                "nginx",
                "nginx"));
    assertThat(NginxBuild.of("configure arguments: --with-debug"))
        .isEqualTo(
            new NginxBuild(
                "/usr/local/nginx", "conf/nginx.conf", "logs/error.log", "nobody", "nogroup"));
    assertThat(NginxBuild.of("configure arguments: --user=web --prefix=/opt/nginx/").group())
        .isEqualTo("web");
  }

  @Test
  void whatAnInstalledPackageProvidesCounts() {
    Map<String, String> installed =
        InstalledPackages.parse(
            """
            Package: mawk
            Status: install ok installed
            Provides: awk, editor-of-lines (= 2)
            Version: 1.3

            Package: gone
            Status: deinstall ok config-files
            Version: 1
            Provides: virtual
            """);

    assertThat(installed)
        .containsOnly(
            Map.entry("mawk", "1.3"), Map.entry("awk", "1.3"), Map.entry("editor-of-lines", "1.3"));
  }

  @Test
  void onlyInstalledPackagesCount() {
    assertThat(
            InstalledPackages.parse(
                """
                Package: nginx
                Status: install ok installed
                Architecture: amd64
                Version: 1.24.0-2ubuntu7
                Description: web server
                 Version: 9 in a description

                Package: gone
                Status: deinstall ok config-files
                Version: 1.0

                Package: held
                Status: hold ok installed
                Version: 2.0

                Package: half
                Status: install reinstreq half-installed
                Version: 3.0\
                """))
        .containsOnly(Map.entry("nginx", "1.24.0-2ubuntu7"), Map.entry("held", "2.0"));
    assertThat(InstalledPackages.parse("")).isEmpty();
  }

  @Test
  void listenersAreSocketsThatAccept() {
    Listeners listeners =
        Listeners.parse(
            """
            Num       RefCount Protocol Flags    Type St Inode Path
            0000: 00000002 00000000 00010000 0001 01 21001 /run/shop_gunicorn.sock
            0000: 00000002 00000000 00010000 0001 01 21002 /var/run/shop_gunicorn.sock
            0000: 00000003 00000000 00000000 0001 03 21003 /run/connected.sock
            0000: 00000002 00000000 00010000 0001 01 21004 /run/a name.sock
            0000: 00000002 00000000 00010000 0001 01 21005
            0000: 00000002 00000000 00010000 0005 01 21006 @abstract
            """,
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 x
               1: 0100007F:0050 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 x
              sl  local_address                         remote_address st
               0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 4244 1 x
            """);

    assertThat(listeners.unix())
        .containsOnly(
            Map.entry("/run/shop_gunicorn.sock", 2),
            Map.entry("/run/a name.sock", 1),
            Map.entry("@abstract", 1));
    assertThat(listeners.tcp()).containsOnly(Map.entry(8080, 4242L), Map.entry(443, 4244L));
  }

  @Test
  void unitsAreBlocksOfProperties() {
    Map<String, UnitFacts> units =
        SystemdUnits.parse(
            """
            Id=gunicorn@shop.service
            ActiveState=active
            SubState=running
            NeedDaemonReload=no
            FragmentPath=/etc/systemd/system/gunicorn@.service

            Id=gunicorn@blog.service
            ActiveState=failed
            SubState=failed
            NeedDaemonReload=yes
            FragmentPath=

            Id=gunicorn@kiosk.service
            LoadState=masked
            ActiveState=inactive
            SubState=dead
            NeedDaemonReload=yes
            FragmentPath=/etc/systemd/system/gunicorn@kiosk.service
            """);

    assertThat(units)
        .containsOnly(
            Map.entry(
                "gunicorn@shop.service",
                new UnitFacts("active", "running", false, "/etc/systemd/system/gunicorn@.service")),
            Map.entry("gunicorn@blog.service", new UnitFacts("failed", "failed", true, "")),
            Map.entry(
                "gunicorn@kiosk.service",
                new UnitFacts(
                    "inactive", "dead", false, "/etc/systemd/system/gunicorn@kiosk.service")));
    assertThat(units.get("gunicorn@shop.service").running()).isTrue();
    assertThat(units.get("gunicorn@blog.service").running()).isFalse();
    assertThat(SystemdUnits.parse("")).isEmpty();
    assertThat(SystemdUnits.parse("\n\nnonsense\n=\n")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "nginx version: nginx/1.22.1, false",
    "1.25.0-1, false",
    "1.25.1, true",
    "1.26.3-3, true",
    "2.0.0, true",
    "1.18.0-6ubuntu14, false",
  })
  void http2IsADirectiveSince1251(String text, boolean directive) {
    assertThat(NginxVersion.in(text).orElseThrow().hasHttp2Directive()).isEqualTo(directive);
  }

  @Test
  void aTextWithoutAVersionHasNone() {
    assertThat(NginxVersion.in("(none)")).isEmpty();
    assertThat(NginxVersion.in("1.20261130064428.1")).isEmpty();
  }

  @Test
  void connectionsAreCountedAtTheServersEnd() {
    String unix =
        """
        Num       RefCount Protocol Flags    Type St Inode Path
        0000000000000000: 00000002 00000000 00010000 0001 01  1 /run/a_gunicorn.sock
        0000000000000000: 00000003 00000000 00000000 0001 03  2 /run/a_gunicorn.sock
        0000000000000000: 00000002 00000000 00000000 0001 02  0 /run/a_gunicorn.sock
        0000000000000000: 00000003 00000000 00000000 0001 03  4 /run/aa_gunicorn.sock
        0000000000000000: 00000003 00000000 00000000 0001 03  5
        """;
    assertThat(Listeners.unixConnections(unix, "/run/a_gunicorn.sock")).isEqualTo(2);
    assertThat(Listeners.unixConnections(unix, "/run/b_gunicorn.sock")).isZero();
    String tcp =
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
           1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 2
           2: 0100007F:D431 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 3
        """;
    assertThat(Listeners.tcpConnections(tcp, 8080)).isEqualTo(1);
  }
}
