// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.adopt.CodeInventory;
import dev.reconcile.adopt.SourceLocation;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A scan of the directory of an app's code, which can also copy it. */
public final class CodeScan {
  private static final long MOST_BYTES = 50L << 20;
  private static final int MOST_FILES = 5_000;
  private static final int LONGEST_SOURCE = 1 << 20;
  private static final int LONGEST_LINE = 500;

  private static final Set<String> MADE_BY_TOOLS =
      Set.of(".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache");
  private static final Set<String> DATA_FOLDERS = Set.of("uploads", "media", "instance");
  private static final Set<String> LOG_FOLDERS = Set.of("log", "logs");
  private static final Pattern LOG = Pattern.compile(".*\\.log(\\.[0-9]+)?(\\.gz)?");
  private static final Pattern DATA = Pattern.compile(".*\\.(db|sqlite|sqlite3)");
  private static final Pattern SECRET_FILE =
      Pattern.compile(
          "\\.env(\\..*)?|.*\\.(pem|key|p12|pfx)|id_(rsa|ed25519|ecdsa).*|.*credentials.*");
  private static final Pattern SECRET_LINE =
      Pattern.compile(
          """
          (?i).*\\b\\w*(secret_key|password|passwd|api_key|secret|token)\\w*['"]?\\]?\\s*=\\s*\
          [rbuRBU]?['"][^'"]{4,}['"].*\
          """);

  private static final Pattern TEXT =
      Pattern.compile("\\.env.*|.*\\.(py|ini|cfg|conf|toml|ya?ml|json|sh|js|ts|env)");
  private static final Pattern IMPORT =
      Pattern.compile("\\s*(?:import|from)\\s+([A-Za-z_][A-Za-z0-9_]*).*");
  private static final Pattern PORT =
      Pattern.compile("(?:127\\.0\\.0\\.1|localhost|\\[::1\\]):([0-9]{2,5})(?![0-9])");

  private final Path directory;
  private final Optional<Newcomer> newcomer;
  private final List<Path> files = new ArrayList<>();
  private final List<Path> emptyFolders = new ArrayList<>();
  private final List<SourceLocation> secrets = new ArrayList<>();
  private final List<String> data = new ArrayList<>();
  private final Set<String> imports = new HashSet<>();
  private final Map<Integer, SourceLocation> ports = new TreeMap<>();
  private boolean isRoots = true;
  private String closed = "";
  private String unfit = "";
  private long bytes;

  /**
   * The user that will run the code, if it is not the current one.
   *
   * @param user the user
   * @param access the access rights of users
   */
  public record Newcomer(String user, AccessScan access) {}

  /**
   * @param directory the directory of the code
   * @param newcomer the user that will run the code, if it is not the current one
   */
  public CodeScan(String directory, Optional<Newcomer> newcomer) {
    this.directory = Path.of(directory);
    this.newcomer = newcomer;
  }

  /** Scans the directory. */
  public CodeInventory look() throws HostException {
    if (!Files.isDirectory(directory)) {
      return CodeInventory.NONE;
    }
    try {
      Path real = directory.toRealPath();
      boolean managed = real.startsWith(Layout.CHECKOUTS);
      newcomer
          .flatMap(next -> next.access().barred(next.user(), next.user(), real.toString()))
          .ifPresent(path -> closed = path);
      Files.walkFileTree(real, new Walk(real, managed));
      if (!data.isEmpty()) {
        unfit("it has data: " + String.join(", ", data));
      }
      Path requirements = real.resolve("requirements.txt");
      boolean listed = Files.isRegularFile(requirements, LinkOption.NOFOLLOW_LINKS);
      return new CodeInventory(
          true,
          managed,
          isRoots,
          listed,
          listed ? Distribution.names(lines(requirements)) : List.of(),
          managed ? "" : closed,
          managed ? "" : unfit,
          secrets,
          managed ? List.of() : data,
          origin(real),
          imports,
          ports);
    } catch (IOException e) {
      throw new HostException("Cannot read " + directory + ": " + e, e);
    }
  }

