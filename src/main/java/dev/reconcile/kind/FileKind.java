// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.Origin;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Step;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.UnitFilePath;
import dev.reconcile.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A regular file with its content, owner, group and mode. Its name is its path. */
public final class FileKind implements PathKind<FileKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "file";

  static final Key<String> SOURCE =
      Key.text("source", TextFormat.RELATIVE_PATH, "", "a file of this repo");
  static final Key<String> CONTENT =
      Key.text("content", TextFormat.LINES, "", "the text itself, instead of a source");
  private static final Key<String> OWNER = Key.text("owner", TextFormat.USER, "root", "the owner");
  private static final Key<String> GROUP = Key.text("group", TextFormat.USER, "root", "the group");
  private static final Key<String> MODE =
      Key.text("mode", TextFormat.MODE, "0644", "the permissions");

  /** The mark near the beginning of every file that reconcile generates. */
  public static final String MARK = "Made by reconcile";

  private static final int MARK_WITHIN = 200;
  private static final int OTHERS = 0007;
  private static final int MOST_READ = 4 << 20;

  /** A file, desired or live. */
  public record Spec(Content content, FileAttributes attributes) {}

  /** Returns the address of a file. */
  public static Address address(String path) {
    return new Address(NAME, path);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isTried() {
    return true;
  }

  @Override
  public boolean bringsPrograms() {
    return true;
  }

  @Override
  public Class<Spec> specType() {
    return Spec.class;
  }

  @Override
  public Stat.Type fileType() {
    return Stat.Type.FILE;
  }

  @Override
  public Live observe(Facts facts, String path, Stat stat, Optional<Spec> desired)
      throws HostException {
    byte[] bytes = facts.read(path, MOST_READ);
    // The mode of a file that is only remembered tells whether it is secret: what others may not
    // read, reconcile does not show.
    boolean secret =
        desired.map(spec -> spec.content().secret()).orElse((stat.mode() & OTHERS) == 0);
    FileAttributes wanted = desired.map(Spec::attributes).orElse(FileAttributes.root(0));
    return new Live.Present(
        new Spec(new Content(bytes, secret), facts.attributes(stat, wanted)), isMarked(bytes));
  }

  /** Returns whether these bytes have the mark of a file that reconcile made. */
  public static boolean isMarked(byte[] bytes) {
    int length = Math.min(bytes.length, MARK_WITHIN);
    return new String(bytes, 0, length, StandardCharsets.UTF_8).contains(MARK);
  }

  @Override
  public String render(Spec spec) {
    return spec.content().text();
  }

  @Override
  public String details(Spec spec) {
    return spec.attributes().toString();
  }

  @Override
  public byte[] identity(Spec spec) {
    return (spec.attributes() + "\n" + spec.content().text()).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isSecret(Spec spec) {
    return spec.content().secret();
  }

  @Override
  public Optional<Section> section() {
    return Optional.of(new Files());
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String path = change.address().name();
    return switch (change) {
      case Change.Create c ->
          List.of(making(c.after().role(), write(path, cast(c.after().spec()))));
      case Change.Update u -> {
        Spec before = cast(u.before());
        Spec after = cast(u.after().spec());
        Step step =
            before.content().equals(after.content())
                ? new Step.SetAttributes(path, after.attributes())
                : write(path, after);
        yield List.of(making(u.after().role(), step));
      }
      case Change.TakeOver t -> {
        List<PhasedStep> actions = new ArrayList<>();
        if (t.before() instanceof Live.Obstructed) {
          actions.add(making(t.after().role(), new Step.BackUp(path)));
        }
        actions.add(making(t.after().role(), write(path, cast(t.after().spec()))));
        yield actions;
      }
      case Change.Delete d -> {
        List<PhasedStep> actions = new ArrayList<>();
        actions.add(removing(d.owned().role(), new Step.Remove(path)));
        // The folder was made for the drop-in or the mount; without it, the folder has no use.
        UnitFilePath.folderOfDropIn(path)
            .or(() -> Layout.folderOfMount(path))
            .map(folder -> removing(d.owned().role(), new Step.RemoveEmptyDirectory(folder)))
            .ifPresent(actions::add);
        yield actions;
      }
    };
  }

  private static Step write(String path, Spec spec) {
    return new Step.WriteFile(path, spec.content(), spec.attributes());
  }

  /**
   * Returns the content of a file or a unit of reconcile.yaml; empty if a mistake leaves it
   * unknown.
   *
   * @param summary the summary of the error for no content or two
   * @param detail the detail of that error
   */
  static Optional<Content> content(
      Table table, Origin origin, String summary, String detail, Declarations declarations) {
    boolean source = table.has(SOURCE);
    boolean content = table.has(CONTENT);
    if (source == content) {
      if (source || table.isSound()) {
        declarations.error(origin, summary, detail);
      }
      return Optional.empty();
    }
    if (table.isRefused(SOURCE) || table.isRefused(CONTENT)) {
      return Optional.empty();
    }
    return content
        ? Optional.of(Content.of(table.get(CONTENT)))
        : declarations.file(table.get(SOURCE), table.origin(SOURCE));
  }

  private static final class Files implements Section {
    private static final Key<Optional<Value>> FILES =
        Key.section(
                "files",
                Schema.mapOf(
                    TextFormat.ABSOLUTE_PATH,
                    Key.fields("a file", SOURCE, CONTENT, OWNER, GROUP, MODE)),
                "files on the host: path to source, owner, group and mode")
            .example("{/etc/motd: {content: hello}}");

    @Override
    public Key<Optional<Value>> key() {
      return FILES;
    }

    @Override
    public void declare(Value value, Declarations declarations) {
      for (Value.Entry entry : Table.of(value).map().entries()) {
        if (!Table.isRefused(entry.value())) {
          declare(entry, Table.of(entry.value()), declarations);
        }
      }
    }

    private static void declare(Value.Entry entry, Table file, Declarations declarations) {
      Optional<Content> content =
          content(
              file,
              entry.keyOrigin(),
              "File without exactly one source",
              entry.key() + " needs either \"source\" (a file of this repo) or \"content\".",
              declarations);
      content.ifPresent(bytes ->
          declarations.add(
              new Declared(
                  FileKind.address(entry.key()),
                  new Spec(bytes, attributes(file)),
                  "",
                  Role.HOST_FILE,
                  List.of(),
                  entry.keyOrigin())));
    }

    private static FileAttributes attributes(Table file) {
      return new FileAttributes(
          file.get(OWNER), file.get(GROUP), Integer.parseInt(file.get(MODE), 8));
    }
  }
}
