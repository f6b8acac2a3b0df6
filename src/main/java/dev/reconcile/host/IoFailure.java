// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The messages for errors of the operating system. */
final class IoFailure {
  private IoFailure() {}

  /** Creates an exception with the message "Cannot DOING PLACE: why". */
  static HostException of(String doing, Path place, IOException e) {
    String why =
        switch (e) {
          case NoSuchFileException x -> "no such file or directory";
          case FileAlreadyExistsException x -> "something else is in its place";
          case AccessDeniedException x -> "permission denied";
          default -> Optional.ofNullable(e.getMessage()).orElse("").replace(place + ": ", "");
        };
    return new HostException("Cannot " + doing + " " + place + ": " + why, e);
  }
}
