// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import java.util.List;

/**
 * A part of a site: a location of nginx, and what answers its requests.
 *
 * @param path the parameters of nginx's location: a prefix, or {@code =}, {@code ^~}, {@code ~} or
 *     {@code ~*} and a path or a regular expression
 * @param answer what answers
 * @param logs its access logs; empty for those of the site
 * @param keys the keys of the part
 * @param origin where it is declared
 */
public record Location(
    String path, Answer answer, List<AccessLog> logs, Table keys, Origin origin) {
  private static final String FIRST = "^~ ";

  public Location {
    logs = List.copyOf(logs);
  }

  /** What answers the requests of a location. */
  public sealed interface Answer {}

  /** The app of the site, which gets the path as it is. */
  public record OfSite() implements Answer {}

  /**
   * Another app of the host.
   *
   * @param app its name
   * @param to the path that it gets in place of the location's; empty if it is not declared
   */
  public record OfApp(String app, String to) implements Answer {}

  /** A server that reconcile does not manage, by its URL. */
  public record OfServer(String url) implements Answer {}

  /**
   * Files that nginx serves itself.
   *
   * @param files the folder, or the file
   * @param fallback the file in the folder that answers for paths without a file; empty for none
   */
  public record OfFiles(Static files, String fallback) implements Answer {}

  /**
   * A redirect.
   *
   * @param to the target
   * @param status the status of the answer
   */
  public record OfRedirect(String to, int status) implements Answer {}

  /** Returns whether the location is a prefix that ends with a slash. */
  boolean isFolder() {
    return isPrefix(path) && path.endsWith("/");
  }

  private static boolean isPrefix(String path) {
    return path.startsWith("/") || path.startsWith(FIRST);
  }

  /**
   * Returns the parameters of a location that stands for a folder. nginx would take "/api" for the
   * beginning of "/apiary", and "/ui../x" for a file beside the folder "ui".
   */
  static String folder(String path) {
    return isPrefix(path) && !path.endsWith("/") ? path + "/" : path;
  }

  /** Returns the parameters by which nginx tells locations apart: "^~" makes no other location. */
  static String claimed(String path) {
    return path.startsWith(FIRST) ? path.substring(FIRST.length()) : path;
  }

  /** Returns the locations of nginx that this one takes. */
  List<String> claims() {
    return answer instanceof OfFiles files && !files.fallback().isEmpty()
        ? List.of(claimed(path), "= " + word() + files.fallback())
        : List.of(claimed(path));
  }

  /** Returns the path without nginx's modifier. */
  public String word() {
    return path.substring(path.indexOf(' ') + 1);
  }
}
