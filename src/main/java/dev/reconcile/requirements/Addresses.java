// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The syntax of URLs, archives and package names. */
final class Addresses {
  /** The form {@code NAME[EXTRAS] @ URL}, as in PEP 508. */
  static final Pattern DIRECT =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*+)\\s*+(?:\\[[^\\]]*+\\])?+\\s*+@\\s*+(\\S.*)");

  static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?");

  private static final Pattern URL =
      Pattern.compile("(?i)(https?|file|ftp|(?:git|hg|svn|bzr)\\+[a-z-]+):(.*)");
  private static final Pattern EGG = Pattern.compile("[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)");
  private static final Pattern ARCHIVE =
      Pattern.compile("(?i).*\\.(zip|whl|tar|tgz|tbz|txz|tlz|tar\\.(gz|bz2|xz|lz|lzma))");
  private static final Pattern VERSION = Pattern.compile("-[0-9]");

  private Addresses() {}

  static boolean isUrl(String text) {
    return URL.matcher(text).matches();
  }

  static boolean isArchive(String text) {
    return !text.contains("@") && ARCHIVE.matcher(text).matches();
  }

  static String normalised(String name) {
    return name.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
  }

  // Without a regular expression, which would restart at each of many brackets.
  static String withoutExtras(String text) {
    int open = text.lastIndexOf('[');
    int close = text.indexOf(']', Math.max(open, 0));
    boolean extras = open > 0 && close > open + 1 && close == text.length() - 1;
    return extras ? text.substring(0, open) : text;
  }

  /**
   * Returns what a URL refers to.
   *
   * @param name the name before the URL; empty if there is none
   */
  static Reference ofUrl(String name, String url) {
    int marker = url.indexOf("; ");
    String address = marker < 0 ? url : url.substring(0, marker).strip();
    Matcher parts = URL.matcher(address);
    String scheme = parts.matches() ? String.valueOf(parts.group(1)).toLowerCase(Locale.ROOT) : "";
    String rest = address.substring(Math.min(address.length(), scheme.length() + 1));
    String known = name.isEmpty() ? nameIn(address) : name;
    return scheme.equals("file")
        ? new Reference.Local(known, path(rest))
        : new Reference.Remote(known, scheme, host(rest));
  }

  private static String path(String rest) {
    String path = rest.replaceFirst("[#?].*", "").replaceFirst("^//(localhost)?(?=/)", "");
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return path;
    }
  }

  private static String host(String rest) {
    if (!rest.startsWith("//")) {
      return "";
    }
    String authority = rest.substring(2).replaceFirst("[/?#].*", "");
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  private static String nameIn(String address) {
    Matcher egg = EGG.matcher(address);
    return egg.find()
        ? normalised(String.valueOf(egg.group(1)))
        : nameOfFile(address.replaceFirst("[#?].*", ""));
  }

  /**
   * Returns the name of the package in an archive, from the archive's name; empty if the name does
   * not tell.
   */
  static String nameOfFile(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    Matcher version = VERSION.matcher(file);
    return ARCHIVE.matcher(file).matches() && version.find()
        ? normalised(file.substring(0, version.start()))
        : "";
  }
}
