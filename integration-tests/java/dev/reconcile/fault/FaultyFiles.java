// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

import static dev.reconcile.fault.FaultyFileSystem.real;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;

/** What can be done to the files of a {@link FaultyFileSystem}: each change is a call. */
final class FaultyFiles extends FileSystemProvider {
  private final FaultyFileSystem files;
  private final FileCalls calls;
  private final FileSystemProvider provider;

  FaultyFiles(FaultyFileSystem files, FileCalls calls, FileSystemProvider provider) {
    this.files = files;
    this.calls = calls;
    this.provider = provider;
  }

  // a new name in a folder, or one less
  private <T> T changeNames(String what, Path place, FileCalls.Call<T> call) throws IOException {
    return calls.change(
        what,
        place,
        () -> {
          T result = call.make();
          calls.changedNames(place.toAbsolutePath().getParent());
          return result;
        });
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path place = real(path);
    FileCalls.Call<FileChannel> open = () -> provider.newFileChannel(place, options, attributes);
    boolean makes =
        options.contains(StandardOpenOption.CREATE_NEW)
            || (options.contains(StandardOpenOption.CREATE)
                && !Files.exists(place, LinkOption.NOFOLLOW_LINKS));
    boolean empties = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
    FileChannel channel =
        makes
            ? changeNames("create", place, open)
            : empties ? calls.change("truncate", place, open) : open.make();
    return new FaultyChannel(channel, place, calls);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DirectoryStream<Path> stream =
        provider.newDirectoryStream(real(folder), one -> filter.accept(files.wrapped(one)));
    if (stream instanceof SecureDirectoryStream<Path> open) {
      return FaultyFolder.of(files, open);
    }
    stream.close();
    throw new IOException("a folder of " + folder.getFileSystem() + " cannot be opened");
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    changeNames(
        "mkdir",
        real(path),
        () -> {
          provider.createDirectory(real(path), attributes);
          return true;
        });
  }

  @Override
  public void createSymbolicLink(Path path, Path target, FileAttribute<?>... attributes)
      throws IOException {
    changeNames(
        "symlink",
        real(path),
        () -> {
          provider.createSymbolicLink(real(path), real(target), attributes);
          return true;
        });
  }

  @Override
  public void createLink(Path path, Path existing) throws IOException {
    changeNames(
        "link",
        real(path),
        () -> {
          provider.createLink(real(path), real(existing));
          return true;
        });
  }

  @Override
  public void delete(Path path) throws IOException {
    changeNames(
        "delete",
        real(path),
        () -> {
          provider.delete(real(path));
          calls.removed(real(path));
          return true;
        });
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    changeNames(
        "copy",
        real(target),
        () -> {
          provider.copy(real(source), real(target), options);
          if (Files.isRegularFile(real(target), LinkOption.NOFOLLOW_LINKS)) {
            calls.wrote(real(target));
          }
          return true;
        });
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    changeNames(
        "rename",
        real(target),
        () -> {
          provider.move(real(source), real(target), options);
          calls.removed(real(target));
          calls.moved(real(source), real(target));
          calls.changedNames(real(source).toAbsolutePath().getParent());
          return true;
        });
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    calls.change(
        "set " + attribute + " of",
        real(path),
        () -> {
          provider.setAttribute(real(path), attribute, value, options);
          return true;
        });
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    V view = provider.getFileAttributeView(real(path), type, options);
    return view instanceof PosixFileAttributeView posix
        ? type.cast(new FaultyAttributes(posix, real(path), calls))
        : view;
  }

  // ---- what changes nothing

  @Override
  public Path readSymbolicLink(Path path) throws IOException {
    return files.wrapped(provider.readSymbolicLink(real(path)));
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return provider.isSameFile(real(path), real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return provider.isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return provider.getFileStore(real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    provider.checkAccess(real(path), modes);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return provider.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return provider.readAttributes(real(path), attributes, options);
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return files;
  }

  @Override
  public Path getPath(URI uri) {
    return files.wrapped(provider.getPath(uri));
  }
}
