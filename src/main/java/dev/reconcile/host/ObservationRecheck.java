// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A repetition of an earlier run's queries, up to the first answer that differs. */
final class ObservationRecheck {
  private final Facts facts;
  private final CommandRunner commands;

  /**
   * @param facts facts that this run has not queried yet
   * @param commands the runner for programs
   */
  ObservationRecheck(Facts facts, CommandRunner commands) {
    this.facts = facts;
    this.commands = commands;
  }

  /** Returns the name of the first query whose answer differs; empty if all are the same. */
  Optional<String> difference(List<String> earlier) throws HostException {
    for (String line : earlier) {
      String name = Observation.name(line);
      if (mark(Observation.kind(line), name) != Observation.mark(line)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  private long mark(Observation.Kind kind, String name) throws HostException {
    return switch (kind) {
      case CONTENT -> file(name).map(FileStamp::ofContent).orElse(ObservationLog.NOTHING);
      case SHAPE -> file(name).map(FileStamp::ofShape).orElse(ObservationLog.NOTHING);
      case LISTENERS -> facts.listenersOn(name);
      case PORT -> facts.listenerOn(Integer.parseInt(name)).orElse(ObservationLog.NOTHING);
      case MOMENT -> ObservationLog.clock(Long.parseLong(name));
      case UNITS -> SystemdUnits.glance(commands, name);
      case TREE -> tree(name);
    };
  }

  private static long tree(String name) throws HostException {
    int colon = name.indexOf(':');
    Path place = Path.of(name.substring(colon + 1));
    try {
      return SourceListing.of(place, Integer.parseInt(name.substring(0, colon))).mark();
    } catch (IOException e) {
      throw new HostException("Cannot look through " + place + ": " + e.getMessage(), e);
    }
  }

  private static Optional<FileStamp> file(String path) throws HostException {
    try {
      return FileStamp.of(Path.of(path));
    } catch (IOException e) {
      throw new HostException("Cannot look at " + path + ": " + e.getMessage(), e);
    }
  }
}
