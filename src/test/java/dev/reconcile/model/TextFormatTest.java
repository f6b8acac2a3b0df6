// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TextFormatTest {
  private record Samples(List<String> accepted, List<String> refused) {}

  private static Samples samples(List<String> accepted, List<String> refused) {
    return new Samples(accepted, refused);
  }

  private static final Map<TextFormat, Samples> TABLE =
      Map.ofEntries(
          Map.entry(TextFormat.NETWORK, networks("10.0.0.0/8", "all")),
          Map.entry(TextFormat.VISITORS, networks("all", "none")),
          Map.entry(
              TextFormat.PASSWORD_FILE,
              samples(
                  List.of("/etc/nginx/shop.htpasswd", "/a"),
                  List.of("", "/", "htpasswd", "/etc/", "/etc/../a", "/a b", "/a;", "/$a"))),
          Map.entry(
              TextFormat.HEADER_NAME,
              samples(
                  List.of("X-Frame-Options", "x_a.b", "0"),
                  List.of("", "X Frame", "X:", "-a", "$a", "a;", "a\"", "a".repeat(101)))),
          Map.entry(
              TextFormat.HEADER_VALUE,
              samples(
                  List.of("DENY", "default-src 'self'; img-src \"a\" \\", "a".repeat(3000)),
                  List.of("a\tb", "a".repeat(3001)))),
          Map.entry(
              TextFormat.REALM,
              samples(List.of("Staff only", "offline", "a;"), List.of("", "off", "a\"", "$a"))),
          Map.entry(
              TextFormat.RATE,
              samples(List.of("10r/s", "1r/m"), List.of("", "10/s", "0r/s", "10r/h", "10r/s;"))),
          Map.entry(
              TextFormat.STATUSES,
              samples(List.of("404", "502 503"), List.of("", "200", "5xx", "499", "404,403"))),
          Map.entry(
              TextFormat.AGE,
              samples(List.of("0", "30d", "1h", "60s"), List.of("", "true", "30", "1y", "1d;"))),
          Map.entry(
              TextFormat.HSTS_AGE,
              samples(
                  List.of("true", "TRUE", "0", "365d", "1h", "60s"),
                  List.of("", "false", "31536000", "1y", "1 d", "99999d", "365d; x"))),
          Map.entry(
              TextFormat.PROCESS_NAME,
              samples(
                  List.of("worker", "mail-2", "web2", "0", "a".repeat(63)),
                  List.of("web", "", "Mail", "a.b", "-a", "a b", "a".repeat(64)))),
          Map.entry(
              TextFormat.GROUP_NAME,
              samples(
                  List.of("web", "0", "lb-2", "a_b", "a".repeat(63)),
                  List.of("", "Web", "-a", "a.b", "a b", "a/b", "..", "a".repeat(64)))),
          Map.entry(
              TextFormat.ETCD_URL,
              samples(
                  List.of(
                      "https://etcd1:2379",
                      "https://etcd1.example.com",
                      "https://10.0.0.1:2379",
                      "https://[2001:db8::1]:2379",
                      "http://127.0.0.1:2379",
                      "http://localhost:2379",
                      "http://[::1]:2379"),
                  List.of(
                      "",
                      "etcd1",
                      "etcd1:2379",
                      "http://10.0.0.1:2379",
                      "http://127.0.0.1.example.com",
                      "https://u:p@etcd1:2379",
                      "https://etcd1:2379/",
                      "https://etcd1:2379,https://etcd2:2379",
                      "https://-etcd1",
                      "unix:///run/etcd"))),
          Map.entry(
              TextFormat.HOSTNAME,
              samples(
                  List.of("web1", "Web-1.example.org", "a"),
                  List.of("", "-web", "web-", "web 1", "web_1", ".a", "a/b"))),
          Map.entry(
              TextFormat.LISTEN,
              samples(
                  List.of(
                      "80",
                      "65535",
                      "0.0.0.0",
                      "192.0.2.10:8080",
                      "[::]",
                      "[::1]:443",
                      "[2001:db8::10]",
                      "[1:2:3:4:5:6:7:8]:1"),
                  List.of(
                      "",
                      "0",
                      "080",
                      "65536",
                      "localhost",
                      "*:80",
                      "::1",
                      "10.0.0",
                      "10.0.0.256",
                      "10.0.0.1:",
                      "10.0.0.1:0",
                      "10.0.0.1:65536",
                      "[::1",
                      "[1:2]:80",
                      "[::1]:080",
                      "80 ssl",
                      "80;"))),
          Map.entry(
              TextFormat.IP_ADDRESS,
              samples(
                  List.of(
                      "10.0.0.11",
                      "127.0.0.1",
                      "::1",
                      "2001:db8::11",
                      "FD00::A:b",
                      "1:2:3:4:5:6:7:8"),
                  List.of(
                      "",
                      "web1",
                      "10.0.0",
                      "10.0.0.256",
                      "010.0.0.1",
                      "10.0.0.1:80",
                      "10.0.0.1/24",
                      "10.0.0.1;",
                      "0.0.0.0",
                      "224.0.0.1",
                      "::",
                      "[::1]",
                      "fe80::1",
                      "ff02::1",
                      "1::2::3",
                      "1:2"))),
          Map.entry(
              TextFormat.CALENDAR,
              samples(
                  List.of("*-*-* 03:10", "Mon..Fri *:0/15", "daily", "*-*~01 00:00 Europe/Berlin"),
                  List.of("", "a\nb", "a%i", "a=b", "a;b", "a\"b"))),
          Map.entry(
              TextFormat.APP_NAME,
              samples(
                  List.of("a", "0", "flask_labstoo", "a-b", "a".repeat(63)),
                  List.of("", "A", "-a", "_a", "a.b", "a b", "a/b", "..", "a%", "a".repeat(64)))),
          Map.entry(
              TextFormat.ABSOLUTE_PATH,
              samples(
                  List.of("/", "/a", "/a/b/", "/a.b/..c/...", "/var/log/a@b+c,d=e:f~g-h_i"),
                  List.of(
                      "", "a", "./a", "/a/../b", "/..", "/a/.", "/./a", "//", "/a//b", "/a b",
                      "/a;b", "/a'b", "/$a", "/a%b", "/é"))),
          Map.entry(
              TextFormat.PLACE,
              samples(
                  List.of("media", "var/media", "media/", "db.sqlite3", "/srv/shop", "/"),
                  List.of("", "../a", "a/../b", ".", "./a", "-a", "a//b", "a b", "a;b"))),
          Map.entry(
              TextFormat.COMMAND,
              samples(
                  List.of("flask db upgrade", "sh -c 'a; b'", "a $HOME 100%"),
                  List.of("", " ", "\t", "a\u001b"))),
          Map.entry(
              TextFormat.USER_NAME,
              samples(List.of("shop", "_a-1"), List.of("", "0", "1000", "A", "a b", "-a"))),
          Map.entry(
              TextFormat.EXTRA,
              samples(List.of("postgres", "a", "a.b_c-d"), List.of("", "-a", "a-", "a b", "a,b"))),
          Map.entry(
              TextFormat.INDEX_URL,
              samples(
                  List.of("https://pypi.example/simple/", "http://127.0.0.1:8000/simple"),
                  List.of(
                      "",
                      "pypi.example",
                      "http://pypi.example/",
                      "https://me:it@pypi.example/",
                      "https://pypi.example/a b",
                      "file:///srv"))),
          Map.entry(
              TextFormat.LOGIN,
              samples(List.of("deploy", "__token__", "a@b"), List.of("", "a b", "a\"b", "a\\b"))),
          Map.entry(
              TextFormat.INSTALL,
              samples(
                  List.of("auto", "none", ".", "requirements.txt", "requirements/prod.txt"),
                  List.of("", "/etc/passwd", "../a", "a b", "-r"))),
          Map.entry(
              TextFormat.WHEELS,
              samples(
                  List.of("wheels", "vendor/wheels", "/srv/wheels"),
                  List.of("", "../a", "a b", "-a"))),
          Map.entry(
              TextFormat.RELATIVE_PATH,
              samples(
                  List.of("a", "a/b.c", "..a/b..", ".hidden/x"),
                  List.of(
                      "", "/a", "../a", "a/..", "a/../b", ".", "./a", "a/", "a//b", "-a", "a b"))),
          Map.entry(
              TextFormat.FOLDER,
              samples(
                  List.of(".", "a", "a/", "./a", "./a/b/", "a/b.c", "..a/b..", ".hidden/x"),
                  List.of(
                      "", "/a", "../a", "a/..", "a/../b", "./", "./.", "././a", "a//b", "a//", "-a",
                      "./-a", "a b"))),
          Map.entry(
              TextFormat.HOST_FOLDER,
              samples(
                  List.of("/", "/srv/shop", "/srv/shop/"),
                  List.of("", "sub", "./sub", "/a/../b", "/a b", "//"))),
          Map.entry(
              TextFormat.SECRET_FILE,
              samples(
                  List.of("/etc/shop/secret_key", "/k"),
                  List.of("", "hunter2", "./key", "/a/../b", "/a b"))),
          Map.entry(
              TextFormat.TEMPLATE_NAME,
              samples(
                  List.of("shop.conf", "gunicorn@.service", "1"),
                  List.of("", ".", "..", "a/b", "../a", ".a", "-a", "a b"))),
          Map.entry(
              TextFormat.SERVER_NAME,
              samples(
                  List.of(
                      "_",
                      "a",
                      "example.com",
                      "*.example.com",
                      "www.example.*",
                      "xn--bcher-kva.example",
                      "~^(?<who>.{1,9})\\.shop\\.example$"),
                  List.of(
                      "",
                      "a b",
                      "a;",
                      "a{",
                      "~",
                      "~a b",
                      "~a\"",
                      "~a'",
                      "~a\\",
                      "*",
                      "a..b",
                      ".a",
                      "é.example",
                      "a/b",
                      "example.com:8080",
                      "https://example.com",
                      "example.com.",
                      "$host"))),
          Map.entry(
              TextFormat.URL_PREFIX,
              samples(
                  List.of("/", "/static/", "/a.b/~c", "/a%20b/"),
                  List.of(
                      "", "a", "/a b", "/a;", "/a{", "/../a/", "/a/..", "/a/./b", "/a\"", "/$a"))),
          Map.entry(
              TextFormat.LOCATION,
              samples(
                  List.of(
                      "/", "/api/", "/login", "= /x", "^~ /x/", "~ \\.php$", "~* ^/a/(b|c){2}$"),
                  List.of(
                      "", "api", "/a b", "= x", "~", "~ a b", "~ a\"b", "~ a\\", "/../", "@x"))),
          Map.entry(
              TextFormat.MOUNT_PATH,
              samples(
                  List.of("/api", "/api/", "/a/b/", "= /healthz"),
                  List.of("", "/", "api/", "/a b", "~ /a", "/../a", "= a", "= /"))),
          Map.entry(
              TextFormat.PROXY_URL,
              samples(
                  List.of(
                      "http://127.0.0.1:9000",
                      "https://a.example/b/",
                      "http://[::1]:80/",
                      "http://unix:/run/x.sock",
                      "http://unix:/run/x.sock:/b/"),
                  List.of(
                      "", "127.0.0.1:9000", "ftp://a", "http://a b", "http://a;", "http://$a"))),
          Map.entry(
              TextFormat.URL_PATH,
              samples(
                  List.of("/", "/health?full=1&x=y", "/a%20b"),
                  List.of("", "health", "/a b", "/a#b", "/ HTTP/1.1", "/é"))),
          Map.entry(
              TextFormat.HTTPS_URL,
              samples(
                  List.of("https://acme.example", "https://10.0.0.1:8443/acme/x-1/directory"),
                  List.of("", "http://h", "https://", "https://me@h", "https://h/a b", "-o"))),
          Map.entry(
              TextFormat.EMAIL,
              samples(
                  List.of("me@example.com", "first.last+tls@h"),
                  List.of("", "me", "@h", "me@", "-x@h", "a b@h", "me@h,you@h", "me@-h"))),
          Map.entry(
              TextFormat.NGINX_WORD,
              samples(
                  List.of("https://a$request_uri", "301", "$host/x?y=z"),
                  List.of("", "a b", "a;", "{", "}", "a\"b", "a'b", "a\\", "#a"))),
          Map.entry(
              TextFormat.NGINX_QUOTED,
              samples(
                  List.of("$remote_addr \"$request\"; {}", "#"),
                  List.of("", "it's", "a\\b", "a\tb"))),
          Map.entry(
              TextFormat.NAME,
              samples(List.of("A", "_a", "a1_B"), List.of("", "1a", "a-b", "a b", "a=b"))),
          Map.entry(
              TextFormat.LINE,
              samples(
                  List.of("", "a b", "%;{}'\"\\$`", "é 🐎"),
                  List.of("a\rb", "a\tb", "\u001b[31m", "a\u2028b", "a\u2029b", "a\u007fb"))),
          Map.entry(
              TextFormat.VALUE,
              samples(
                  List.of("", "a b", "a\tb", "\t", "%;{}'\"\\$`", "é 🐎"),
                  List.of("a\rb", "\u001b[31m", "a\u2028b", "a\u2029b", "a\u007fb", "a\u000bb"))),
          Map.entry(TextFormat.LINES, samples(List.of("", "a\nb\n", "\t"), List.of("\0", "a\n\0"))),
          Map.entry(
              TextFormat.USER,
              samples(
                  List.of("www-data", "_apt", "0", "1000", "a".repeat(32)),
                  List.of("", "Root", "1a", "01", "a b", "a:b", "-a", "a".repeat(33)))),
          Map.entry(
              TextFormat.PYTHON,
              samples(
                  List.of("python3", "python3.12", "/usr/local/bin/python3.13"),
                  List.of("", "python", "python2", "python3 -c x", "bin/python3", "/a b", "/"))),
          Map.entry(
              TextFormat.WSGI_APP,
              samples(
                  List.of(
                      "main:app",
                      "a.b.c:create_app()",
                      "a:b.c",
                      "main",
                      "library.wsgi",
                      "main:create_app('production')",
                      "main:create_app(\"it's\", 1, -2.5, None)",
                      "main:create_app('production', debug=False)",
                      "main:create_app(config={'A': 1, 'B': 'x'}, names=['a', 'b'], pair=(1, 2))"),
                  List.of(
                      "",
                      "main()",
                      "main.",
                      ".main",
                      "main/wsgi.py",
                      "main:",
                      ":app",
                      "main:app -w 9",
                      "a-b:app",
                      "main:create_app(production)",
                      "main:create_app(os.environ['A'])",
                      "main:create_app('a' + 'b')",
                      "main:create_app(a=1, 'b')",
                      "main:create_app(*'ab')",
                      "main:create_app(**{'a': 1})",
                      "main:create_app('a\\n')",
                      "main:create_app('production')()",
                      "main:create_app('production'",
                      "('production')"))),
          Map.entry(
              TextFormat.SETTING,
              samples(
                  List.of("timeout", "max_requests", "a1"),
                  List.of("", "Timeout", "-a", "a-b", "a b", "1a"))),
          Map.entry(
              TextFormat.GIT_URL,
              samples(
                  List.of(
                      "git@host:me/x.git",
                      "ssh://git@host:22/x",
                      "https://host/x.git",
                      "file:///srv/x"),
                  List.of(
                      "",
                      "http://host/x",
                      "ext::sh -c id",
                      "-oProxyCommand=x@h:y",
                      "git@-h:x",
                      "/srv/x",
                      "https://h/a b"))),
          Map.entry(
              TextFormat.GIT_REF,
              samples(
                  List.of("main", "feature/x", "v1.2", "0123abc", "a.lock.b", "a.locked"),
                  List.of(
                      "",
                      "-x",
                      "--upload-pack=x",
                      "a..b",
                      "a b",
                      "/a",
                      "a/",
                      "a//b",
                      ".a",
                      "a.",
                      "a.lock",
                      "a~1",
                      "a^",
                      "a:b",
                      "a@{1}",
                      "*",
                      "a\\b"))),
          Map.entry(
              TextFormat.SIZE,
              samples(
                  List.of("0", "512k", "100M", "1g"),
                  List.of("", "1T", "1 M", "-1", "1.5M", "M", "1234567890"))),
          Map.entry(
              TextFormat.MEMORY,
              samples(
                  List.of("0", "536870912", "1K", "512M", "999999999G", "99999T", "1%", "100%"),
                  List.of(
                      "",
                      "512m",
                      "512MB",
                      "512 M",
                      "1.5G",
                      "-1",
                      "M",
                      "infinity",
                      "0%",
                      "101%",
                      "100000T",
                      "1000000000M",
                      "1234567890123456"))),
          Map.entry(
              TextFormat.CPU,
              samples(
                  List.of("1%", "50%", "150%", "999999%"),
                  List.of("", "0%", "150", "1.5", "1.5%", "-5%", "%", "1000000%", "150 %"))),
          Map.entry(
              TextFormat.DURATION,
              samples(
                  List.of("0", "30", "500ms", "30s", "5m", "1h", "2d", "9999d", "99999h"),
                  List.of(
                      "", "s", "1 s", "-1s", "1w", "1.5s", "1m30s", "1234567", "10000d",
                      "100000h"))),
          Map.entry(
              TextFormat.STATUS,
              samples(
                  List.of("200", "200-399"),
                  List.of("", "20", "600", "099", "200-", "200-600", "2xx", "200,201"))),
          Map.entry(
              TextFormat.METHOD,
              samples(List.of("GET", "PROPFIND"), List.of("", "get", "GET|POST", "A B"))),
          Map.entry(
              TextFormat.MODE,
              samples(
                  List.of("644", "0644", "0000"),
                  List.of("", "64", "0888", "4755", "04755", "rw-r--r--", "u+x"))),
          Map.entry(
              TextFormat.UNIT_NAME,
              samples(
                  List.of("backup.timer", "a@.service", "a@b-c.socket", "A_1:2.mount"),
                  List.of(
                      "",
                      "backup",
                      ".timer",
                      "-a.timer",
                      "a/b.timer",
                      "../a.timer",
                      "a b.timer",
                      "a.conf",
                      "a%.timer"))),
          Map.entry(
              TextFormat.PACKAGE_NAME,
              samples(
                  List.of("nginx", "libc6:amd64", "g++", "python3.12-venv"),
                  List.of("", "-y", "a b", "A", "a;b", "a"))),
          Map.entry(
              TextFormat.PORT_RANGE,
              samples(List.of("20000-29999"), List.of("", "80", "1-2-3", "a-b", "1 - 2"))));

  private static Samples networks(String also, String not) {
    return samples(
        List.of(also, "10.0.0.11", "0.0.0.0/0", "10.0.0.1/32", "::/0", "2001:db8::/32", "::1/128"),
        List.of(
            not,
            "",
            "web1",
            "10.0.0",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/",
            "10.0.0.256",
            "10.0.0.1:80",
            "1::2::3",
            "::/129",
            "[::1]",
            "10.0.0.0/8;"));
  }

  @ParameterizedTest
  @EnumSource
  void samplesAreAcceptedAndRefused(TextFormat rule) {
    Samples samples = TABLE.get(rule);

    assertThat(samples).as("samples for " + rule).isNotNull();
    assertThat(samples.accepted()).isNotEmpty().allMatch(rule::accepts);
    assertThat(samples.refused()).noneMatch(rule::accepts);
  }

  @ParameterizedTest
  @EnumSource
  void onlyLinesAcceptsLineBreaks(TextFormat rule) {
    assertThat(spoiltBy(rule, "\n"))
        .isNotEmpty()
        .allMatch(text -> rule.accepts(text) == (rule == TextFormat.LINES));
  }

  @ParameterizedTest
  @EnumSource
  void nothingAcceptsNul(TextFormat rule) {
    assertThat(spoiltBy(rule, "\0")).isNotEmpty().noneMatch(rule::accepts);
  }

  private static List<String> spoiltBy(TextFormat rule, String intruder) {
    return TABLE.get(rule).accepted().stream()
        .flatMap(text ->
            Stream.of(
                text + intruder,
                intruder + text,
                text.substring(0, text.length() / 2)
                    + intruder
                    + text.substring(text.length() / 2)))
        .toList();
  }

  @Test
  void meaningsCompleteASentence() {
    assertThat(TextFormat.values())
        .allSatisfy(rule -> assertThat(rule.meaning()).isNotBlank().doesNotEndWith("."));
  }

  @ParameterizedTest
  @EnumSource
  void longTextIsJudgedOnASmallStack(TextFormat rule) throws InterruptedException {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread thread =
        new Thread(
            null,
            () ->
                List.of("/a", "a.", "a", ".a", "a:", "a/b-c", "é").stream()
                    .flatMap(
                        text -> Stream.of(4_000, 100_000).map(n -> text.repeat(n / text.length())))
                    .forEach(rule::accepts),
            "small",
            400_000);
    thread.setUncaughtExceptionHandler((t, failure) -> failures.add(failure));
    thread.start();
    thread.join();

    assertThat(failures).isEmpty();
  }
}
