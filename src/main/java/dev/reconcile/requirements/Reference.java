package dev.reconcile.requirements;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a requirement refers to, told from its text alone (pip: req/constructors.py). */
public sealed interface Reference {
  /**
   * A package of an index.
   *
   * @param name normalised, as in PEP 503; empty if pip will refuse it
   * @param conditional whether a marker decides if it is installed
   */
  record Named(String name, boolean conditional) implements Reference {}

  /**
   * A file or folder of the host.
   *
   * @param path relative to the folder that pip runs in, or absolute; without extras
   * @param extras as written, with their brackets; empty if there are none
   */
  record Local(String path, String extras) implements Reference {}

  /**
   * Something behind an address.
   *
   * @param name normalised; empty if the address does not tell
   * @param scheme such as {@code https} or {@code git+ssh}
   * @param host the host's name with its port; empty if there is none
   */
  record Remote(String name, String scheme, String host) implements Reference {}

  /** Returns what a requirement line refers to. */
  static Reference of(String requirement) {
    Matcher direct = Addresses.DIRECT.matcher(requirement);
    String url = Addresses.isUrl(requirement) ? requirement : "";
    String name = "";
    if (url.isEmpty() && direct.matches() && Addresses.isUrl("" + direct.group(2))) {
      name = Addresses.normalised("" + direct.group(1));
      url = "" + direct.group(2);
    }
    if (!url.isEmpty()) {
      return Addresses.ofUrl(name, url);
    }
    int semicolon = requirement.indexOf(';');
    String before = semicolon < 0 ? requirement : requirement.substring(0, semicolon);
    String text = before.strip();
    Local local = Addresses.withoutExtras(text);
    String path = local.path();
    if (path.contains("/") || path.startsWith(".") || Addresses.isArchive(path)) {
      return local;
    }
    Matcher named = Addresses.NAME.matcher(text);
    return new Named(named.lookingAt() ? Addresses.normalised(named.group()) : "", semicolon >= 0);
  }

  /** Returns what {@code -e} refers to: a folder, unless it is an address. */
  static Reference ofEditable(String what) {
    Reference reference = of(what);
    if (reference instanceof Remote || Addresses.isUrl(what)) {
      return reference;
    }
    for (String system : List.of("git", "hg", "svn", "bzr")) {
      if (what.toLowerCase(Locale.ROOT).startsWith(system + ":")) {
        return new Remote("", system, "");
      }
    }
    return Addresses.withoutExtras(what);
  }

  /** Returns what a place with archives refers to: an address or a path. */
  static Reference ofPlace(String place) {
    return Addresses.isUrl(place) ? Addresses.ofUrl("", place) : new Local(place, "");
  }

  /** How addresses and archives look. */
  final class Addresses {
    static final Pattern DIRECT =
        Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*+)\\s*+(?:\\[[^\\]]*+\\])?+\\s*+@\\s*+(\\S.*)");
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?");

    private static final Pattern URL =
        Pattern.compile("(?i)(https?|file|ftp|(?:git|hg|svn|bzr)\\+[a-z-]+):(.*)");
    private static final Pattern EGG = Pattern.compile("[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)");
    private static final Pattern ARCHIVE =
        Pattern.compile("(?i).*\\.(zip|whl|tar|tgz|tbz|txz|tlz|tar\\.(gz|bz2|xz|lz|lzma))");

    private Addresses() {}

    static boolean isUrl(String text) {
      return URL.matcher(text).matches();
    }

    static boolean isArchive(String text) {
      return !text.contains("@") && ARCHIVE.matcher(text).matches();
    }

    // by hand: a regular expression would try each bracket of many anew
    static Local withoutExtras(String text) {
      int open = text.lastIndexOf('[');
      int close = text.indexOf(']', Math.max(open, 0));
      boolean extras = open > 0 && close > open + 1 && close == text.length() - 1;
      return extras
          ? new Local(text.substring(0, open), text.substring(open))
          : new Local(text, "");
    }

    static String normalised(String name) {
      return name.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
    }

    static Reference ofUrl(String name, String url) {
      int marker = url.indexOf("; ");
      String address = marker < 0 ? url : url.substring(0, marker).strip();
      Matcher parts = URL.matcher(address);
      String scheme = parts.matches() ? ("" + parts.group(1)).toLowerCase(Locale.ROOT) : "";
      String rest = address.substring(Math.min(address.length(), scheme.length() + 1));
      if (scheme.equals("file")) {
        return new Local(path(rest), "");
      }
      return new Remote(name.isEmpty() ? named(address) : name, scheme, host(rest));
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

    // gunicorn-20.1.0-py3-none-any.whl, gunicorn-20.1.0.tar.gz, …#egg=gunicorn
    private static String named(String address) {
      Matcher egg = EGG.matcher(address);
      if (egg.find()) {
        return normalised("" + egg.group(1));
      }
      return ofFile(address.replaceFirst("[#?].*", ""));
    }

    /** The name of the package in an archive, by the archive's name; empty if it is none. */
    static String ofFile(String path) {
      String file = path.substring(path.lastIndexOf('/') + 1);
      Matcher version = Pattern.compile("-[0-9]").matcher(file);
      return ARCHIVE.matcher(file).matches() && version.find()
          ? normalised(file.substring(0, version.start()))
          : "";
    }
  }
}
