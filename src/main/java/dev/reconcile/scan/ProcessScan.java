// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.adopt.ListeningProcess;
import dev.reconcile.adopt.ServiceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processes of a host, with their services and listening addresses. */
public final class ProcessScan {
  private static final Path PROC = Path.of("/proc");
  private static final Pattern UNIT = Pattern.compile("/([^/\n]+\\.service)(?=[/\n]|$)");

  private final Map<String, List<ServiceProcess>> byUnit = new TreeMap<>();
  private final Map<String, ListeningProcess> holders = new HashMap<>();
  private final AccountScan accounts;
  private final Map<String, String> sockets;

  private ProcessScan(AccountScan accounts, Map<String, String> sockets) {
    this.accounts = accounts;
    this.sockets = sockets;
  }

  /** Returns an empty scan, for callers that need only the unit files. */
  public static ProcessScan none() {
    return new ProcessScan(AccountScan.none(), Map.of());
  }

  /** Scans the running processes. */
  public static ProcessScan look() throws IOException {
    ProcessScan processes = new ProcessScan(AccountScan.read(), ListeningSockets.read());
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : all) {
        processes.add(process);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return processes;
  }

  /** Returns the users and groups of the host. */
  public AccountScan accounts() {
    return accounts;
  }

  /** Returns the processes of a service. */
  List<ServiceProcess> of(String unit) {
    return byUnit.getOrDefault(unit, List.of());
  }

  /** Returns address ({@code unix:PATH} or {@code tcp:PORT}) to the process that listens on it. */
  public Map<String, ListeningProcess> holders() {
    return holders;
  }

  // A process that ends during the scan is skipped.
  private void add(Path process) {
    try {
      List<String> words = zeros(process.resolve("cmdline"));
      if (words.isEmpty()) {
        return; // a kernel thread or a process that has ended
      }
      List<String> listens = listens(process);
      Matcher unit = UNIT.matcher(text(process.resolve("cgroup")));
      String service = "";
      while (unit.find()) {
        service = String.valueOf(unit.group(1)); // the innermost unit
      }
      Map<String, String> status = status(process);
      int pid = Integer.parseInt(String.valueOf(process.getFileName()));
      ServiceProcess seen =
          new ServiceProcess(
              pid,
              Integer.parseInt(status.getOrDefault("PPid", "0")),
              words,
              Files.readSymbolicLink(process.resolve("cwd")).toString(),
              accounts.user(first(status.getOrDefault("Uid", "0"))),
              accounts.group(first(status.getOrDefault("Gid", "0"))),
              environment(process),
              listens);
      byUnit.computeIfAbsent(service, name -> new ArrayList<>()).add(seen);
      String unitName = service;
      for (String address : listens) {
        ListeningProcess holder =
            new ListeningProcess(
                pid, status.getOrDefault("Name", "a program"), unitName, seen.isGunicorn());
        holders.merge(ListeningSockets.key(address), holder, ProcessScan::better);
      }
    } catch (IOException | NumberFormatException e) {
      return;
    }
  }

  // systemd and the workers also hold the socket, but the master is wanted
  private static ListeningProcess better(ListeningProcess first, ListeningProcess other) {
    if (first.pid() == 1) {
      return other;
    }
    return other.pid() == 1 || first.pid() < other.pid() ? first : other;
  }

  private static int first(String numbers) {
    return Integer.parseInt(numbers.strip().split("\\s+", 2)[0]);
  }

  private static Map<String, String> environment(Path process) throws IOException {
    Map<String, String> environment = new TreeMap<>();
    for (String variable : zeros(process.resolve("environ"))) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return environment;
  }

  private List<String> listens(Path process) throws IOException {
    List<String> addresses = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        String address = sockets.get(target(file));
        if (address != null && !addresses.contains(address)) {
          addresses.add(address);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return addresses;
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static Map<String, String> status(Path process) throws IOException {
    Map<String, String> status = new HashMap<>();
    for (String line : text(process.resolve("status")).split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        status.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return status;
  }

  private static List<String> zeros(Path file) throws IOException {
    String text = text(file);
    List<String> words = new ArrayList<>(List.of(text.split("\0", -1)));
    words.removeIf(String::isEmpty);
    return words;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
