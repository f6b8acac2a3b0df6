// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A running nginx, from proc(5). It is not recorded for a comparison by a later run, because it is
 * read only for changes and reports.
 *
 * @param master the process id of the master
 * @param command the arguments without the program; an argument with a space is split
 * @param workers the workers, without those that are shutting down
 * @param sockets the inodes of the master's open sockets; empty if they cannot be read
 */
public record NginxProcess(
    long master, List<String> command, List<Worker> workers, Set<Long> sockets) {
  private static final String TITLE = "nginx: master process ";

  /**
   * A worker process.
   *
   * @param uid the effective user id
   * @param groups the group ids
   * @param since the start time
   */
  public record Worker(int uid, Set<Integer> groups, Instant since) {
    public Worker {
      groups = Set.copyOf(groups);
    }

    /**
     * Reports whether the permission bits allow an access.
     *
     * @param bits a combination of 4 (read), 2 (write) and 1 (traverse)
     */
    public boolean may(Stat stat, int bits) {
      int mode =
          stat.uid() == uid
              ? stat.mode() >> 6
              : groups.contains(stat.gid()) ? stat.mode() >> 3 : stat.mode();
      return uid == 0 || (mode & bits) == bits;
    }
  }

  public NginxProcess {
    command = List.copyOf(command);
    workers = List.copyOf(workers);
    sockets = Set.copyOf(sockets);
  }

  /** Reads the nginx whose master has this process id; empty if the process is not one. */
  public static Optional<NginxProcess> of(long pid) {
    String title = pid <= 0 ? "" : title(pid);
    if (!title.startsWith(TITLE)) {
      return Optional.empty();
    }
    List<String> words = List.of(title.substring(TITLE.length()).strip().split(" +", -1));
    return Optional.of(
        new NginxProcess(pid, words.subList(1, words.size()), workers(pid), sockets(pid)));
  }

  /**
   * Finds an nginx that systemd did not start: the first process of root that is a master of nginx;
   * empty if there is none. Someone typed {@code nginx}, or certbot started it (certbot's nginx
   * plugin does so if its reload fails).
   */
  static Optional<NginxProcess> byHand() {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        Optional<NginxProcess> nginx = of(Long.parseLong(process.getFileName().toString()));
        if (nginx.isPresent() && isOfRoot(process) && isOfThisHost(process)) {
          return nginx;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean isOfRoot(Path process) {
    List<Integer> uids = numbers(text(process.resolve("status")), "Uid:");
    return uids.size() > 1 && uids.get(1) == 0;
  }

  // An nginx in a container has another root directory or another network.
  private static boolean isOfThisHost(Path process) {
    try {
      return isSame(process, "ns/mnt") && isSame(process, "ns/net") && isSame(process, "ns/pid");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isSame(Path process, String namespace) throws IOException {
    return Files.readSymbolicLink(process.resolve(namespace))
        .equals(Files.readSymbolicLink(Path.of("/proc/1").resolve(namespace)));
  }

  // nginx sets process titles; the master's title contains its command line
  private static String title(long pid) {
    return text(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
  }

  // A process that ends meanwhile counts as missing.
  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Worker> workers(long master) {
    List<Worker> workers = new ArrayList<>();
    String children = text(Path.of("/proc/" + master + "/task/" + master + "/children")).strip();
    for (String child : children.isEmpty() ? new String[0] : children.split(" +", -1)) {
      long pid = Long.parseLong(child);
      Optional<Instant> since =
          ProcessHandle.of(pid).flatMap(handle -> handle.info().startInstant());
      String status = text(Path.of("/proc/" + pid + "/status"));
      Set<Integer> groups = new TreeSet<>(numbers(status, "Groups:"));
      numbers(status, "Gid:").stream().skip(1).limit(1).forEach(groups::add);
      List<Integer> uids = numbers(status, "Uid:");
      boolean works = title(pid).strip().endsWith("worker process");
      if (works && since.isPresent() && uids.size() > 1) {
        workers.add(new Worker(uids.get(1), groups, since.get()));
      }
    }
    return workers;
  }

  private static List<Integer> numbers(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .flatMap(line -> line.substring(name.length()).strip().lines())
        .flatMap(line -> List.of(line.split("\\s+", -1)).stream())
        .map(number -> (int) Long.parseLong(number))
        .toList();
  }

  private static Set<Long> sockets(long pid) {
    Set<Long> inodes = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : files) {
        String target = Files.readSymbolicLink(file).toString();
        if (target.startsWith("socket:[")) {
          inodes.add(Long.parseLong(target.substring("socket:[".length(), target.length() - 1)));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return Set.of();
    }
    return inodes;
  }
}
