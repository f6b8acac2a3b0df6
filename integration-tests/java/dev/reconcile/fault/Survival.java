// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was tried and survived, a row a fault, written to {@code target/reliability/NAME.csv}.
 * docs/reliability.md is put together of these files by {@code integration-tests/reliability.sh}.
 */
public final class Survival {
  private static final Path FOLDER = Path.of("target/reliability");

  private final Path file;
  private final Map<String, List<String>> failures = new TreeMap<>();
  private final Map<String, Integer> tried = new TreeMap<>();

  /** Something that must hold after a fault. */
  public interface Attempt {
    /** Throws if it does not hold. */
    void run() throws Exception;
  }

  private Survival(Path file) {
    this.file = file;
  }

  /** A record that starts anew; {@code name} is that of the test class. */
  public static Survival named(Class<?> name) {
    try {
      Files.createDirectories(FOLDER);
      Path file = FOLDER.resolve(name.getSimpleName() + ".csv");
      Files.deleteIfExists(file);
      return new Survival(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One instant of a fault: what goes wrong is kept, so that the others are tried as well.
   *
   * @param fault the row
   * @param instant what is special about this one
   */
  public void attempt(String fault, String instant, Attempt attempt) {
    tried.merge(fault, 1, Integer::sum);
    try {
      attempt.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (Exception | AssertionError e) {
      System.out.println("not survived: " + fault + ", " + instant + "\n" + e.getMessage());
      failures.computeIfAbsent(fault, _ -> new ArrayList<>()).add(instant + ": " + e);
    }
  }

  /** Writes the fault's row, and fails if one of its instants was not survived. */
  public void settle(String fault) {
    List<String> failed = failures.getOrDefault(fault, List.of());
    int instants = tried.getOrDefault(fault, 0);
    write(fault, instants, instants - failed.size(), "");
    assertThat(instants).as("instants tried: " + fault).isPositive();
    assertThat(failed).as(fault).isEmpty();
  }

  /** Writes a row with a remark, such as a figure. */
  public void write(String fault, int instants, int survived, String remark) {
    String row = String.join(";", fault, "" + instants, "" + survived, remark) + "\n";
    System.out.print("reliability: " + row);
    try {
      Files.writeString(file, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