  private void look(Path path, AccessScan.Right... rights) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    isRoots &= found.owner().getName().equals("root");
    for (AccessScan.Right right : rights) {
      boolean open =
          newcomer
              .map(next -> next.access().may(next.user(), next.user(), found, right))
              .orElse(true);
      closed = open || !closed.isEmpty() ? closed : path.toString();
    }
  }

  private void unfit(String why) {
    unfit = unfit.isEmpty() ? why : unfit;
  }

  /** Copies the code. Empty folders, which git does not store, get an empty file. */
  public void copy(Path target) throws IOException {
    Path real = directory.toRealPath();
    Files.createDirectories(target);
    for (Path file : files) {
      Path to = target.resolve(real.relativize(file).toString());
      Files.createDirectories(to.getParent());
      Files.copy(file, to, LinkOption.NOFOLLOW_LINKS);
      if (Files.isExecutable(file) && !Files.isSymbolicLink(to) && isExecutable(file)) {
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
    for (Path folder : emptyFolders) {
      Path to = target.resolve(real.relativize(folder).toString());
      Files.createDirectories(to);
      Files.createFile(to.resolve(".gitkeep"));
    }
  }

  private static boolean isExecutable(Path file) throws IOException {
    return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
  }

  private final class Walk extends SimpleFileVisitor<Path> {
    private final Path root;
    private final boolean managed;

    Walk(Path root, boolean managed) {
      this.root = root;
      this.managed = managed;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      String name = folder.getFileName().toString();
      look(folder);
      boolean skipped =
          !folder.equals(root)
              && (MADE_BY_TOOLS.contains(name) || Files.exists(folder.resolve("pyvenv.cfg")));
      if (skipped) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      look(folder, AccessScan.Right.READ, AccessScan.Right.ENTER);
      try (Stream<Path> children = Files.list(folder)) {
        boolean empty = children.findAny().isEmpty();
        if (empty && !folder.equals(root)) {
          emptyFolders.add(folder);
        } else if (!empty && DATA_FOLDERS.contains(name)) {
          data.add(root.relativize(folder) + "/");
        } else if (!empty && LOG_FOLDERS.contains(name)) {
          unfit("it has logs: " + root.relativize(folder) + "/");
        }
      }
      return files.size() > MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String name = file.getFileName().toString();
      String inside = root.relativize(file).toString();
      if (name.endsWith(".pyc")) {
        return FileVisitResult.CONTINUE;
      }
      files.add(file);
      bytes += attributes.size();
      if (attributes.isSymbolicLink()) {
        Path target = file.resolveSibling(Files.readSymbolicLink(file)).normalize();
        if (!target.startsWith(root) || Files.readSymbolicLink(file).isAbsolute()) {
          unfit("its " + inside + " is a link that leads outside");
        }
        return FileVisitResult.CONTINUE;
      }
      if (!attributes.isRegularFile()) {
        unfit("its " + inside + " is no regular file");
        return FileVisitResult.CONTINUE;
      }
      look(file, AccessScan.Right.READ);
      if (DATA.matcher(name).matches()) {
        data.add(inside);
      }
      if (LOG.matcher(name).matches()) {
        unfit("it has logs: " + inside);
      }
      boolean hidden =
          !managed
              && !Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
      if (hidden || SECRET_FILE.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
        unfit("its " + inside + (hidden ? " is not readable by everyone" : " looks like a secret"));
      }
      if (files.size() > MOST_FILES || bytes > MOST_BYTES) {
        unfit("it is larger than " + (MOST_BYTES >> 20) + " MB or " + MOST_FILES + " files");
        return FileVisitResult.TERMINATE;
      }
      if (TEXT.matcher(name).matches() && attributes.size() < LONGEST_SOURCE) {
        source(file, inside, name.endsWith(".py"));
      }
      return FileVisitResult.CONTINUE;
    }

    // a running app may have removed the file meanwhile
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      if (!(e instanceof NoSuchFileException)) {
        unfit("its " + root.relativize(file) + " cannot be read");
      }
      return FileVisitResult.CONTINUE;
    }

    private void source(Path file, String inside, boolean isPython) throws IOException {
      int number = 0;
      for (String line : lines(file)) {
        number++;
        if (line.length() > LONGEST_LINE) {
          continue;
        }
        SourceLocation place = new SourceLocation(directory + "/" + inside, number);
        Matcher port = PORT.matcher(line);
        while (port.find()) {
          ports.putIfAbsent(Integer.parseInt(String.valueOf(port.group(1))), place);
        }
        Matcher imported = IMPORT.matcher(line);
        if (isPython && imported.matches()) {
          imports.add(String.valueOf(imported.group(1)));
        }
        if (isPython && SECRET_LINE.matcher(line).matches()) {
          secrets.add(place);
        }
      }
    }
  }

  // text that is not UTF-8 is irrelevant here
  private static List<String> lines(Path file) throws IOException {
    return List.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\\R", -1));
  }

  private static Optional<String> origin(Path real) throws IOException {
    Path config = real.resolve(".git/config");
    if (!Files.isRegularFile(config)) {
      return Optional.empty();
    }
    boolean inOrigin = false;
    for (String line : lines(config)) {
      String stripped = line.strip();
      if (stripped.startsWith("[")) {
        inOrigin = stripped.equals("[remote \"origin\"]");
      } else if (inOrigin && stripped.matches("url\\s*=.*")) {
        return Optional.of(
            Diagnostic.masked(stripped.substring(stripped.indexOf('=') + 1).strip()));
      }
    }
    return Optional.empty();
  }
}
