// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * A standard error without the output of JGit's own threads. The server side of a fetch from a
 * local repository runs in such a thread, and prints the stack trace of each failure (JGit,
 * InternalFetchConnection). The thread of the run gets an exception for the same failure, which
 * becomes a diagnostic.
 *
 * <p>Invariant: the output of all other threads is unchanged.
 */
public final class JGitOutput extends FilterOutputStream {
  /** The beginning of the names of all threads that JGit starts. */
  private static final String THREADS = "JGit-";

  private JGitOutput(OutputStream out) {
    super(out);
  }

  /** Returns a stream that passes on everything except the output of JGit's threads. */
  public static PrintStream leftOut(PrintStream err) {
    Charset charset = err.charset();
    return new PrintStream(new JGitOutput(err), true, charset);
  }

  @Override
  public void write(int value) throws IOException {
    if (!isOfJGit()) {
      out.write(value);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (!isOfJGit()) {
      out.write(bytes, offset, length);
    }
  }

  private static boolean isOfJGit() {
    return Thread.currentThread().getName().startsWith(THREADS);
  }
}
