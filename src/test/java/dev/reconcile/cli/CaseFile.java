// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code .case} file: what it is about, then sections in the order in which they happen, each
 * with a heading {@code -- NAME --} and the lines below it.
 *
 * @param about what the case shows
 * @param sections what happens
 */
public record CaseFile(String about, List<Section> sections) {
  /**
   * A part of a case.
   *
   * @param name what the heading says
   * @param body the lines below, each with its line break
   */
  public record Section(String name, String body) {}

  public static CaseFile read(Path file) throws IOException {
    StringBuilder about = new StringBuilder();
    StringBuilder body = about;
    List<String> names = new ArrayList<>();
    List<StringBuilder> bodies = new ArrayList<>();
    for (String line : Files.readString(file).split("(?<=\n)", -1)) {
      String bare = line.stripTrailing();
      if (bare.startsWith("-- ") && bare.endsWith(" --")) {
        names.add(bare.substring(3, bare.length() - 3));
        body = new StringBuilder();
        bodies.add(body);
      } else {
        body.append(line);
      }
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      sections.add(new Section(names.get(i), bodies.get(i).toString()));
    }
    return new CaseFile(about.toString(), sections);
  }

  String text() {
    StringBuilder text = new StringBuilder(about);
    for (Section section : sections) {
      text.append("-- ").append(section.name()).append(" --\n").append(section.body());
    }
    return text.toString();
  }
}
