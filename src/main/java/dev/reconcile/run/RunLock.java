// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.doctor.DoctorContext;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.report.Timestamps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lock that admits one run at a time. It is a lock of the kernel (fcntl(2)), so it ends with
 * the process, even after a crash. The content of the file only names the holder.
 */
public final class RunLock implements AutoCloseable {
  private static final String PATH = "/run/reconcile.lock";
  private static final long PAUSE_MILLIS = 100;

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param patience the greatest time to wait
   * @param doing the name of the command, for the message to other runs
   * @throws CommandFailed if another run still holds the lock after that time
   */
  public static RunLock take(Host host, Duration patience, String doing)
      throws CommandFailed, HostException {
    host.makeDirectory("/run", FileAttributes.root(0755));
    Path path = host.onDisk(PATH);
    try {
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      if (!acquire(channel, patience)) {
        channel.close();
        throw new CommandFailed(
            ExitCode.LOCKED,
            "Lock held by another run",
            holder(path) + " Wait until it ends, or set --lock-timeout.");
      }
      return named(channel, doing);
    } catch (IOException e) {
      throw new HostException("Cannot lock " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the holder of the lock; empty if the lock is free. This method reads the kernel's list
   * of locks (proc(5)) and does not touch the lock itself.
   */
  public static Optional<DoctorContext.Holder> holder(Host host) throws HostException {
    Path path = host.onDisk(PATH);
    try {
      if (!Files.exists(path)) {
        return Optional.empty();
      }
      Instant since = Files.getLastModifiedTime(path).toInstant();
      String inode = ":" + Files.getAttribute(path, "unix:ino") + " ";
      return Files.readAllLines(Path.of("/proc/locks")).stream()
          .filter(line -> line.contains(" POSIX ") && line.contains(inode))
          .map(line -> line.split(" +", -1))
          .filter(columns -> columns.length > 4)
          .map(columns -> new DoctorContext.Holder(Long.parseLong(columns[4]), since))
          .findFirst();
    } catch (IOException e) {
      throw new HostException("Cannot inspect " + path + ": " + e.getMessage(), e);
    }
  }

  private static boolean acquire(FileChannel channel, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      @Nullable FileLock lock = channel.tryLock();
      if (lock != null) {
        return true;
      }
      if (System.nanoTime() >= end) {
        return false;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  private static RunLock named(FileChannel channel, String doing) throws IOException {
    boolean isNamed = false;
    try {
      name(channel, doing);
      isNamed = true;
      return new RunLock(channel);
    } finally {
      if (!isNamed) {
        channel.close();
      }
    }
  }

  private static void name(FileChannel channel, String doing) throws IOException {
    String process = "pid " + ProcessHandle.current().pid() + " (" + doing + ")";
    String text = process + ", since " + Timestamps.text(Instant.now()) + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static String holder(Path path) throws IOException {
    String text = Files.readString(path).strip();
    return text.isEmpty() ? "Its holder is unknown." : "It is held by " + text + ".";
  }

  @Override
  public void close() throws HostException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new HostException("Cannot release the lock: " + e.getMessage(), e);
    }
  }
}
