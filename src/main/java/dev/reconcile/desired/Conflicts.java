package dev.reconcile.desired;

import dev.reconcile.app.App;
import dev.reconcile.model.Origin;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds what two apps cannot both have: a server name, a directory, a log file. */
final class Conflicts {
  private final Book book;
  private final Map<String, Owner> taken = new HashMap<>();

  private record Owner(String app, Origin origin) {}

  Conflicts(Book book) {
    this.book = book;
  }

  void check(List<App> apps) {
    for (App app : apps) {
      if (!(app.source() instanceof App.Source.Existing)) {
        claim("directory " + app.directory(), app, app.origin());
      }
      claim("directory " + app.venv().directory(), app, app.venv().origin());
      app.site().ifPresent(site -> site(app, site));
    }
  }

  private void site(App app, App.Site site) {
    for (String name : site.serverNames()) {
      claim("server_name " + name.toLowerCase(Locale.ROOT), app, site.origin());
    }
  }

  private void claim(String thing, App app, Origin origin) {
    Owner first = taken.putIfAbsent(thing, new Owner(app.name(), origin));
    if (first == null) {
      return;
    }
    String place = Book.place(first.origin());
    book.error(
        origin,
        "Two apps want the same",
        first.app().equals(app.name())
            ? "\"" + thing + "\" of " + app.name() + " is used twice."
            : "\""
                + thing
                + "\" of "
                + app.name()
                + " already belongs to "
                + first.app()
                + " ("
                + place
                + "). Give one of them another.");
  }
}
