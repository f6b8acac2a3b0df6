// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.util.List;

/** What somebody could write into a desired state to break something. */
final class HostileTexts {
  // a billion laughs: nine levels of nine
  private static final String LAUGHS = laughs();

  static final List<String> ALL =
      List.of(
          "\0",
          "\u0007",
          "\u001b[2J",
          "\t",
          "\r",
          "\u0085",
          "\u2028",
          "\u202e",
          "\u200b",
          "\ufeff",
          "\ud83d\ude00",
          "\u0130stanbul",
          "\uff0e\uff0e/",
          "\"a\\nb\"",
          "\"a\\0b\"",
          "\"a\\u2028b\"",
          "\"\\uD800\"",
          "'a;b'",
          "'a{b'",
          "'a}b'",
          "'%n'",
          "'%I'",
          "'$(id)'",
          "'`id`'",
          "'${x}'",
          "'{{x}}'",
          "'{{{x}}}'",
          "'{{#x}}'",
          "{{}}",
          "{{ }}",
          "{{>site.conf}}",
          "{{>../reconcile.yaml}}",
          "{{=<% %>=}}",
          "{{app.class.name}}",
          "{{app.wait}}",
          "{{{app}}",
          "{{&app}}",
          "{{!",
          "{{.}}",
          "{{#app}}{{/from}}",
          "{{#app}}".repeat(3000),
          "'a\"b'",
          "\"a'b\"",
          "'a\\b'",
          "'#'",
          "; return 200;",
          "\n  evil: true",
          "|\n  a\n  b",
          ">-\n  a\n\n  b",
          "99999999999999999999",
          "9223372036854775808",
          "-1",
          "0x7fffffff",
          "0o777",
          "1e309",
          ".inf",
          ".nan",
          "0",
          "00",
          "true",
          "null",
          "~",
          "''",
          "[]",
          "{}",
          "[[[[]]]]",
          "{a: {b: {c: d}}}",
          "*none",
          "&a [*a]",
          "!!python/object:os.system x",
          "!!binary aGk=",
          "<<: *a",
          "? a",
          "---",
          "...",
          "%YAML 1.1",
          "@",
          "../../etc/passwd",
          "/etc/../etc/passwd",
          "/",
          "//",
          "/dev/null",
          "/proc/self/mem",
          "file:///etc/passwd",
          "ext::sh -c id",
          "--upload-pack=id",
          "-oProxyCommand=id",
          "git@-x:y",
          "http://u:p@h/",
          "a".repeat(64),
          "a".repeat(5000),
          "/a".repeat(3000),
          "a.".repeat(3000),
          "[".repeat(2000),
          "{a: ".repeat(500),
          "- ".repeat(500),
          LAUGHS);

  private HostileTexts() {}

  private static String laughs() {
    StringBuilder text = new StringBuilder("\nx0: &x0 ha\n");
    for (int i = 1; i < 10; i++) {
      text.append("x" + i + ": &x" + i + " [")
          .append(("*x" + (i - 1) + ",").repeat(8) + "*x" + (i - 1) + "]\n");
    }
    return text.toString();
  }
}
