package dev.reconcile.cli;

import dev.reconcile.app.App;
import dev.reconcile.desired.Book;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Rule;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Files of a directory on the host that reconcile does not manage, of which root does what they
 * say: requirements are installed, and with them code is run.
 *
 * <p>Invariant: nothing outside the directory is read, and nothing that the app itself can change.
 *
 * @param host the host
 * @param book where mistakes go
 * @param app whose source it is
 * @param source the directory
 */
record UnmanagedFiles(Host host, Book book, App app, App.Source.Existing source) {
  /** The text of a file in it; empty if there is none, or one that is not to be used. */
  Optional<String> text(String path, int most) throws HostException {
    if (!Rule.RELATIVE_PATH.accepts(path)) {
      book.error(
          source.origin(),
          "Path outside the source",
          "The requirements in "
              + source.path()
              + " include "
              + path.replaceAll("\\p{Cntrl}", " ")
              + ", which must be "
              + Rule.RELATIVE_PATH.meaning()
              + ".");
      return Optional.empty();
    }
    String file = source.path() + "/" + path;
    if (host.facts().stat(file).isEmpty()) {
      return Optional.empty();
    }
    Optional<String> open = openToTheApp(file);
    if (open.isPresent()) {
      book.error(
          source.origin(),
          "Requirements that the app can change",
          "Root installs what "
              + file
              + " says, and "
              + app.user()
              + ", who runs "
              + app.name()
              + ", can write to "
              + open.get()
              + ": the app could make itself root. Give "
              + open.get()
              + " to another user (chown root "
              + open.get()
              + "; chmod go-w "
              + open.get()
              + ").");
      return Optional.empty();
    }
    return Optional.of(new String(host.facts().read(file, most), StandardCharsets.UTF_8));
  }

  // The file, or a folder above it, in which another file could be put in its place.
  private Optional<String> openToTheApp(String file) throws HostException {
    Facts facts = host.facts();
    String place = host.onDisk(file).toString(); // no link is left in it but perhaps the last part
    while (facts.live() && !place.isEmpty()) {
      Optional<Stat> stat = facts.stat(place);
      if (stat.isPresent() && isOpenToTheApp(stat.get())) {
        return Optional.of(place);
      }
      place = place.substring(0, place.lastIndexOf('/'));
    }
    return Optional.empty();
  }

  private boolean isOpenToTheApp(Stat stat) throws HostException {
    if (app.user().equals("root") || stat.type() == Stat.Type.LINK) {
      return false; // a link is not read, and its mode says nothing
    }
    Attributes found = host.facts().attributes(stat, new Attributes(app.user(), app.group(), 0));
    boolean shielded = stat.type() == Stat.Type.DIRECTORY && (stat.mode() & 01000) != 0;
    boolean byGroup = found.group().equals(app.group()) && (stat.mode() & 0020) != 0;
    boolean byAll = (stat.mode() & 0002) != 0;
    return found.user().equals(app.user()) || (!shielded && (byGroup || byAll));
  }
}
