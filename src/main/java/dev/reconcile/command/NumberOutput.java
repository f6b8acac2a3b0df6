// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Terminal;
import dev.reconcile.permute.NumberFormat;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The output of {@code permute}: a file, or standard output.
 *
 * @param channel the channel that the numbers are written to
 * @param isFile whether it is a file that can be truncated
 */
record NumberOutput(FileChannel channel, boolean isFile) implements AutoCloseable {
  private static final String BROKEN_PIPE = "Broken pipe";

  static NumberOutput open(PermuteArguments arguments) throws IOException, CommandFailed {
    Optional<String> file = arguments.output();
    if (file.isEmpty()) {
      return new NumberOutput(
          new FileOutputStream(FileDescriptor.out).getChannel(), Terminal.outputIsFile());
    }
    return new NumberOutput(
        arguments.resumed() ? append(Path.of(file.get()), arguments.format()) : create(file.get()),
        true);
  }

  private static FileChannel create(String file) throws IOException {
    return FileChannel.open(
        Path.of(file),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static FileChannel append(Path file, NumberFormat format)
      throws IOException, CommandFailed {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (!endsWithWholeNumber(channel, format)) {
      channel.close();
      throw Invocation.usage(
          "Mismatched output file",
          file + " ends within a number, so it is not the file of the run that printed the token.");
    }
    return channel.position(channel.size());
  }

  private static boolean endsWithWholeNumber(FileChannel channel, NumberFormat format)
      throws IOException {
    long size = channel.size();
    if (size == 0 || format == NumberFormat.BINARY) {
      return size % Long.BYTES == 0;
    }
    ByteBuffer end = ByteBuffer.allocate(1);
    return channel.read(end, size - 1) == 1 && end.get(0) == '\n';
  }

  /** Returns the name of the output for messages. */
  static String name(PermuteArguments arguments) {
    return arguments.output().orElse("standard output");
  }

  /** Returns the cause of a failure for the user. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "Permission denied";
      case NoSuchFileException _ -> "No such directory";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /**
   * Tells whether a failure means that the reader of a pipe has closed it, which needs no message.
   */
  boolean readerHasGone(IOException e) {
    return !isFile && String.valueOf(e.getMessage()).contains(BROKEN_PIPE);
  }

  /**
   * Removes the incomplete last number from a file.
   *
   * @param cut the length of the incomplete number, in bytes
   * @return the number of bytes that are still there
   */
  int withoutCut(int cut) {
    if (!isFile || cut == 0) {
      return cut;
    }
    try {
      channel.truncate(channel.position() - cut);
      return 0;
    } catch (IOException _) {
      return cut;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
