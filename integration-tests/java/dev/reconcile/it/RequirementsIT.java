// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.requirements.MalformedRequirements;
import dev.reconcile.requirements.Reference;
import dev.reconcile.requirements.RequirementLine;
import dev.reconcile.requirements.RequirementsFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requirements files are read as the pip of a real host reads them; pip itself is asked. */
class RequirementsIT {
  private static final int FILES = 3000;
  private static final Map<String, String> VARIABLES = Map.of("X_1", "value one", "LIB", "./lib");

  private static final List<String> PIECES =
      List.of(
          "Flask",
          "flask==2.2.2",
          "click>=8",
          " ",
          "  ",
          "\t",
          "\u00a0",
          "\\",
          "\\\n",
          "\n",
          "\n",
          "\n",
          "\r\n",
          "\r",
          "\f",
          "\u2028",
          "\u0085",
          "\u001c",
          "#",
          " # note",
          "#egg=x",
          "-r ",
          "-r",
          "--requirement=",
          "--requirement ",
          "--req ",
          "-c ",
          "--constraint=",
          "-e ",
          "--editable=",
          "-e",
          "--edit ",
          "-f ",
          "--find-links=",
          "--find ",
          "--require-hashes",
          "--hash=sha256:" + "0".repeat(64),
          "--pre",
          "--no-index",
          "-i ",
          "--index-url=",
          "--x",
          "-x",
          "--",
          "base.txt",
          "./base.txt",
          "../b/c.txt",
          "my\\ reqs.txt",
          "\"my reqs.txt\"",
          "'my reqs.txt'",
          "\"",
          "'",
          ".",
          "./libs/x",
          ".[extra]",
          "; python_version > \"3\"",
          "${X_1}",
          "${LIB}",
          "${NONE}",
          "${x}",
          "$X_1",
          "é",
          "https://h.example/simple",
          "git+ssh://git@h.example/x.git@main#egg=x",
          "name @ ",
          "=",
          "[a,b]",
          "--global-option=x",
          "# -*- coding: latin-1 -*-",
          "# coding=utf-8");

  /** Prints what pip reads: a line for each of the file's, the words in base64. */
  private static final String ASK_PIP =
      """
      import base64, glob, os, sys
      sys.path.insert(0, glob.glob("/usr/share/python-wheels/pip-*.whl")[0])
      from pip._internal.req import req_file as pip
      import optparse
      optparse.OptionParser.print_usage = lambda self, file=None: None
      def said(*words):
          print(" ".join(base64.b64encode(str(word).encode()).decode() or "-" for word in words))
      for name in sorted(os.listdir(sys.argv[1])):
          said("file", name)
          path = os.path.join(sys.argv[1], name)
          parse = pip.get_line_parser(None)
          try:
              _, content = pip.get_file_content(path, session=None)
              for number, line in pip.preprocess(content):
                  args, opts = parse(line)
                  one = pip.ParsedLine(path, number, args, opts, False)
                  if one.is_requirement and one.is_editable:
                      said(number, "editable", one.requirement)
                  elif one.is_requirement:
                      said(number, "requirement", one.requirement, bool(opts.hashes))
                  elif opts.requirements:
                      said(number, "include", opts.requirements[0], False)
                  elif opts.constraints:
                      said(number, "include", opts.constraints[0], True)
                  else:
                      said(number, "options", (opts.find_links or [""])[0], bool(opts.require_hashes))
          except (pip.OptionParsingError, UnicodeError, LookupError):
              said("refused")
      """;

  /** Prints what pip takes each requirement for. */
  private static final String ASK_PIP_OF_REFERENCES =
      """
      import base64, glob, os, sys
      sys.path.insert(0, glob.glob("/usr/share/python-wheels/pip-*.whl")[0])
      from pip._internal.req.constructors import install_req_from_line, install_req_from_editable
      from pip._vendor.packaging.utils import canonicalize_name
      for word in sys.argv[1].split(","):
          what = base64.b64decode(word).decode()
          try:
              editable = what.startswith("-e ")
              make = install_req_from_editable if editable else install_req_from_line
              one = make(what[3:] if editable else what)
          except Exception as e:
              print("refused")
              continue
          link = one.link
          if link is None:
              print("named", canonicalize_name(one.name), bool(one.markers))
          elif link.scheme == "file":
              print("local", os.path.relpath(link.file_path))
          else:
              print("remote", link.scheme, canonicalize_name(one.name or ""))
      """;

