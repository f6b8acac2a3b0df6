// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.systemd.CommandWords;
import dev.reconcile.systemd.EnvironmentFile;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Units and command lines as systemd reads them. */
final class UnitTest {
  private static Unit unit(String name, String... texts) {
    List<ParsedUnitFile> files =
        List.of(texts).stream().map(text -> ParsedUnitFile.of("/etc/" + name, text)).toList();
    return new Unit(
        name, "active", true, files, List.of(), Running.NOTHING, "web1.example", Map.of());
  }

  @Test
  void settingsHaveSectionsAndPlaces() {
    ParsedUnitFile file =
        ParsedUnitFile.of(
            "/x", "# a=b\n[Unit]\nA = 1\n\n[Service]\n; c\nB=x \\\n# between\n  y\nlost\n");

    assertThat(file.settings())
        .containsExactly(
            new ParsedUnitFile.Setting("Unit", "A", "1", new SourceLocation("/x", 3)),
            new ParsedUnitFile.Setting("Service", "B", "x  y", new SourceLocation("/x", 7)));
    assertThat(file.ignored()).containsExactly(10);
  }

  @Test
  void aDropInGoesOverTheFileAndAnEmptySettingTakesBack() {
    Unit unit =
        unit(
            "a.service",
            "[Service]\nUser=root\nEnvironment=A=1\nEnvironment=B=2\nExecStart=/old\n",
            "[Service]\nUser=me\nEnvironment=\nEnvironment=C=3\nExecStart=\nExecStart=/new\n");

    assertThat(unit.last("User")).map(ParsedUnitFile.Setting::value).contains("me");
    assertThat(unit.all("Environment"))
        .extracting(ParsedUnitFile.Setting::value)
        .containsExactly("C=3");
    assertThat(unit.all("ExecStart"))
        .extracting(ParsedUnitFile.Setting::value)
        .containsExactly("/new");
  }

  @ParameterizedTest
  @CsvSource({
    "/run/%i.sock, /run/my-shop.sock",
    "%I, my/shop",
    "%n, gunicorn@my-shop.service",
    "%N %p, gunicorn@my-shop gunicorn",
    "100%%, 100%",
    "%t/x, /run/x",
    "%H %l, web1.example web1",
    "%Q, %Q",
    "%, %",
  })
  void specifiersAreReplaced(String written, String meant) {
    assertThat(unit("gunicorn@my-shop.service").expand(written)).isEqualTo(meant);
  }

  @Test
  void instanceNameIsUnescapedBySystemdsRules() {
    assertThat(unit("gunicorn@a\\x2db\\xc3\\xa9.service").expand("%I %f")).isEqualTo("a-bé /a-bé");
  }

  @Test
  void wordsAreThoseOfSystemdAndOfTheShell() {
    assertThat(CommandWords.ofSystemd(" a 'b c' \"d\\\"e\" f\\ g 'h\\tj' '' \\x21k"))
        .containsExactly("a", "b c", "d\"e", "f g", "h\tj", "", "!k");
    assertThat(CommandWords.ofShell("a 'b\\c' \"d\\\"\\n\" it\"'\"s"))
        .containsExactly("a", "b\\c", "d\"\\n", "it's");
  }

