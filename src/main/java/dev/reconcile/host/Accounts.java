package dev.reconcile.host;

import java.util.HashMap;
import java.util.Map;

/**
 * Users and groups, from passwd(5) and group(5).
 *
 * @param users name to number
 * @param groups name to number
 */
record Accounts(Map<String, Integer> users, Map<String, Integer> groups) {
  Accounts {
    users = Map.copyOf(users);
    groups = Map.copyOf(groups);
  }

  static Accounts parse(String passwd, String group) {
    return new Accounts(numbers(passwd), numbers(group));
  }

  private static Map<String, Integer> numbers(String table) {
    Map<String, Integer> numbers = new HashMap<>();
    table
        .lines()
        .forEach(line -> {
          String[] columns = line.split(":", 4);
          if (columns.length == 4 && isNumber(columns[2])) {
            numbers.putIfAbsent(columns[0], Integer.parseInt(columns[2]));
          }
        });
    return numbers;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() < 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A user's number, or -1. */
  int user(String name) {
    return isNumber(name) ? Integer.parseInt(name) : users.getOrDefault(name, -1);
  }

  /** A group's number, or -1. */
  int group(String name) {
    return isNumber(name) ? Integer.parseInt(name) : groups.getOrDefault(name, -1);
  }

  /** A user's name, or its number in decimal. */
  String userName(int uid) {
    return name(users, uid);
  }

  /** A group's name, or its number in decimal. */
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
