// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reconcile.app.Requirements.Gunicorn;
import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step.TreeRef;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequirementsReaderTest {
  private static final SourcePaths PATHS =
      new SourcePaths("the source of shop", List.of("/usr/share/nginx/shop"));

  /** Files by their path; no links. */
  private record Code(Map<String, Content> files) implements Sources.Resolved {
    @Override
    public String revision() {
      return "1";
    }

    @Override
    public TreeRef tree() {
      return new TreeRef("", "1", "");
    }

    @Override
    public Optional<Sources.SourceFile> file(String path) throws Sources.Unusable {
      Optional<String> place = SourcePaths.normalised(path);
      if (place.isEmpty()) {
        throw new Sources.Unusable("Path outside the source", path + " leads out of it.");
      }
      return Optional.ofNullable(files.get(place.get()))
          .map(content -> new Sources.SourceFile(place.get(), content));
    }
  }

  private static Requirements read(String path, Map<String, Content> files) throws Mistake {
    return new RequirementsReader(new Code(files), PATHS, Map.of())
        .read(List.of(path), List.of())
        .orElseThrow();
  }

  private static Requirements read(String text) throws Mistake {
    return read("requirements.txt", Map.of("requirements.txt", Content.of(text)));
  }

  private static String given(Requirements requirements, String path) {
    Content content = requirements.files().get(path);
    return content == null ? "(nothing)" : content.text().replace("\ufeff", "");
  }

  @Test
  void textIsWhatEarlierVersionsRecorded() throws Exception {
    Map<String, Content> files =
        Map.of(
            "requirements.txt", Content.of("Flask\n-r more.txt\n# end"),
            "more.txt", Content.of("\ufeffclick\r\n-c limits/all.txt\r\n-r empty.txt\r\n"),
            "empty.txt", Content.of(""),
            "limits/all.txt", Content.of("-r ours.txt\n--requirement=ours.txt"),
            "limits/ours.txt", Content.of("x==1\n"));
    assertThat(read("requirements.txt", files).text())
        .isEqualTo(
            """
            Flask
            -r more.txt
            # end
            # more.txt
            \ufeffclick\r
            -c limits/all.txt\r
            -r empty.txt\r
            # limits/all.txt
            -r ours.txt
            --requirement=ours.txt
            # ours.txt
            x==1
            # ours.txt
            # empty.txt
            """);
  }

  @Test
  void textOfAnotherEncodingIsDecoded() throws Exception {
    byte[] bytes = "\ufeffFlask\n-r 'möre reqs.txt'\n".getBytes(StandardCharsets.UTF_16LE);
    Map<String, Content> files =
        Map.of(
            "requirements.txt", new Content(bytes, false), "möre reqs.txt", Content.of("click\n"));
    Requirements requirements = read("requirements.txt", files);
    assertThat(requirements.text())
        .isEqualTo("Flask\n-r 'möre reqs.txt'\n# möre reqs.txt\nclick\n");
    assertThat(requirements.files()).hasSize(2);
    assertThat(requirements.files().get("requirements.txt")).isEqualTo(new Content(bytes, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Flask",
        "Flask[async]==2.2 ; python_version > '3'",
        "-i https://h.example/simple\n--extra-index-url=https://g.example\nFlask",
        "--find-links https://h.example/wheels",
        "--find-links /srv/wheels",
        "-f file:///srv/wheels",
        "shop @ https://h.example/shop-1.0.tar.gz",
        "https://h.example/shop-1.0-py3-none-any.whl",
        "git+https://h.example/x.git@main#egg=x",
        "-e git+https://h.example/x.git@main#egg=x",
        "flask # ./libs/x",
        "# -e ."
      })
  void constantTextDoesNotUseTheTree(String text) throws Exception {
    assertThat(read(text).usesTree()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        ".[dev]",
        "-e .",
        "--editable=.",
        "-e src",
        "./libs/x",
        "libs/x ; python_version > '3'",
        "x-1.0-py3-none-any.whl",
        "vendor/x-1.0.tar.gz --hash=sha256:00",
        "file:libs/x",
        "file:///usr/share/nginx/shop/libs/x",
        "x @ file:///usr/share/nginx/shop/libs/x",
        "/usr/share/nginx/shop/libs/x",
        "--find-links vendor",
        "-f ./vendor",
        "-f /usr/share/nginx/shop/vendor",
        "Flask \\\n\n-e \\\n ."
      })
  void referenceToTheSourceUsesTheTree(String text) throws Exception {
    assertThat(read(text).usesTree()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-e . | -e \"${RECONCILE_TREE}\"",
        "--editable=.[dev,test] | -e \"${RECONCILE_TREE}[dev,test]\"",
        "-e src | -e \"${RECONCILE_TREE}/src\"",
        "-e 'my src' | -e \"${RECONCILE_TREE}/my src\"",
        "-e 'a -b/c' | -e \"${RECONCILE_TREE}/a -b/c\"",
        "-e ./libs/../src/x[dev] | -e \"${RECONCILE_TREE}/src/x[dev]\"",
        "-e file:libs/x | -e \"${RECONCILE_TREE}/libs/x\"",
        "-e file:libs/x#egg=x | -e \"${RECONCILE_TREE}/libs/x\"",
        "-e git+https://h.example/x.git#egg=x | -e git+https://h.example/x.git#egg=x",
        "-e git+https://h.example/x.git | git+https://h.example/x.git",
        "-e /usr/share/nginx/shop | -e \"${RECONCILE_TREE}\"",
        "-e file:///usr/share/nginx/shop/libs/x | -e \"${RECONCILE_TREE}/libs/x\"",
        "x @ file:///usr/share/nginx/shop/libs/x | x @ file://" + VenvKind.SOURCE + "/libs/x",
        "/usr/share/nginx/shop[dev] | " + VenvKind.SOURCE + "[dev]",
        "-f /usr/share/nginx/shop/vendor | -f " + VenvKind.SOURCE + "/vendor",
        "./libs/x | ./libs/x"
      })
  void pipInstallsFromItsCopyOrUsesTheTreeOfTheApp(String line, String expected) throws Exception {
    Requirements requirements = read("Flask\n" + line + "\nclick\n");
    assertThat(given(requirements, "requirements.txt").lines().toList())
        .containsExactly("Flask", expected, "click");
  }

  @Test
  void linesKeepTheirNumbers() throws Exception {
    Requirements requirements = read("Flask\n-e \\\n  . # here\n\nclick\n");
    assertThat(given(requirements, "requirements.txt").lines().toList())
        .containsExactly("Flask", "-e \"${RECONCILE_TREE}\"", "", "", "click");
  }

  @Test
  void includesAreFoundWhereverTheyAreWithin() throws Exception {
    Map<String, Content> files =
        Map.of(
            "requirements.txt", Content.of("-r ./requirements/prod.txt\n-r docs/../more.txt\n"),
            "requirements/prod.txt", Content.of("-r ../base.txt\n-c base.txt\n"),
            "requirements/base.txt", Content.of("x==1\n"),
            "base.txt", Content.of("Flask\n"),
            "more.txt", Content.of("click\n"));
    Requirements requirements = read("requirements.txt", files);
    assertThat(requirements.files().keySet())
        .containsExactly(
            "base.txt",
            "more.txt",
            "requirements.txt",
            "requirements/base.txt",
            "requirements/prod.txt");
    assertThat(given(requirements, "requirements.txt"))
        .as("there is no folder docs where pip runs")
        .isEqualTo("-r ./requirements/prod.txt\n-r 'more.txt'\n");
    assertThat(given(requirements, "requirements/prod.txt"))
        .isEqualTo("-r ../base.txt\n-c base.txt\n");
    assertThat(requirements.usesTree()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-r ../base.txt | Path outside the source",
        "-r /etc/requirements.txt | Path outside the source",
        "-c ../../x | Path outside the source",
        "-e ../shop2 | Path outside the source",
        "/opt/libs/x | Path outside the source",
        "x @ file:///opt/libs/x | Path outside the source",
        "libs/../../x/y.whl | Path outside the source",
        "-f ../wheels | Path outside the source",
        "-r https://h.example/r.txt | Requirements from an address",
        "-c http://h.example/r.txt | Requirements from an address",
        "-r missing.txt | No such requirements file",
        "-r requirements.txt | Requirements that include themselves",
        "-e 'a[b' | Unsupported character in path",
      })
  void mistakesNameTheirLine(String line, String summary) {
    assertThatExceptionOfType(Mistake.class)
        .isThrownBy(() -> read("Flask\n# a comment\n" + line + "\n"))
        .satisfies(mistake -> {
          assertThat(mistake.summary()).isEqualTo(summary);
          assertThat(mistake.origin().file()).isEqualTo("requirements.txt");
          assertThat(mistake.origin().line()).isEqualTo(3);
          assertThat(mistake.origin().excerpt()).isEqualTo(line);
        });
  }

  @Test
  void bytesThatAreNoTextAreAMistake() {
    byte[] bytes = {'F', (byte) 0xff, '\n'};
    assertThatExceptionOfType(Mistake.class)
        .isThrownBy(
            () -> read("requirements.txt", Map.of("requirements.txt", new Content(bytes, false))))
        .satisfies(mistake -> assertThat(mistake.summary()).isEqualTo("Requirements not readable"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Flask | ABSENT",
        "Gunicorn==20.1 | PRESENT",
        "gunicorn[gevent]>=20 | PRESENT",
        "gunicorn ; sys_platform == 'win32' | CONDITIONAL",
        "gunicorn-extras | ABSENT",
        "gunicorn @ https://h.example/g.zip | PRESENT",
        "https://h.example/gunicorn-20.1.0-py3-none-any.whl | PRESENT",
        "git+https://h.example/x.git#egg=gunicorn | PRESENT",
        "./vendor/gunicorn-20.1.0.tar.gz | PRESENT"
      })
  void gunicornIsSeen(String line, Gunicorn expected) throws Exception {
    assertThat(read(line).gunicorn()).isEqualTo(expected);
  }

  @Test
  void gunicornThatIsOnlyLimitedIsNotBrought() throws Exception {
    Map<String, Content> files =
        Map.of(
            "requirements.txt", Content.of("Flask\n-c limits.txt\n"),
            "limits.txt", Content.of("gunicorn==20.1.0\n"));
    assertThat(read("requirements.txt", files).gunicorn()).isEqualTo(Gunicorn.ABSENT);
  }

  @ParameterizedTest
  @CsvSource({
    "'Flask==2\n', 0",
    "'Flask==2 \\\n --hash=sha256:00\n', 1",
    "'a\n\n--require-hashes\n', 3",
    "'a\nb==1 --hash sha256:00\n', 2",
    "'-e . --hash=sha256:00\n', 0",
    "'https://h.example/a.whl#sha256=00\n', 0"
  })
  void hashesAreSeen(String text, int line) throws Exception {
    assertThat(read(text).hashed().map(origin -> origin.line()).orElse(0)).isEqualTo(line);
  }

  @Test
  void requirementsOverSshAreSeen() throws Exception {
    Requirements requirements =
        read(
            """
            git+https://h.example/a.git
            a @ git+ssh://git@h.example:2222/a.git@v1
            -e git+ssh://git@g.example/b.git#egg=b
            """);
    assertThat(requirements.overSsh())
        .extracting(one -> one.host() + " " + one.origin().line())
        .containsExactly("h.example:2222 2", "g.example 3");
  }

  @Test
  void manyFilesAndLongLinesAreReadInTime() throws Exception {
    String blanks = " ".repeat(900_000);
    String brackets = "[".repeat(900_000);
    read("a" + blanks + "b\n");
    read("a" + brackets + "\n");
    read("a @" + blanks + "\n");
    read("# " + blanks + "#" + blanks + "\n");
    read("${A}".repeat(200_000) + "\n");
    assertThatExceptionOfType(Mistake.class)
        .isThrownBy(() -> read("-r " + "x/".repeat(400_000) + "\n"))
        .satisfies(mistake -> assertThat(mistake.getMessage()).hasSizeLessThan(1000));
  }
}
