// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PythonModuleTest {
  private static Literal value(String text) {
    Assignment found = PythonModule.assignments(text).get("x");
    assertThat(found).as(text).isNotNull();
    return found == null ? new Literal.Computed() : found.value();
  }

  private static String text(String text) {
    return value(text) instanceof Literal.Text known ? known.value() : "not known: " + text;
  }

  @Test
  void stringsAreReadAsPythonReadsThem() {
    assertThat(text("x = 'a'")).isEqualTo("a");
    assertThat(text("x = \"it's\"")).isEqualTo("it's");
    assertThat(text("x: str = u'a' 'b'")).isEqualTo("ab");
    assertThat(text("x = y = ('a' # one\n 'b')")).isEqualTo("ab");
    assertThat(text("x = r'\\d'")).isEqualTo("\\d");
    assertThat(text("x = 'a\\x41\\u0042\\103\\q\\n\\\\\\\nz'")).isEqualTo("aABC\\q\n\\z");
    assertThat(text("x = \"\"\"a\nb\"\"\"")).isEqualTo("a\nb");
    assertThat(text("y = 1; x = 'a'; z = 2")).isEqualTo("a");
    assertThat(text("x = \\\n 'a'")).isEqualTo("a");
    assertThat(text("x = 1\nx = 'a'")).isEqualTo("a");
    assertThat(text("if y:\n    x = 1\nx = 'a'")).isEqualTo("a");
  }

  @Test
  void otherLiteralsAreKnown() {
    assertThat(value("x = 0o17")).isEqualTo(new Literal.Whole(15));
    assertThat(value("x = -1_000")).isEqualTo(new Literal.Whole(-1000));
    assertThat(value("x = (True)")).isEqualTo(new Literal.Flag(true));
    assertThat(value("x = None")).isEqualTo(new Literal.Nothing());
    assertThat(value("x = []")).isEqualTo(new Literal.Many(List.of()));
    assertThat(value("x = ()")).isEqualTo(new Literal.Many(List.of()));
    assertThat(value("x = ['a', ('b', 1),]").texts()).containsExactly("a", "b");
    assertThat(value("x = 'a', 'b'").texts()).containsExactly("a", "b");
    assertThat(value("x = ('a',)")).isEqualTo(new Literal.Many(List.of(new Literal.Text("a"))));
    assertThat(value("x = [['a']]"))
        .isEqualTo(new Literal.Many(List.of(new Literal.Many(List.of(new Literal.Text("a"))))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = f'{y}'",
        "x = b'a'",
        "x = '\\N{DASH}'",
        "x = 2 * 3",
        "x = not True",
        "x = True if y else False",
        "x = ['a', y]",
        "x = 1.5",
        "x = {'a': 1}",
        "x = lambda a=1: a",
        "x, y = 1, 2",
        "import x",
        "from y import z as x",
        "x = 1\nx += 1",
        "x = [1]\nx.append(2)",
        "x = [1]\nx[0] = 2",
        "x = 1\nif y:\n    x = 2",
        "x = 1\nfor x in y: pass",
        "x = 1\ntry:\n  pass\nexcept E as x:\n  pass",
        "x = 1\nmatch y:\n  case x:\n    pass",
        "x = 1\ndef f():\n    global x\n    x = 2",
        "x = 1\nfrom y import *",
        "x = 1\nexec(y)",
        "x = 1\nz = (x := 2)",
        "x = ['A']\ndef f():\n    x.append('B')",
        "x = ['A']\ny = x",
        "x = ['A']\ny = f(x)",
        "x = 1\ndef f():\n    globals()['x'] = 2",
        "def x(): pass",
        "async def x(): pass",
        "class x: pass",
      })
  void whatMayChangeIsNotKnown(String text) {
    assertThat(value(text).isKnown()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'''\nx = 1\n'''",
        "# x = 1",
        "y = (\n'''\nx = 1\n''')",
        "def f():\n    x = 1",
        "class A:\n    x = 1",
        "if y:\n    x = 1",
        "x == 1",
        "x.y = 1",
        "f(x=1)",
        "x: int",
        "x = 1\ndel x",
        "x = 'a",
        "x = (1",
        "x = 1)",
        "from x import y",
        "from y import x as z",
      })
  void nothingElseIsAnAssignment(String text) {
    assertThat(PythonModule.assignments(text)).doesNotContainKey("x");
  }

  @Test
  void theNameHasItsPlace() {
    Map<String, Assignment> found =
        PythonModule.assignments("\ufeff'''\n'''\r\ny = 1;  x = \\\n  ['a'\n]\nz = 2\n");
    assertThat(found.get("x"))
        .isEqualTo(new Assignment("x", new Literal.Many(List.of(new Literal.Text("a"))), 3, 9));
    assertThat(found.get("z")).isEqualTo(new Assignment("z", new Literal.Whole(2), 6, 1));
    assertThat(PythonModule.assignments("x = 1\ndef f(x):\n    x = 2\n").get("x"))
        .isEqualTo(new Assignment("x", new Literal.Whole(1), 1, 1));
  }

  @Test
  void anyCharacterMayStandAnywhere() {
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      assertThat(PythonModule.assignments("x = 1 " + c + "\n" + c + "y = 2\n")).isNotNull();
    }
  }

  @Test
  void noTextIsTooOdd() {
    Random random = new Random(4);
    String alphabet = "xf =:;'\"\\\n#([{}]),.1e-+@\u00e9";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder("x = ");
      for (int j = random.nextInt(14); j > 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(PythonModule.assignments(text.toString())).isNotNull();
    }
  }
}
