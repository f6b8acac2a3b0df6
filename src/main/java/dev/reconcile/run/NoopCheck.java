package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.cli.Version;
import dev.reconcile.code.SourceResolver;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ObservationLog;
import dev.reconcile.host.Privileges;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.plan.Plan;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Knows at small cost that there is nothing to do. A plan depends on what it is made from and on
 * nothing else: the repositories' commits, the host, the options and the program itself. A run that
 * had nothing to do writes down all that it was made from; while each of it is still the same,
 * there is nothing to do, and neither is anything read, parsed, rendered or compared.
 *
 * <p>Invariant: it never says so if a run in full would find something to do or to say.
 */
final class NoopCheck {
  private static final String PATH = LocalHost.STATE + "/unchanged";
  private static final String FORMAT = "reconcile unchanged 2";
  private static final int TIPS = 7; // lines before the first
  private static final int MOST_BYTES = 64 << 20;

  // far more than the tick of any file system's clock
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Invocation arguments;
  private final Host host;
  private final Repository repository;
  private final Instant started;
  private int apps;

  /**
   * @param arguments what is asked for
   * @param host the host, of which nothing has been asked yet
   * @param repository how repositories are asked
   * @param started when the run began
   */
  NoopCheck(Invocation arguments, Host host, Repository repository, Instant started) {
    this.arguments = arguments;
    this.host = host;
    this.repository = repository;
    this.started = started;
  }

  /**
   * The plan of the earlier run, if all is as it was then.
   *
   * @param reason told what is not
   */
  Optional<Plan> plan(Consumer<String> reason) throws CommandFailed, HostException {
    Path file = host.onDisk(PATH);
    if (!isOfUse() || !Files.isReadable(file)) {
      return Optional.empty();
    }
    if (StatusPageFile.isDue(arguments, host, started)) {
      reason.accept("the age of the status page");
      return Optional.empty();
    }
    List<String> lines = lines(file);
    try {
      int tips = Integer.parseInt(lines.get(TIPS - 1));
      String different =
          lines.get(0).equals(FORMAT) && lines.get(1).equals(key())
              ? difference(lines, tips)
              : "the command or the program";
      if (different.isEmpty()) {
        apps = Integer.parseInt(lines.get(4));
        return Optional.of(empty(lines.get(2), Integer.parseInt(lines.get(3)), lines.get(5)));
      }
      reason.accept(different);
    } catch (SourceException e) {
      reason.accept("" + e.getMessage());
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      reason.accept("the record of the earlier run");
    }
    return Optional.empty();
  }

  /** How many apps the plan of the earlier run was made for; once {@link #plan} has given it. */
  int apps() {
    return apps;
  }

  /** Lets the host's facts know what the earlier run saw, if it was one like this. */
  void recall() throws CommandFailed, HostException {
    Path file = host.onDisk(PATH);
    if (isOfUse() && Files.isReadable(file)) {
      List<String> lines = lines(file);
      if (lines.size() > TIPS && lines.get(0).equals(FORMAT) && lines.get(1).equals(key())) {
        host.facts().recall(lines.subList(TIPS, lines.size()));
      }
    }
  }

  private static List<String> lines(Path file) throws HostException {
    try {
      byte[] bytes = Files.size(file) > MOST_BYTES ? new byte[0] : Files.readAllBytes(file);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new HostException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private String difference(List<String> lines, int tips) throws SourceException, HostException {
    for (int i = 0; i < tips; i++) {
      String[] tip = lines.get(TIPS + i).split("\t", -1);
      if (!id(tip).equals(tip[0])) {
        return tip[2];
      }
    }
    return host.facts().difference(lines.subList(TIPS + tips, lines.size())).orElse("");
  }

  // where it stands now; an app's own key opens what root's may not
  private String id(String[] tip) throws SourceException, HostException {
    RepoUrl url = RepoUrl.parse(tip[2]);
    Optional<String> ref = Optional.of(tip[1]).filter(text -> !text.isEmpty());
    if (tip.length < 4) {
      return repository.tip(url, ref).id();
    }
    Path cache = host.onDisk(SourceResolver.cacheOf(tip[2] + "\n" + tip[3]));
    try (Repository own = repository.beside(cache, tip[3])) {
      return own.tip(url, ref).id();
    }
  }

  private static Plan empty(String revision, int unchanged, String leftOut) {
    List<String> things = leftOut.isEmpty() ? List.of() : List.of(leftOut.split("\t", -1));
    return new Plan(
        revision,
        List.of(),
        List.of(),
        List.of(),
        Set.of(),
        new TreeSet<>(things),
        unchanged,
        List.of());
  }

  /**
   * Writes down what a run that had nothing to do and nothing to say was made from.
   *
   * @param plan of that run
   * @param count how many apps it was made for
   * @param tips where the repositories stood
   */
  void remember(Plan plan, int count, List<Tip> tips) throws CommandFailed, HostException {
    ObservationLog sightings = host.facts().sightings();
    long began = started.getEpochSecond() * 1_000_000_000L + started.getNano();
    boolean certain =
        isOfUse()
            && sightings.isPlain()
            && key().indexOf('\n') < 0
            && sightings.isProof(began, MARGIN.toNanos())
            && tips.stream().allMatch(NoopCheck::canBeAskedAgain);
    if (!certain) {
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.addAll(List.of(FORMAT, key(), plan.revision(), "" + plan.unchanged(), "" + count));
    lines.add(String.join("\t", plan.leftOut()));
    lines.add("" + tips.size());
    tips.forEach(tip -> lines.add(line(tip)));
    lines.addAll(sightings.lines());
    host.writeState(PATH, Content.of(String.join("\n", lines) + "\n"), FileAttributes.root(0600));
  }

  private static String line(Tip tip) {
    String key = tip.key().isEmpty() ? "" : "\t" + tip.key();
    return tip.id() + "\t" + tip.ref() + "\t" + tip.url() + key;
  }

  // A password is in nobody's records, and an id that is short may come to mean another commit.
  private static boolean canBeAskedAgain(Tip tip) {
    return !tip.id().isEmpty()
        && !tip.url().startsWith("https://***@")
        && (tip.url() + tip.ref()).chars().noneMatch(c -> c < ' ');
  }

  // A signature's key may expire from one day to the next, and a directory may hold changes that
  // are not committed, of which a person is to be told.
  private boolean isOfUse() throws CommandFailed {
    try {
      RepoUrl url = RepoUrl.parse(arguments.value("repo").orElse(""));
      return !arguments.has("verify-commit") && !(url instanceof RepoUrl.Directory);
    } catch (SourceException e) {
      return false;
    }
  }

  // All that a plan depends on beside the host and the repositories.
  private String key() throws CommandFailed {
    List<String> all = new ArrayList<>();
    for (Option option : RunOptions.ALL) {
      String name = option.name();
      if (option.affectsPlan()) {
        all.add(name + "=" + (option.takesValue() ? arguments.values(name) : arguments.has(name)));
      }
    }
    all.sort(null);
    all.add(Hostname.of(arguments));
    all.add(Privileges.isRoot() ? "root" : System.getProperty("user.name"));
    all.add(program());
    return String.join("\t", all);
  }

  private static String program() {
    StringBuilder text = new StringBuilder(Version.text());
    try {
      for (String part : System.getProperty("java.class.path", "").split(":", -1)) {
        Path file = Path.of(part);
        text.append(' ').append(Files.size(file)).append(' ');
        text.append(Files.getLastModifiedTime(file).toMillis());
      }
      return text.toString();
    } catch (IOException e) {
      return "unknown at " + Instant.now(); // nothing is like it
    }
  }
}
