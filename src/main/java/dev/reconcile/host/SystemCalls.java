package dev.reconcile.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** What this process can ask of the kernel about itself only through libc. */
final class SystemCalls {
  /** The value of a limit that is none; libc's own is all ones (getrlimit(2)). */
  static final long UNLIMITED = Long.MAX_VALUE;

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

  /** Which permissions new files do not get (umask(2)). */
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
   * Has a signal do nothing to this process, without ignoring it: whatever this process starts gets
   * the signal's usual effect back (execve(2)). The handler is abs(3), which does nothing with its
   * argument that anybody could notice.
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
   * @return whether it was allowed
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
   * Puts a program into the place of this process (execve(2)); returns only if that fails.
   *
   * @param program its path
   * @param arguments its arguments, its own name first, without a NUL
   * @param environment each as {@code NAME=value}, without a NUL
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

  // ends with a null pointer, as each text ends with a NUL: what is allocated here is zero
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
