// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** System calls about this process that Java offers only through libc. */
final class SystemCalls {
  /** The value of an unlimited resource; libc's own value is all ones (getrlimit(2)). */
  static final long UNLIMITED = Long.MAX_VALUE;

  /** {@code AT_FDCWD} of fcntl.h. */
  private static final int CURRENT_DIRECTORY = -100;

  /** {@code RENAME_EXCHANGE} of linux/fs.h. */
  private static final int EXCHANGE = 2;

  private static final int SET_MASK = 2; // SIG_SETMASK
  private static final long SIGNAL_SET = 128; // bytes of sigset_t

  private static final Linker LINKER = Linker.nativeLinker();

  private SystemCalls() {}

  private static MemorySegment symbol(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new IllegalStateException("libc has no " + name));
  }

  @SuppressWarnings("restricted") // the launchers and the jar's manifest allow it
  private static MethodHandle function(String name, FunctionDescriptor types) {
    return LINKER.downcallHandle(symbol(name), types);
  }

  private static IllegalStateException failed(String name, Throwable cause) {
    return new IllegalStateException(name + " could not be called", cause);
  }

  /** Sets the file mode creation mask (umask(2)). */
  static void umask(int mask) {
    MethodHandle umask =
        function("umask", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int _ = (int) umask.invokeExact(mask);
    } catch (Throwable e) {
      throw failed("umask", e);
    }
  }

  /**
   * Installs a signal handler without effect. The signal is not ignored, so that programs which
   * this process starts have its default action again (execve(2)). The handler is abs(3), which has
   * no side effect.
   */
  static void takeWithoutEffect(int signal) {
    MethodHandle set =
        function(
            "signal",
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try {
      MemorySegment _ = (MemorySegment) set.invokeExact(signal, symbol("abs"));
    } catch (Throwable e) {
      throw failed("signal", e);
    }
  }

  /**
   * Sets a limit of this process (setrlimit(2)).
   *
   * @return whether the kernel permitted it
   */
  static boolean limit(int resource, long soft, long hard) {
    MethodHandle set =
        function(
            "setrlimit",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG));
      both.setAtIndex(ValueLayout.JAVA_LONG, 0, soft == UNLIMITED ? -1 : soft);
      both.setAtIndex(ValueLayout.JAVA_LONG, 1, hard == UNLIMITED ? -1 : hard);
      return (int) set.invokeExact(resource, both) == 0;
    } catch (Throwable e) {
      throw failed("setrlimit", e);
    }
  }

  /**
   * An open directory.
   *
   * @param stream the {@code DIR} of libc
   * @param descriptor its file descriptor
   */
  record OpenDirectory(MemorySegment stream, int descriptor) {
    /** Closes it (closedir(3)). */
    void close() {
      MethodHandle close =
          function("closedir", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      try {
        int _ = (int) close.invokeExact(stream);
      } catch (Throwable e) {
        throw failed("closedir", e);
      }
    }
  }

  /** Opens a directory, through links (opendir(3), dirfd(3)). */
  static OpenDirectory open(String path) throws NoSuchFileException {
    MethodHandle open =
        function("opendir", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    MethodHandle number =
        function("dirfd", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    OpenDirectory opened;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stream = (MemorySegment) open.invokeExact(arena.allocateFrom(path));
      int descriptor = stream.equals(MemorySegment.NULL) ? -1 : (int) number.invokeExact(stream);
      opened = new OpenDirectory(stream, descriptor);
    } catch (Throwable e) {
      throw failed("opendir", e);
    }
    if (opened.descriptor < 0) {
      throw new NoSuchFileException(path);
    }
    return opened;
  }

  /**
   * Exchanges two paths in one step (renameat2(2)).
   *
   * @return whether the kernel did it; it does not across file systems
   */
  static boolean exchange(String one, String other) {
    MethodHandle rename =
        function(
            "renameat2",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      return (int)
              rename.invokeExact(
                  CURRENT_DIRECTORY,
                  arena.allocateFrom(one),
                  CURRENT_DIRECTORY,
                  arena.allocateFrom(other),
                  EXCHANGE)
          == 0;
    } catch (Throwable e) {
      throw failed("renameat2", e);
    }
  }

  /**
   * Replaces this process by a program (execve(2)); returns only if that fails.
   *
   * @param program the path of the program
   * @param arguments the arguments, the program's name first, without NUL bytes
   * @param environment the variables as {@code NAME=value}, without NUL bytes
   */
  static void become(String program, List<byte[]> arguments, List<byte[]> environment) {
    MethodHandle execve =
        function(
            "execve",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      int _ =
          (int)
              execve.invokeExact(
                  arena.allocateFrom(program), array(arena, arguments), array(arena, environment));
    } catch (Throwable e) {
      throw failed("execve", e);
    }
  }

  /** Unblocks all signals of this thread, some of which the JVM blocks (pthread_sigmask(3)). */
  static void allowSignals() {
    MethodHandle mask =
        function(
            "pthread_sigmask",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      int _ =
          (int) mask.invokeExact(SET_MASK, arena.allocate(SIGNAL_SET), MemorySegment.ofAddress(0));
    } catch (Throwable e) {
      throw failed("pthread_sigmask", e);
    }
  }

  // Allocated memory is zero, so the array ends with a null pointer and each text with a NUL byte.
  private static MemorySegment array(Arena arena, List<byte[]> texts) {
    MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      byte[] text = texts.get(i);
      MemorySegment copy = arena.allocate(text.length + 1L);
      MemorySegment.copy(text, 0, copy, ValueLayout.JAVA_BYTE, 0, text.length);
      array.setAtIndex(ValueLayout.ADDRESS, i, copy);
    }
    return array;
  }
}