  private static TestHost host;

  @BeforeAll
  static void boot() {
    host = TestHost.boot();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @Test
  void filesAreReadAsPipReadsThem() {
    Random random = new Random(20261128);
    List<byte[]> files = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < FILES; i++) {
      files.add(file(random));
      all.append("%05d ".formatted(i))
          .append(Base64.getEncoder().encodeToString(files.get(i)))
          .append('\n');
    }
    host.write("/var/tmp/all", all.toString(), "0644");
    host.write("/var/tmp/ask.py", ASK_PIP, "0644");
    host.runScript(
        """
        mkdir /var/tmp/files
        cd /var/tmp/files
        python3 -c 'if 1:
          import base64
          for line in open("/var/tmp/all"):
            name, _, data = line.rstrip("\\n").partition(" ")
            open(name, "wb").write(base64.b64decode(data))'
        """);

    List<String> pip =
        blocks(
            host.runScript(
                "LC_ALL=C.UTF-8 X_1='value one' LIB=./lib python3 /var/tmp/ask.py /var/tmp/files 2>/dev/null"));

    assertThat(pip).hasSize(FILES);
    for (int i = 0; i < FILES; i++) {
      assertThat(ours(files.get(i)))
          .as("file %d:%n%s", i, new String(files.get(i), StandardCharsets.UTF_8))
          .isEqualTo(pip.get(i));
    }
    assertThat(pip)
        .as("the files are not all refused")
        .filteredOn(x -> x.contains("requirement"))
        .hasSizeGreaterThan(FILES / 5);
  }

