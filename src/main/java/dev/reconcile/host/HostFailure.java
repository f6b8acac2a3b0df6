// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/** The names of failures of a host. Only this class derives a name from a cause. */
public enum HostFailure {
  PERMISSION_DENIED("Permission denied"),
  FILE_NOT_FOUND("File not found"),
  FILE_EXISTS("File exists"),
  NOT_A_DIRECTORY("Not a directory"),
  IS_A_DIRECTORY("Is a directory"),
  DIRECTORY_NOT_EMPTY("Directory not empty"),
  DISK_FULL("Disk full"),
  READ_ONLY("Read-only file system"),
  TOO_MANY_LINKS("Too many symbolic links"),
  TOO_MANY_OPEN_FILES("Too many open files"),
  INPUT_OUTPUT("Input/output error"),
  COMMAND_FAILED("Command failed"),
  COMMAND_NOT_FOUND("Command not found"),
  TIMED_OUT("Timed out"),
  INTERRUPTED("Interrupted"),
  UNKNOWN_USER("Unknown user or group"),
  UNSAFE_PATH("Unsafe path"),
  TOO_LARGE("Size limit exceeded"),
  UNSUPPORTED_FILE("Unsupported file type"),
  DAMAGED_FILE("Damaged file"),
  INVALID_ENCODING("Invalid encoding"),
  MISSING_SOURCE("Missing source code"),
  UNSUPPORTED_HOST("Unsupported host");

  // The exit codes of sh(1) for a command that does not exist or that it cannot execute.
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;

  // The texts of strerror(3) in the C locale.
  private static final Map<String, HostFailure> ERRORS =
      Map.ofEntries(
          Map.entry("No space left on device", DISK_FULL),
          Map.entry("Disk quota exceeded", DISK_FULL),
          Map.entry("Read-only file system", READ_ONLY),
          Map.entry("Permission denied", PERMISSION_DENIED),
          Map.entry("Operation not permitted", PERMISSION_DENIED),
          Map.entry("No such file or directory", FILE_NOT_FOUND),
          Map.entry("Is a directory", IS_A_DIRECTORY),
          Map.entry("Not a directory", NOT_A_DIRECTORY),
          Map.entry("Too many levels of symbolic links", TOO_MANY_LINKS),
          Map.entry("Too many open files", TOO_MANY_OPEN_FILES),
          Map.entry("Connection timed out", TIMED_OUT));

  private final String summary;

  HostFailure(String summary) {
    this.summary = summary;
  }

  /** Returns the summary of its diagnostics: a noun phrase without values. */
  public String summary() {
    return summary;
  }

  /** Returns the name of the failure that an exception describes. */
  static HostFailure of(Throwable cause) {
    return switch (cause) {
      case HostException known -> known.failure();
      case UncheckedIOException wrapper -> of(Objects.requireNonNull(wrapper.getCause()));
      case AccessDeniedException _ -> PERMISSION_DENIED;
      case NoSuchFileException _ -> FILE_NOT_FOUND;
      case FileAlreadyExistsException _ -> FILE_EXISTS;
      case NotDirectoryException _ -> NOT_A_DIRECTORY;
      case DirectoryNotEmptyException _ -> DIRECTORY_NOT_EMPTY;
      case FileSystemLoopException _ -> TOO_MANY_LINKS;
      case CharacterCodingException _ -> INVALID_ENCODING;
      case InterruptedException _ -> INTERRUPTED;
      case InterruptedIOException _ -> TIMED_OUT;
      case TimeoutException _ -> TIMED_OUT;
      case IOException failure -> ofText(String.valueOf(failure.getMessage()));
      default -> INPUT_OUTPUT;
    };
  }

  /** Returns the name of the failure of a command that ended without success. */
  static HostFailure of(CommandRunner.Result result) {
    return switch (result.exit()) {
      case NOT_FOUND -> COMMAND_NOT_FOUND;
      case NOT_EXECUTABLE -> PERMISSION_DENIED;
      default -> COMMAND_FAILED;
    };
  }

  /** Returns the name of the failure of a command that could not be started. */
  static HostFailure ofStart(IOException cause) {
    HostFailure failure = of(cause);
    return failure == FILE_NOT_FOUND ? COMMAND_NOT_FOUND : failure;
  }

  private static HostFailure ofText(String message) {
    return ERRORS.entrySet().stream()
        .filter(error -> message.contains(error.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(INPUT_OUTPUT);
  }
}
