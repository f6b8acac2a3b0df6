// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

import static dev.reconcile.fault.FaultyFileSystem.real;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * An open folder of a {@link FaultyFileSystem}. What is done through it is no call: it is done to
 * what a build has made, which no later run looks at.
 *
 * @param files the file system
 * @param folder the open folder
 * @param found what is in it, read to its end
 */
record FaultyFolder(FaultyFileSystem files, SecureDirectoryStream<Path> folder, List<Path> found)
    implements SecureDirectoryStream<Path> {
  static FaultyFolder of(FaultyFileSystem files, SecureDirectoryStream<Path> folder) {
    List<Path> found = new ArrayList<>();
    folder.forEach(one -> found.add(files.wrapped(one)));
    return new FaultyFolder(files, folder, found);
  }

  @Override
  public Iterator<Path> iterator() {
    return found.iterator();
  }

  @Override
  public SecureDirectoryStream<Path> newDirectoryStream(Path name, LinkOption... options)
      throws IOException {
    return of(files, folder.newDirectoryStream(real(name), options));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return folder.newByteChannel(real(name), options, attributes);
  }

  @Override
  public void deleteFile(Path name) throws IOException {
    folder.deleteFile(real(name));
  }

  @Override
  public void deleteDirectory(Path name) throws IOException {
    folder.deleteDirectory(real(name));
  }

  @Override
  public void move(Path source, SecureDirectoryStream<Path> to, Path target) throws IOException {
    folder.move(real(source), ((FaultyFolder) to).folder, real(target));
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(Class<V> type) {
    return folder.getFileAttributeView(type);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path name, Class<V> type, LinkOption... options) {
    return folder.getFileAttributeView(real(name), type, options);
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
