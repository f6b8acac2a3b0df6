// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.SealPolicy;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Digest;
import dev.reconcile.model.FileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The packages that Python's venv module installs into each new virtualenv: pip and, before Python
 * 3.12, setuptools. Installing them takes most of the time of a build, and has the same result for
 * each app. So they are installed once for each interpreter. A build runs this pip, and copies the
 * other packages into its virtualenv.
 *
 * <p>Invariant: no code of an app runs before or while they are installed, and root owns them. A
 * tree without one of its parts is made again.
 */
final class PipTools {
  /** The path at which a build sees them. */
  static final String PLACE = VenvKind.BUILD + "/tools";

  /** The directory below {@link #PLACE} with the package {@code pip} and its metadata. */
  static final String PIP = PLACE + "/pip";

  /** The directory below {@link #PLACE} with the packages that belong into a virtualenv. */
  static final String PACKAGES = PLACE + "/packages";

  private static final String STORE = LocalHost.STATE + "/tools";
  private static final String INTERPRETER = "/interpreter";
  private static final String DEBIANS_WHEELS = "/usr/share/python-wheels";
  private static final long MOST_BYTES = 1L << 30;
  private static final int MOST_FILES = 100_000;

  private static final String INSTALL =
      """
      set -e
      "$1" -I -m venv "$2/venv"
      cd "$2/venv/lib/$3/site-packages"
      mkdir "$2/pip"
      mv pip pip-* "$2/pip/"
      cd "$2"
      mv "venv/lib/$3/site-packages" packages
      rm -r venv
      """;

  private final Host host;

  PipTools(Host host) {
    this.host = host;
  }

  /**
   * Returns the directory of the tools for a virtualenv, and installs them if that has not been
   * done; empty if the virtualenv has its own pip.
   *
   * @param room the directories of a build that has made its virtualenv and nothing else
   * @param sandbox the sandbox of that build
   * @param interpreter the interpreter to which the virtualenv refers
   * @param app the name of the app
   */
  synchronized Optional<String> of(
      BuildDirectories room, BuildSandbox sandbox, String interpreter, String app)
      throws HostException, StepException {
    Optional<String> library = library(host.facts(), room.product());
    if (library.isEmpty()) {
      return Optional.empty();
    }
    String tree = STORE + "/" + key(interpreter, library.get());
    if (!isWhole(tree)) {
      List<String> argv = List.of("sh", "-c", INSTALL, "sh", interpreter, PLACE, library.get());
      BuildSandbox alone =
          new BuildSandbox(
              room.user(),
              VenvKind.SOURCE,
              Map.of(PLACE, room.tools(), VenvKind.SOURCE, room.tools()),
              sandbox.readable(),
              sandbox.hidden());
      new Build(host, room, alone, Map.of(), app).run("python3-venv", argv);
      seal(room, tree, interpreter);
    }
    return Optional.of(tree);
  }

  // Somebody may have removed a part of it by hand.
  private boolean isWhole(String tree) throws HostException {
    for (String part : List.of(INTERPRETER, "/pip/pip/__main__.py", "/packages")) {
      if (host.facts().stat(tree + part).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the name of the directory in {@code lib} of a virtualenv that has no pip. */
  static Optional<String> library(Facts facts, String venv) throws HostException {
    for (String name : facts.list(venv + "/lib")) {
      String packages = venv + "/lib/" + name + "/site-packages";
      if (facts.stat(packages).isPresent()) {
        return facts.stat(packages + "/pip").isPresent() ? Optional.empty() : Optional.of(name);
      }
    }
    return Optional.empty();
  }

  // An upgrade of Python, or of the wheels that it installs, changes the time or the size of a
  // file.
  private String key(String interpreter, String library) throws HostException {
    String file = host.facts().follow(interpreter).place();
    List<String> paths = new ArrayList<>(List.of(file));
    String bundle = file.replaceFirst("/bin/[^/]*$", "/lib/") + library + "/ensurepip/_bundled";
    for (String folder : List.of(DEBIANS_WHEELS, bundle)) {
      host.facts().list(folder).forEach(name -> paths.add(folder + "/" + name));
    }
    StringBuilder all = new StringBuilder(interpreter + "\n" + library + "\n");
    for (String path : paths) {
      Optional<Stat> stat = host.facts().stat(path);
      all.append(path).append(' ').append(stat.map(Stat::size).orElse(0L)).append(' ');
      all.append(host.facts().changed(path).map(Object::toString).orElse("")).append('\n');
    }
    return Digest.of(all.toString()).hex().substring(0, 16);
  }

  private void seal(BuildDirectories room, String tree, String interpreter)
      throws HostException, StepException {
    host.makeDirectory(STORE, FileAttributes.root(0755));
    for (String name : host.facts().list(STORE)) {
      if (isOutdated(STORE + "/" + name, interpreter)) {
        host.discardTree(STORE + "/" + name);
      }
    }
    String staging = STORE + "/.new-" + tree.substring(STORE.length() + 1);
    try {
      host.seal(
          room.tools(),
          staging,
          new SealPolicy(room.user(), List.of(PLACE), List.of(), MOST_BYTES, MOST_FILES));
      host.writeState(
          staging + INTERPRETER, Content.of(interpreter + "\n"), FileAttributes.root(0644));
      host.publish(staging, tree);
    } catch (HostException e) {
      host.discardTree(staging);
      throw e;
    }
  }

  // of an earlier version of the interpreter, or of one that is gone
  private boolean isOutdated(String tree, String interpreter) throws HostException {
    String of = host.facts().text(tree + INTERPRETER, Limits.CONFIG_FILE).orElse("").strip();
    return of.isEmpty() || of.equals(interpreter) || host.facts().file(of).isEmpty();
  }

  /** Removes what killed runs left incomplete. */
  static void clear(Host host) throws HostException {
    for (String name : host.facts().list(STORE)) {
      if (name.startsWith(".")) {
        host.discardTree(STORE + "/" + name);
      }
    }
  }
}