  private static byte[] file(Random random) {
    StringBuilder text = new StringBuilder();
    int pieces = 1 + random.nextInt(14);
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
      if (random.nextInt(3) == 0) {
        text.append('\n');
      }
    }
    return switch (random.nextInt(8)) {
      case 0 -> ("\ufeff" + text).getBytes(StandardCharsets.UTF_8);
      case 1 -> ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE);
      case 2 -> ("\ufeff" + text).getBytes(StandardCharsets.UTF_16BE);
      case 3 -> ("# coding: latin-1\n" + text).getBytes(StandardCharsets.ISO_8859_1);
      case 4 -> ("# coding: cp1252\n" + text).getBytes(Charset.forName("windows-1252"));
      case 5 -> text.toString().getBytes(StandardCharsets.ISO_8859_1);
      default -> text.toString().getBytes(StandardCharsets.UTF_8);
    };
  }

  // pip stops at the first line that it refuses
  private static String ours(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    try {
      for (RequirementLine line : RequirementsFile.parse(bytes, VARIABLES).lines()) {
        lines.add(words(line));
        if (line instanceof RequirementLine.Malformed) {
          break;
        }
      }
    } catch (MalformedRequirements e) {
      lines.add("refused");
    }
    return String.join("\n", lines);
  }

  private static String words(RequirementLine line) {
    return switch (line) {
      case RequirementLine.Requirement r ->
          r.first() + "|requirement|" + r.text() + "|" + r.hashed();
      case RequirementLine.Editable e -> e.first() + "|editable|" + e.what();
      case RequirementLine.Include i -> i.first() + "|include|" + i.path() + "|" + i.constraint();
      case RequirementLine.Options o ->
          o.first()
              + "|options|"
              + o.findLinks().stream().findFirst().orElse("")
              + "|"
              + o.requireHashes();
      case RequirementLine.Malformed m -> "refused";
    };
  }

  private static List<String> blocks(String output) {
    List<String> blocks = new ArrayList<>();
    for (String line : output.lines().toList()) {
      String words =
          List.of(line.split(" ")).stream()
              .map(RequirementsIT::word)
              .collect(Collectors.joining("|"));
      if (words.startsWith("file|")) {
        blocks.add("");
      } else {
        String before = blocks.removeLast();
        blocks.add(before + (before.isEmpty() ? "" : "\n") + words);
      }
    }
    return blocks;
  }

  private static String word(String base64) {
    String word =
        base64.equals("-")
            ? ""
            : new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    return word.equals("True") || word.equals("False")
        ? word.toLowerCase(java.util.Locale.ROOT)
        : word;
  }

  @Test
  void requirementsReferToWhatPipTakesThemFor() {
    List<String> all =
        List.of(
            "Flask",
            "flask-login==0.6",
            "Zope.Interface[a,b]>=5 ; python_version > '3'",
            "gunicorn;sys_platform=='win32'",
            ".",
            "./libs/x",
            "libs/x",
            "libs/x[extra]",
            "./libs/../libs/x",
            "../work/libs/x",
            "/var/tmp/work/libs/x",
            "vendor/foo-1.0-py3-none-any.whl",
            "foo-1.0-py3-none-any.whl",
            "./bar-2.0.tar.gz",
            "file:libs/x",
            "file:./libs/x",
            "file:///var/tmp/work/libs/x",
            "file://localhost/var/tmp/work/libs/x#egg=x",
            "foo @ file:///var/tmp/work/vendor/foo-1.0-py3-none-any.whl",
            "foo@file:///var/tmp/work/vendor/foo-1.0-py3-none-any.whl",
            "file:///var/tmp/work/my%20libs/x",
            "https://h.example/a/foo-1.0-py3-none-any.whl#sha256=00",
            "https://h.example/a/foo-1.0-py3-none-any.whl; python_version > '3'",
            "Foo_Bar @ https://h.example/x.zip",
            "git+ssh://git@h.example:2222/x.git@main#egg=Foo.Bar&subdirectory=y",
            "git+https://h.example/x.git",
            "hg+https://h.example/x#egg=foo",
            "foo[z] @ git+https://h.example/x.git@v1",
            "-e .",
            "-e libs/x",
            "-e libs/x[extra]",
            "-e ./libs/x",
            "-e file:///var/tmp/work/libs/x",
            "-e git+https://h.example/x.git#egg=foo",
            "-e git+ssh://git@h.example/x.git@main#egg=foo");
    host.runScript(
        """
        mkdir -p /var/tmp/work/libs/x "/var/tmp/work/my libs/x" /var/tmp/work/vendor
        cd /var/tmp/work
        touch setup.py libs/x/setup.py "my libs/x/setup.py" vendor/foo-1.0-py3-none-any.whl
        touch foo-1.0-py3-none-any.whl bar-2.0.tar.gz
        """);
    host.write("/var/tmp/refer.py", ASK_PIP_OF_REFERENCES, "0644");
    String words =
        all.stream()
            .map(one -> Base64.getEncoder().encodeToString(one.getBytes(StandardCharsets.UTF_8)))
            .collect(Collectors.joining(","));

    List<String> pip =
        host.run("sh", "-ec", "cd /var/tmp/work; python3 /var/tmp/refer.py \"$1\"", "sh", words)
            .lines()
            .toList();

    assertThat(pip).hasSameSizeAs(all).doesNotContain("refused");
    for (int i = 0; i < all.size(); i++) {
      assertThat(ours(all.get(i))).as(all.get(i)).isEqualTo(pip.get(i).strip());
    }
  }

  private static String ours(String requirement) {
    Reference reference =
        requirement.startsWith("-e ")
            ? Reference.ofEditable(requirement.substring(3))
            : Reference.of(requirement);
    return switch (reference) {
      case Reference.Named n -> "named " + n.name() + (n.conditional() ? " True" : " False");
      case Reference.Local l ->
          "local "
              + java.nio.file.Path.of("/var/tmp/work")
                  .relativize(java.nio.file.Path.of("/var/tmp/work").resolve(l.path()).normalize())
                  .toString()
                  .replaceFirst("^$", ".");
      case Reference.Remote r -> ("remote " + r.scheme() + " " + r.name()).strip();
    };
  }
}
