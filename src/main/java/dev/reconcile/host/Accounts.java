// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.FileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The users and groups of passwd(5) and group(5).
 *
 * @param users the user ids by name
 * @param groups the group ids by name
 * @param own the primary group ids by user name
 * @param members the users that a group lists, by group name
 */
record Accounts(
    Map<String, Integer> users,
    Map<String, Integer> groups,
    Map<String, Integer> own,
    Map<String, Set<String>> members) {
  Accounts {
    users = Map.copyOf(users);
    groups = Map.copyOf(groups);
    own = Map.copyOf(own);
    members = Map.copyOf(members);
  }

  static Accounts parse(String passwd, String group) {
    Map<String, Set<String>> members = new HashMap<>();
    for (String line : group.split("\n", -1)) {
      String[] columns = line.split(":", 4);
      if (columns.length == 4 && !columns[3].isBlank()) {
        members.putIfAbsent(columns[0], Set.copyOf(List.of(columns[3].strip().split(",", -1))));
      }
    }
    return new Accounts(numbers(passwd, 2), numbers(group, 2), numbers(passwd, 3), members);
  }

  private static Map<String, Integer> numbers(String table, int column) {
    Map<String, Integer> numbers = new HashMap<>();
    table
        .lines()
        .forEach(line -> {
          String[] columns = line.split(":", column + 2);
          if (columns.length == column + 2 && isNumber(columns[column])) {
            numbers.putIfAbsent(columns[0], Integer.parseInt(columns[column]));
          }
        });
    return numbers;
  }

  /**
   * Returns the attributes of a file, with the wanted names if they denote its owner and group.
   *
   * @param stat the status of the file
   * @param wanted the expected names
   */
  FileAttributes attributes(Stat stat, FileAttributes wanted) {
    return new FileAttributes(
        user(wanted.user()) == stat.uid() ? wanted.user() : userName(stat.uid()),
        group(wanted.group()) == stat.gid() ? wanted.group() : groupName(stat.gid()),
        stat.mode());
  }

  /** Reports whether a user is a member of a group. */
  boolean isMember(String user, String group) {
    String member = name(user);
    return members.getOrDefault(group, Set.of()).contains(member)
        || (own.containsKey(member) && own.get(member) == group(group));
  }

  /** Returns the primary group of a user; empty for an unknown user. */
  Optional<String> groupOf(String user) {
    return Optional.ofNullable(own.get(name(user))).map(this::groupName);
  }

  /** Reports whether there is a user with a name or number. */
  boolean hasUser(String user) {
    return users.containsValue(user(user));
  }

  /** Reports whether there is a group with a name or number. */
  boolean hasGroup(String group) {
    return groups.containsValue(group(group));
  }

  private String name(String user) {
    return isNumber(user) ? userName(Integer.parseInt(user)) : user;
  }

  /** Reports whether a text is the number of a user or group, not a name. */
  static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() < 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Returns a user's id, or -1; a number is an id, also if no user has it. */
  int user(String name) {
    return isNumber(name) ? Integer.parseInt(name) : users.getOrDefault(name, -1);
  }

  /** Returns a group's id, or -1; a number is an id, also if no group has it. */
  int group(String name) {
    return isNumber(name) ? Integer.parseInt(name) : groups.getOrDefault(name, -1);
  }

  /** Returns a user's name, or the id in decimal. */
  String userName(int uid) {
    return name(users, uid);
  }

  /** Returns a group's name, or the id in decimal. */
  String groupName(int gid) {
    return name(groups, gid);
  }

  private static String name(Map<String, Integer> numbers, int wanted) {
    return numbers.entrySet().stream()
        .filter(entry -> entry.getValue() == wanted)
        .map(Map.Entry::getKey)
        .min(String::compareTo)
        .orElse(Integer.toString(wanted));
  }
}
