// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Arrays;
import java.util.Optional;

/** A program that installs what a lock file pins, each with its hashes. */
public enum LockTool {
  UV("uv.lock", "uv", ""),
  POETRY("poetry.lock", "poetry", "python3-poetry"),
  PIPENV("Pipfile.lock", "pipenv", "pipenv"),
  /** uv, for the lock format of PEP 751. */
  PYLOCK("pylock.toml", "uv", "");

  private final String file;
  private final String program;
  private final String debian;

  LockTool(String file, String program, String debian) {
    this.file = file;
    this.program = program;
    this.debian = debian;
  }

  /** Returns the name of the lock file. */
  public String file() {
    return file;
  }

  /** Returns the name of the program. */
  public String program() {
    return program;
  }

  /** Returns the Debian package that has the program; empty if Debian has none. */
  public String debian() {
    return debian;
  }

  /** Returns the file that the program reads beside the lock file; empty for none. */
  public String beside() {
    return switch (this) {
      case UV, POETRY -> "pyproject.toml";
      case PIPENV -> "Pipfile";
      case PYLOCK -> "";
    };
  }

  /** Returns the program of a lock file, by the file's name. */
  public static Optional<LockTool> of(String file) {
    return Arrays.stream(values()).filter(tool -> tool.file.equals(file)).findFirst();
  }
}
