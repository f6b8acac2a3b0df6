// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The users and groups of a host, from passwd(5) and group(5). */
public final class AccountScan {
  private final Map<Integer, String> users = new HashMap<>();
  private final Map<Integer, String> groups = new HashMap<>();
  private final Map<String, Set<String>> members = new HashMap<>();
  private final Map<String, String> homes = new HashMap<>();

  private AccountScan() {}

  /** Returns an empty table: all users and groups are shown as numbers. */
  static AccountScan none() {
    return new AccountScan();
  }

  /** Reads the users and groups of this host. */
  public static AccountScan read() throws IOException {
    AccountScan accounts = new AccountScan();
    Map<String, Integer> primary = new HashMap<>();
    for (String[] columns : table("/etc/passwd")) {
      if (columns.length > 5 && isNumber(columns[2]) && isNumber(columns[3])) {
        accounts.users.putIfAbsent(Integer.parseInt(columns[2]), columns[0]);
        accounts.homes.putIfAbsent(columns[0], columns[5]);
        primary.putIfAbsent(columns[0], Integer.parseInt(columns[3]));
      }
    }
    for (String[] columns : table("/etc/group")) {
      if (columns.length > 3 && isNumber(columns[2])) {
        accounts.groups.putIfAbsent(Integer.parseInt(columns[2]), columns[0]);
        for (String member : columns[3].split(",", -1)) {
          accounts.members.computeIfAbsent(member, user -> new HashSet<>()).add(columns[0]);
        }
      }
    }
    primary.forEach((user, group) ->
        accounts.members.computeIfAbsent(user, name -> new HashSet<>()).add(accounts.group(group)));
    return accounts;
  }

  private static List<String[]> table(String path) throws IOException {
    String text = new String(Files.readAllBytes(Path.of(path)), StandardCharsets.UTF_8);
    return text.lines().map(line -> line.split(":", -1)).toList();
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,9}");
  }

  /** Returns a user's name, or its number in decimal. */
  String user(int uid) {
    return users.getOrDefault(uid, Integer.toString(uid));
  }

  /** Returns a group's name, or its number in decimal. */
  String group(int gid) {
    return groups.getOrDefault(gid, Integer.toString(gid));
  }

  /** Returns the names of a user's groups. */
  Set<String> groupsOf(String user) {
    return members.getOrDefault(user, Set.of());
  }

  /** Returns a user's home directory; empty for an unknown user. */
  public String home(String user) {
    return homes.getOrDefault(user, "");
  }
}
