// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import java.util.List;
import java.util.Optional;

/**
 * A virtualenv.
 *
 * @param directory its directory
 * @param python the interpreter's name or path
 * @param install what is installed
 * @param options how it is installed
 * @param origin where it was declared
 */
public record Venv(
    String directory, String python, Install install, Options options, Origin origin) {

  /** Returns whether the app has no virtualenv. */
  public boolean isOff() {
    return install instanceof Install.Off;
  }

  /** Returns no virtualenv, in place of this one. */
  Venv off() {
    return new Venv(directory, python, new Install.Off(), options, origin);
  }

  /** What is installed into a virtualenv, besides gunicorn. */
  public sealed interface Install {
    /**
     * The first of the known files that the source has.
     *
     * @param isSet whether the desired state says so
     */
    record Auto(boolean isSet) implements Install {}

    /** Nothing. */
    record Nothing() implements Install {}

    /** The first of the known files that the source has; without any, there is no virtualenv. */
    record IfNeeded() implements Install {}

    /** There is no virtualenv. */
    record Off() implements Install {}

    /** A list of the desired-state repo. */
    record OfRepo(String path, Content content) implements Install {}

    /**
     * Files of the source.
     *
     * @param paths paths in the source; {@code .} is the project itself
     */
    record Named(List<String> paths) implements Install {
      public Named {
        paths = List.copyOf(paths);
      }
    }
  }

  /**
   * How requirements are installed.
   *
   * @param extras extras of the project
   * @param groups groups of dependencies of the project
   * @param constraints files of the source that limit versions
   * @param seesSystem whether the virtualenv sees the packages of the interpreter
   * @param wheels the only folder of packages, in the source or on the host; empty for an index
   * @param index the index; empty for that of pip's configuration
   */
  public record Options(
      List<String> extras,
      List<String> groups,
      List<String> constraints,
      boolean seesSystem,
      String wheels,
      Optional<Index> index) {
    public Options {
      extras = List.copyOf(extras);
      groups = List.copyOf(groups);
      constraints = List.copyOf(constraints);
    }
  }

  /**
   * An index of packages.
   *
   * @param url its URL; empty for that of pip's configuration
   * @param extra the URLs of further indexes
   * @param user the user's name; empty without a login
   * @param password the host file with the password; empty without a login
   * @param origin where it was declared
   * @param passwordOrigin where the password's file was declared
   */
  public record Index(
      String url,
      List<String> extra,
      String user,
      String password,
      Origin origin,
      Origin passwordOrigin) {
    public Index {
      extra = List.copyOf(extra);
    }

    /** Returns the name of the index's server, without its port. */
    String host() {
      String rest = url.substring(url.indexOf("//") + 2);
      return rest.split("[:/]", 2)[0];
    }
  }
}
