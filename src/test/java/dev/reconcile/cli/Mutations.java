// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Spoils desired states. What is done follows from the seed alone, so a seed is enough to repeat
 * it.
 */
final class Mutations {
  private static final Pattern WORD = Pattern.compile("[^\\s:,{}\\[\\]\"']+");
  private static final Pattern KEY = Pattern.compile("[A-Za-z_/.][^\\s:,{}\\[\\]\"']*(?=:(\\s|$))");
  private static final Pattern VALUE = Pattern.compile("(?<=: )[^,{}\\[\\]\\n]+");

  private final Random random;
  private final List<String> done = new ArrayList<>();

  Mutations(long seed) {
    this.random = new Random(seed);
  }

  /** What was done, in order. */
  List<String> done() {
    return done;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** A spoilt copy of a tree: one change, or a few. */
  SortedMap<String, byte[]> spoil(SortedMap<String, byte[]> tree) {
    SortedMap<String, byte[]> files = new TreeMap<>(tree);
    int times = 1 + (random.nextInt(3) == 0 ? random.nextInt(4) : 0);
    for (int i = 0; i < times && !files.isEmpty(); i++) {
      List<String> yaml = files.keySet().stream().filter(Mutations::counts).toList();
      if (yaml.isEmpty() || random.nextInt(12) == 0) {
        acrossFiles(files);
      } else {
        String path = pick(yaml);
        String text = new String(files.get(path), ISO_8859_1);
        files.put(path, spoilt(path, text).getBytes(ISO_8859_1));
      }
    }
    return files;
  }

  private static boolean counts(String path) {
    return path.endsWith(".yaml") || path.startsWith("templates/");
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String hostile() {
    return new String(pick(HostileTexts.ALL).getBytes(UTF_8), ISO_8859_1);
  }

  private String spoilt(String path, String text) {
    int kind = random.nextInt(12);
    done.add(kind + " in " + path);
    return switch (kind) {
      case 0 -> flipped(text);
      case 1 -> inserted(text, Character.toString((char) random.nextInt(256)));
      case 2 -> text.substring(0, random.nextInt(text.length() + 1));
      case 3, 4 -> lines(text);
      case 5 -> swapped(text);
      case 6, 7 -> replaced(text, VALUE, hostile());
      case 8 -> replaced(text, WORD, hostile());
      case 9, 10 -> mistyped(text);
      default -> inserted(text, hostile());
    };
  }

  private String flipped(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int at = random.nextInt(text.length());
    char flipped = (char) (text.charAt(at) ^ (1 << random.nextInt(8)));
    return text.substring(0, at) + flipped + text.substring(at + 1);
  }

  private String inserted(String text, String what) {
    int at = random.nextInt(text.length() + 1);
    return text.substring(0, at) + what + text.substring(at);
  }

  private String lines(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    switch (random.nextInt(6)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, line);
      case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
      case 3 -> lines.set(at, " ".repeat(1 + random.nextInt(4)) + line);
      case 4 -> lines.set(at, line.replaceFirst("^ {1,2}", ""));
      default -> lines.set(at, line + line);
    }
    return String.join("\n", lines);
  }

  private String swapped(String text) {
    List<MatchResult> words = WORD.matcher(text).results().toList();
    if (words.size() < 2) {
      return text;
    }
    MatchResult one = pick(words);
    MatchResult two = pick(words);
    return one.start() < two.start() ? swapped(text, one, two) : swapped(text, two, one);
  }

  private static String swapped(String text, MatchResult first, MatchResult second) {
    return first.start() == second.start()
        ? text
        : text.substring(0, first.start())
            + second.group()
            + text.substring(first.end(), second.start())
            + first.group()
            + text.substring(second.end());
  }

  private String replaced(String text, Pattern what, String by) {
    List<MatchResult> places = what.matcher(text).results().toList();
    if (places.isEmpty()) {
      return by + text;
    }
    MatchResult place = pick(places);
    return text.substring(0, place.start()) + by + text.substring(place.end());
  }

  private String mistyped(String text) {
    List<MatchResult> keys = KEY.matcher(text).results().toList();
    if (keys.isEmpty()) {
      return text;
    }
    MatchResult key = pick(keys);
    StringBuilder name = new StringBuilder(key.group());
    int at = random.nextInt(name.length());
    switch (random.nextInt(4)) {
      case 0 -> name.deleteCharAt(at);
      case 1 -> name.insert(at, name.charAt(at));
      case 2 -> name.setCharAt(at, (char) ('a' + random.nextInt(26)));
      default -> name.replace(0, name.length(), pick(keys).group());
    }
    return text.substring(0, key.start()) + name + text.substring(key.end());
  }

  private void acrossFiles(SortedMap<String, byte[]> files) {
    List<String> names = List.copyOf(files.keySet());
    String from = pick(names);
    String to =
        random.nextBoolean()
            ? pick(names)
            : pick(
                List.of(
                    "apps/copy.yaml",
                    "apps/Copy.yaml",
                    "apps/a b.yaml",
                    "apps/-x.yaml",
                    "apps/.yaml",
                    "apps/" + "a".repeat(64) + ".yaml",
                    "apps/copy.yml",
                    "hosts/host.yaml",
                    "hosts/\u00e9.yaml",
                    "templates/site.conf",
                    "templates/app.env",
                    "templates/gunicorn@.service",
                    "allocations.yaml",
                    "reconcile.yaml"));
    int kind = random.nextInt(4);
    done.add("across " + kind + " from " + from + " to " + to);
    byte[] moved = files.getOrDefault(from, new byte[0]);
    byte[] other = files.getOrDefault(to, new byte[0]);
    files.put(to, moved);
    switch (kind) {
      case 0 -> files.remove(from);
      case 1 -> files.put(from, other);
      case 2 ->
          files.put(
              to,
              (new String(other, ISO_8859_1) + new String(moved, ISO_8859_1)).getBytes(ISO_8859_1));
      default -> {}
    }
  }
}
