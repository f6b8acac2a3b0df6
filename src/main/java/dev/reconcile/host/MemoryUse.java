// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The memory of the machine and of the processes of its units, by proc(5). */
public final class MemoryUse {
  private static final long KIB = 1024;

  private final Path proc;

  /** Creates the memory use of a host; each method reads the present values. */
  public MemoryUse(Host host) throws HostException {
    this.proc = host.onDisk("/proc");
  }

  /** Returns the bytes of memory of the machine; empty if the kernel does not tell. */
  public OptionalLong total() {
    return bytes(proc.resolve("meminfo"), "MemTotal:");
  }

  /**
   * Returns the bytes that programs can use without swapping; empty if the kernel does not tell.
   */
  public OptionalLong available() {
    return bytes(proc.resolve("meminfo"), "MemAvailable:");
  }

  /**
   * Returns the bytes of private memory of all processes, by the unit that they belong to. A
   * process that ends meanwhile counts as nothing.
   */
  public Map<String, Long> byUnit() {
    Map<String, Long> use = new TreeMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        String unit = unit(process);
        if (!unit.isEmpty()) {
          use.merge(unit, bytes(process.resolve("status"), "RssAnon:").orElse(0), Long::sum);
        }
      }
    } catch (IOException e) {
      return use;
    }
    return use;
  }

  // The control group of a service ends in the name of its unit.
  private static String unit(Path process) {
    try {
      String group = Files.readString(process.resolve("cgroup"), StandardCharsets.UTF_8).strip();
      return group.substring(group.lastIndexOf('/') + 1);
    } catch (IOException e) {
      return "";
    }
  }

  private static OptionalLong bytes(Path file, String name) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
          .findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      return OptionalLong.empty();
    }
  }
}
