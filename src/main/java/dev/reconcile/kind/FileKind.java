package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Action;
import dev.reconcile.model.Address;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Live;
import dev.reconcile.model.Role;
import dev.reconcile.model.Rule;
import dev.reconcile.model.Shape;
import dev.reconcile.model.Step;
import dev.reconcile.model.UnitFile;
import dev.reconcile.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A regular file with its content, owner, group and mode. Its name is its path. */
public final class FileKind implements Kind<FileKind.Spec> {
  /** Every file that reconcile generates says so near its beginning. */
  public static final String MARK = "Made by reconcile";

  private static final int MARK_WITHIN = 200;
  private static final int OTHERS = 0007;
  private static final int MOST_READ = 4 << 20;

  /** A file as it should be or is. */
  public record Spec(Content content, Attributes attributes) {}

  @Override
  public String name() {
    return "file";
  }

  @Override
  public Class<Spec> specType() {
    return Spec.class;
  }

  @Override
  public Live observe(Facts facts, String path, Optional<Spec> desired) throws HostException {
    Optional<Stat> stat = facts.stat(path);
    if (stat.isEmpty()) {
      return Live.ABSENT;
    }
    if (stat.get().type() != Stat.Type.FILE) {
      return new Live.Obstructed(stat.get().type().words());
    }
    byte[] bytes = facts.read(path, MOST_READ);
    // of one that is only remembered its mode tells: what others may not read is not shown to them
    boolean secret =
        desired.map(spec -> spec.content().secret()).orElse((stat.get().mode() & OTHERS) == 0);
    Attributes wanted = desired.map(Spec::attributes).orElse(Attributes.root(0));
    return new Live.Present(
        new Spec(new Content(bytes, secret), facts.attributes(stat.get(), wanted)),
        isMarked(bytes));
  }

  /** Whether a file of these bytes says that reconcile made it. */
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
  public List<Action> steps(Change change) {
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
        List<Action> actions = new ArrayList<>();
        if (t.before() instanceof Live.Obstructed) {
          actions.add(making(t.after().role(), new Step.BackUp(path)));
        }
        actions.add(making(t.after().role(), write(path, cast(t.after().spec()))));
        yield actions;
      }
      case Change.Delete d -> {
        List<Action> actions = new ArrayList<>();
        actions.add(removing(d.owned().role(), new Step.Remove(path)));
        // made for the drop-in; a folder for a unit that is gone is for nothing
        UnitFile.folderOfDropIn(path)
            .map(folder -> removing(d.owned().role(), new Step.RemoveEmptyDirectory(folder)))
            .ifPresent(actions::add);
        yield actions;
      }
    };
  }

  private static Step write(String path, Spec spec) {
    return new Step.WriteFile(path, spec.content(), spec.attributes());
  }

  private static final class Files implements Section {
    @Override
    public String key() {
      return "files";
    }

    @Override
    public Shape shape() {
      return Shape.mapOf(
          Rule.ABSOLUTE_PATH,
          Shape.fields("a file")
              .with("source", Shape.text(Rule.RELATIVE_PATH), "a file of this repo")
              .with("content", Shape.text(Rule.LINES), "the text itself, instead of a source")
              .with("owner", Shape.text(Rule.USER), "its owner; root if not given")
              .with("group", Shape.text(Rule.USER), "its group; root if not given")
              .with("mode", Shape.text(Rule.MODE), "its permissions; \"0644\" if not given")
              .build());
    }

    @Override
    public String doc() {
      return "files on the host: path to source, owner, group and mode";
    }

    @Override
    public void declare(Value value, Declarations declarations) {
      for (Value.Entry entry : Table.of(value).map().entries()) {
        declare(entry, Table.of(entry.value()), declarations);
      }
    }

    private static void declare(Value.Entry entry, Table file, Declarations declarations) {
      if (file.has("source") == file.has("content")) {
        declarations.error(
            entry.keyOrigin(),
            "A file needs one source",
            entry.key() + " needs either \"source\" (a file of this repo) or \"content\".");
        return;
      }
      Optional<Content> content =
          file.has("content")
              ? file.text("content").map(Content::of)
              : declarations.file(file.text("source", ""), file.origin("source"));
      content.ifPresent(bytes ->
          declarations.add(
              new Declared(
                  new Address("file", entry.key()),
                  new Spec(bytes, attributes(file)),
                  "",
                  Role.HOST_FILE,
                  List.of(),
                  entry.keyOrigin())));
    }

    private static Attributes attributes(Table file) {
      return new Attributes(
          file.text("owner", "root"),
          file.text("group", "root"),
          Integer.parseInt(file.text("mode", "0644"), 8));
    }
  }
}
