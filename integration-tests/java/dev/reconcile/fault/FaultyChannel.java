// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file, whose changes are counted. The system takes what is written in two parts. */
final class FaultyChannel extends FileChannel {
  private final FileChannel real;
  private final Path place;
  private final Object key;
  private final FileCalls calls;

  FaultyChannel(FileChannel real, Path place, FileCalls calls) throws IOException {
    this.real = real;
    this.place = place;
    this.key = FileCalls.key(place);
    this.calls = calls;
  }

  private <T> T change(String what, FileCalls.Call<T> call) throws IOException {
    return calls.change(
        what,
        place,
        () -> {
          T result = call.make();
          calls.wrote(place);
          return result;
        });
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    ByteBuffer half = bytes.slice(bytes.position(), (bytes.remaining() + 1) / 2);
    int count = change("write", () -> real.write(half));
    bytes.position(bytes.position() + count);
    return count;
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    return change("write", () -> real.write(bytes, position));
  }

  @Override
  public long write(ByteBuffer[] bytes, int offset, int length) throws IOException {
    return change("write", () -> real.write(bytes, offset, length));
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    return change("truncate", () -> real.truncate(size));
  }

  @Override
  public void force(boolean metadata) throws IOException {
    real.force(metadata);
    calls.synced(key, place);
  }

  @Override
  public int read(ByteBuffer bytes) throws IOException {
    return real.read(bytes);
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    return real.read(bytes, position);
  }

  @Override
  public long read(ByteBuffer[] bytes, int offset, int length) throws IOException {
    return real.read(bytes, offset, length);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    return real.position(position);
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return real.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    return change("write", () -> real.transferFrom(source, position, count));
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