  @Test
  void noTextIsTooOddToBeSplit() {
    Random random = new Random(4);
    String alphabet = "a ='\"\\\n$%{}x4[#;";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(10); j > 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(CommandWords.ofSystemd(text.toString())).isNotNull();
      assertThat(CommandWords.ofShell(text.toString())).isNotNull();
      assertThat(EnvironmentFile.variables(text.toString())).isNotNull();
      assertThat(ParsedUnitFile.of("/x", text.toString()).settings()).isNotNull();
      assertThat(unit("a@b.service").expand(text.toString())).isNotNull();
    }
  }

  @Test
  void variablesAreReplacedAsWordsOrInsideThem() {
    assertThat(
            CommandWords.expanded(
                List.of("$A", "x${B}y", "$$C", "${NONE}"), Map.of("A", "1 '2 3'", "B", "b c")))
        .containsExactly("1", "2 3", "xb cy", "$C", "");
  }

  @Test
  void environmentFilesHaveQuotesAndEscapes() {
    assertThat(EnvironmentFile.variables("# a\nA=1\n B = \"x \\\"y\\\" \\$z\"\nC='d e'\nnone\n"))
        .containsExactly(
            new EnvironmentFile.Variable("A", "1", 2),
            new EnvironmentFile.Variable("B", "x \"y\" $z", 3),
            new EnvironmentFile.Variable("C", "d e", 4));
  }

  // as systemd 252 read this file: systemd-run -p EnvironmentFile=FILE env
  @Test
  void environmentFilesAreReadAsSystemdReadsThem() {
    String file =
        """
        CORS=["https://a.example","https://b.example"]
        NOTE=it's here  \t
        KEY='-----BEGIN
        q2+xZ/abc=
        -----END'
        JOINED=one \\
        two
        ODD="a"b'c'
        export NO=variable
        ; a comment that goes \\
        HIDDEN=on
        1ST=none
        EMPTY=
        LAST="open
        """;
    assertThat(EnvironmentFile.variables(file))
        .containsExactly(
            new EnvironmentFile.Variable(
                "CORS", "[\"https://a.example\",\"https://b.example\"]", 1),
            new EnvironmentFile.Variable("NOTE", "it's here", 2),
            new EnvironmentFile.Variable("KEY", "-----BEGIN\nq2+xZ/abc=\n-----END", 3),
            new EnvironmentFile.Variable("JOINED", "one two", 6),
            new EnvironmentFile.Variable("ODD", "ab'c'", 8),
            new EnvironmentFile.Variable("EMPTY", "", 13),
            new EnvironmentFile.Variable("LAST", "open\n", 14));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v/bin/gunicorn -w 3 --bind=unix:/a main:app | main:app [unix:/a] {workers=3}",
        "/v/bin/gunicorn -w3 -b :8000 -b [::]:8000 m:a | m:a [:8000, [::]:8000] {workers=3}",
        "/v/bin/python -m gunicorn --preload m:a -b x | m:a [x] {preload_app=true}",
        "/v/bin/python3.11 /v/bin/gunicorn m:a --no-sendfile | m:a [] {sendfile=false}",
        "/v/bin/gunicorn -k gevent -t 30 --log-level debug m | m [] {worker_class=gevent, timeout=30, loglevel=debug}",
      })
  void gunicornsCommandLineIsRead(String line, String read) {
    GunicornCommand command =
        GunicornCommand.of(CommandWords.ofSystemd(line), List.of()).orElseThrow();

    assertThat(command.app() + " " + command.binds() + " " + command.settings()).isEqualTo(read);
  }

  @Test
  void theLineGoesOverTheEnvironment() {
    GunicornCommand command =
        GunicornCommand.of(
                List.of("/v/bin/gunicorn", "-w", "3", "m:a"),
                List.of("--workers", "2", "--bind", "unix:/a", "--timeout", "9"))
            .orElseThrow();

    assertThat(command.binds()).containsExactly("unix:/a");
    assertThat(command.settings()).isEqualTo(Map.of("workers", "3", "timeout", "9"));
  }

  @ParameterizedTest
  @CsvSource({"/bin/sh -c gunicorn", "/usr/bin/uwsgi --ini x", "''"})
  void anythingElseIsNoGunicorn(String line) {
    assertThat(GunicornCommand.of(CommandWords.ofSystemd(line), List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://unix:/var/run/a.sock, unix:/run/a.sock, '', localhost",
    "http://unix:/run/a.sock:/b/, unix:/run/a.sock, /b/, localhost",
    "http://unix:/run/a.sock:$request_uri, unix:/run/a.sock, $request_uri, localhost",
    "http://127.0.0.1:8000, tcp:8000, '', 127.0.0.1:8000",
    "http://127.0.0.1:8000$request_uri, tcp:8000, $request_uri, 127.0.0.1:8000",
    "http://localhost:8000/x, tcp:8000, /x, localhost:8000",
    "http://localhost/, tcp:80, /, localhost",
    "https://[::1]:443, tcp:443, '', [::1]",
    "http://10.0.0.5:8000, tcp:8000, '', 10.0.0.5:8000",
  })
  void whomNginxAsksIsWhatGunicornBinds(String url, String address, String uri, String host) {
    ProxyUrl read = ProxyUrl.of(url).orElseThrow();

    assertThat(read.address(Set.of("10.0.0.5"))).contains(address);
    assertThat(read.uri()).isEqualTo(uri);
    assertThat(read.proxyHost()).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource({"http://shop", "http://10.0.0.6:8000", "http://$backend", "$backend"})
  void whomNginxAsksElsewhereIsNoAddressOfThisMachine(String url) {
    assertThat(ProxyUrl.of(url).flatMap(read -> read.address(Set.of("10.0.0.5")))).isEmpty();
  }

  @Test
  void aBindMayBeRelativeToItsDirectory() {
    assertThat(ListenAddress.ofBind("unix:shop.sock", "/home/me/shop"))
        .isEqualTo("unix:/home/me/shop/shop.sock");
    assertThat(ListenAddress.ofBind("0.0.0.0:80", "/")).isEqualTo("tcp:80");
    assertThat(ListenAddress.ofBind("0.0.0.0", "/")).isEqualTo("tcp:8000");
    for (String nowhere : List.of("fd://3", "0.0.0.0:$PORT", "$BIND")) {
      assertThat(ListenAddress.isKnown(ListenAddress.ofBind(nowhere, "/"))).as(nowhere).isFalse();
    }
  }
}
