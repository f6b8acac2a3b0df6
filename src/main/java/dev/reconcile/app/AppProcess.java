package dev.reconcile.app;

import dev.reconcile.model.Step;
import dev.reconcile.model.UnitFilePath;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs of an app. (Java's own {@code Process} has the plain name.)
 *
 * <p>Invariant: {@link #units()} are instances of templates that {@code Layout} knows, so that the
 * app of each can be told from its name.
 */
public sealed interface AppProcess {
  /** The app that it is of. */
  App app();

  /** What people call it, unique within its app. */
  String name();

  /** The service that runs it. */
  String unit();

  /** The unit that holds its socket; empty if it has none. */
  Optional<String> socketUnit();

  /**
   * Where it listens, {@code unix:PATH} or {@code HOST:PORT}; empty if it does not.
   *
   * @param ports the ports of the apps
   */
  String address(Ports ports);

  /** What it runs; empty if the template of its unit says that. */
  Optional<String> command();

  /** How long it gets to stop, as systemd writes it; empty for what the template says. */
  String stopTimeout();

  /** The files that it writes its logs to; empty for systemd's journal alone. */
  List<String> logs();

  /** How many worker processes it should have; 0 if it has none of its own. */
  int workers();

  /**
   * The step that waits until it is proved to work.
   *
   * @param address where it listens
   */
  Step proof(String address);

  /** All of its units: the service first. */
  default List<String> units() {
    return Stream.concat(Stream.of(unit()), socketUnit().stream()).toList();
  }

  /** The template of one of its units. */
  static String templateOf(String unit) {
    return UnitFilePath.templateOf(unit).orElseThrow();
  }

  /** The web process: gunicorn behind a socket of systemd's. */
  record Gunicorn(App app) implements AppProcess {
    @Override
    public String name() {
      return "web";
    }

    @Override
    public String unit() {
      return app.service();
    }

    @Override
    public Optional<String> socketUnit() {
      return Optional.of(app.socketUnit());
    }

    @Override
    public String address(Ports ports) {
      return ports.address(app);
    }

    @Override
    public Optional<String> command() {
      return Optional.empty();
    }

    @Override
    public String stopTimeout() {
      return app.gunicorn().stopTimeout();
    }

    @Override
    public List<String> logs() {
      return Stream.of(app.gunicorn().accessLog(), app.gunicorn().errorLog())
          .filter(log -> !log.isEmpty())
          .distinct()
          .toList();
    }

    @Override
    public int workers() {
      return app.gunicorn().workers();
    }

    @Override
    public Step proof(String address) {
      return new Step.AwaitHealth(app.probe(unit(), address));
    }
  }
}
