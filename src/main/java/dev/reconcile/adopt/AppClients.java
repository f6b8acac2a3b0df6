// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The clients of an app, and the dependents of its unit, that do not use the site of the tree. */
final class AppClients {
  private final HostInventory seen;
  private final SiteMatching ownership;

  AppClients(HostInventory seen, SiteMatching ownership) {
    this.seen = seen;
    this.ownership = ownership;
  }

  /** Returns each reason why the app's current address is still needed. */
  List<Blocker> of(FoundApp app) {
    List<Blocker> askers = new ArrayList<>();
    for (String bind : app.web().publicBinds()) {
      askers.add(new Blocker("other machines may ask " + bind, app.exec()));
    }
    Set<String> asked =
        ownership
            .asking(app)
            .flatMap(entry -> entry.getValue().addresses().stream())
            .collect(Collectors.toSet());
    List<String> open =
        app.web().publicBinds().stream().map(bind -> ListenAddress.ofBind(bind, "")).toList();
    for (String address : app.web().liveAddresses()) {
      if (!asked.contains(address) && !open.contains(address)) {
        askers.add(
            new Blocker(
                "it also listens on " + ListenAddress.shown(address) + ", which nginx does not ask",
                app.exec()));
      }
    }
    Pattern named = OtherReferences.pattern(app.addresses());
    for (OtherConfigFiles.Mention mention : seen.elsewhere().mentions(named, app)) {
      askers.add(new Blocker(mention.who() + " names its address", mention.place()));
    }
    for (String address : app.addresses()) {
      inCode(app, address, askers);
    }
    return askers;
  }

  private void inCode(FoundApp app, String address, List<Blocker> askers) {
    OptionalInt port = ListenAddress.port(address);
    for (FoundApp other : port.isPresent() ? seen.apps() : List.<FoundApp>of()) {
      SourceLocation place =
          other.equals(app) ? null : seen.codeOf(other).ports().get(port.getAsInt());
      if (place != null) {
        askers.add(new Blocker("the code of " + other.name() + " names its address", place));
      }
    }
  }
}
