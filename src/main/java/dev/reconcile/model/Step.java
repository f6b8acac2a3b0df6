// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An action on the host. Steps are data: a plan shows them, a test asserts them, and a single
 * switch executes them. Each is idempotent: a second execution changes nothing relevant.
 */
public sealed interface Step {

  /** A step that may revert a change. Invariant: the manifest of a run can hold each of them. */
  sealed interface Reversible extends Step {}

  /** Creates a directory, or sets the attributes of an existing one. */
  record MakeDirectory(String path, FileAttributes attributes) implements Reversible {}

  /** Puts a whole file in place atomically. */
  record WriteFile(String path, Content content, FileAttributes attributes) implements Reversible {}

  /** Sets owner, group and mode of a file without changing its content. */
  record SetAttributes(String path, FileAttributes attributes) implements Reversible {}

  /** Puts a symbolic link in place atomically. */
  record WriteLink(String path, String target) implements Reversible {}

  /** Removes a file or a link, never a directory. */
  record Remove(String path) implements Reversible {}

  /** Removes a directory if it is empty. */
  record RemoveEmptyDirectory(String path) implements Reversible {}

  /** Moves the file or directory at the path into this run's backup. */
  record BackUp(String path) implements Step {}

  /**
   * Restores a path from a run's backup.
   *
   * @param run the run's id; empty for the current run
   * @param path the original path
   */
  record Restore(String run, String path) implements Reversible {}

  /**
   * Creates a system user with a group of the same name, without password and shell.
   *
   * @param name the name of user and group
   * @param home its home directory, which is not created
   */
  record MakeUser(String name, String home) implements Step {}

  /** Installs a Debian package; consecutive steps of this kind are installed together. */
  record InstallPackage(String name) implements Step {}

  /**
   * Writes a tree of a repository into a new directory that nothing uses yet.
   *
   * @param tree the tree
   * @param directory the new directory
   * @param links the links to data that the directory gets
   */
  record ExportTree(TreeRef tree, String directory, List<DataLink> links) implements Step {
    public ExportTree {
      links = List.copyOf(links);
    }
  }

  /**
   * Creates a directory with the content of a tree, or of a file, of a repository. An existing
   * directory stays as it is.
   *
   * @param seed the tree; its folder may be a file of the commit, which the directory then contains
   * @param path the directory
   * @param attributes the owner and group of directory and content, and the mode of the directory
   */
  record SeedDirectory(TreeRef seed, String path, FileAttributes attributes) implements Step {}

  /**
   * Moves data of an app out of a directory that it ran from, and leaves a link there.
   *
   * @param app the app
   * @param from the present path of the data
   * @param path the data folder
   * @param file the name of the data file in the folder; empty if the folder itself is moved
   * @param attributes the owner, group and mode of the folder
   */
  record MoveData(String app, String from, String path, String file, FileAttributes attributes)
      implements Step {
    /** The files that SQLite keeps beside a database (https://www.sqlite.org/tempfiles.html). */
    public static final List<String> BESIDE = List.of("-wal", "-shm", "-journal");

    /** Returns the path of the data after the move. */
    public String target() {
      return file.isEmpty() ? path : path + "/" + file;
    }
  }

  /**
   * Writes a tree of a repository into a new directory, and runs the app's build steps in it.
   *
   * @param links the links to data that the tree gets after the steps
   */
  record BuildTree(TreeRef tree, String directory, List<DataLink> links, BuildRecipe recipe)
      implements Step {
    public BuildTree {
      links = List.copyOf(links);
    }
  }

  /** Builds a virtualenv in a new directory that nothing uses yet. */
  record BuildVenv(String home, VenvRecipe recipe) implements Step {}

  /** Creates a new key and a self-signed certificate for these names in a folder. */
  record MakeSelfSigned(String folder, List<String> names) implements Reversible {
    public MakeSelfSigned {
      names = List.copyOf(names);
    }
  }

  /**
   * Obtains or extends a certificate from an ACME server by certbot; a refusal is recorded.
   *
   * @param name certbot's name of the certificate
   * @param names the certificate's host names
   * @param server the URL of the ACME server's directory
   * @param webroot the folder for answers to challenges
   * @param email the contact address for the issuer
   * @param anew whether a valid certificate is replaced, too
   */
  record ObtainCertificate(
      String name, List<String> names, String server, String webroot, String email, boolean anew)
      implements Step {
    public ObtainCertificate {
      names = List.copyOf(names);
    }

    /** Returns the digest that identifies the order. */
    public String digest() {
      return Digest.of(String.join("\n", names) + "\n" + server + "\n" + email).hex();
    }
  }

  /** Replaces a site, unless nginx refuses the new one. */
  record ReplaceSite(String path, Content content) implements Step {}

  /** Removes the trees of {@code store} except those to keep. */
  record DiscardTrees(String store, List<String> keep) implements Reversible {
    public DiscardTrees {
      keep = List.copyOf(keep);
    }
  }

  /** Runs a systemctl command on a unit and waits for it. */
  record Systemctl(UnitVerb verb, String unit) implements Reversible {}

  /** Starts the timer of a schedule anew, if the timer is enabled. */
  record StartTimer(String unit) implements Step {}

  /**
   * Removes the socket files of an app's earlier addresses.
   *
   * @param app the app's name
   * @param address the app's current address, as {@code unix:PATH} or {@code HOST:PORT}
   */
  record RemoveOldSockets(String app, String address) implements Step {}

  /** Sends requests to an app's own address until it answers or the time is up. */
  record AwaitHealth(Probe probe) implements Step {}

  /** Tests the whole nginx configuration. */
  record TestNginx() implements Step {}

  /** Reloads nginx and waits until it uses the new configuration. */
  record ReloadNginx() implements Step {}

  /**
   * Waits, for a limited time, until the nginx workers from before a reload have finished their
   * requests.
   */
  record DrainNginx() implements Step {}

  /** Runs the release steps of an app, and records that they have succeeded. */
  record RunRelease(Release release) implements Step {}

  /** Records the release steps of an app as done without running them. */
  record SkipRelease(Release release) implements Step {}

  /**
   * Ends the stop of an app for its release steps, if there is one.
   *
   * @param app the app
   * @param service the service that was stopped
   * @param start whether the service is started again
   */
  record EndHold(String app, String service, boolean start) implements Step {}

  /** Starts a standby instance of an app, checks its health, and stops it. */
  record Rehearse(StandbyInstance standby, Probe probe) implements Step {}

  /**
   * Starts a standby instance of an app with all workers and checks its health. It keeps running,
   * so that requests can be led to it; if the app or the memory does not allow that, it is a
   * rehearsal.
   */
  record StandIn(StandbyInstance standby, Probe probe) implements Step {}

  /**
   * Leads new requests to a standby instance, at the path of the app's socket. Nothing happens if
   * the instance does not run.
   *
   * @param path the path of the app's socket
   */
  record LeadSocket(StandbyInstance standby, String path) implements Step {}

  /** Leads new requests back to the app's own socket, if they are led away. */
  record LeadBack(StandbyInstance standby, String path) implements Step {}

  /**
   * Waits, for a limited time since requests are led away from an address, until it has no open
   * connection.
   *
   * @param app the app
   * @param address {@code unix:PATH} or {@code HOST:PORT}
   * @param seconds the limit, from 0
   * @param ifLed whether the step is only for an address whose path was led elsewhere; otherwise
   *     nginx leads requests away, and the limit counts from the beginning of the step
   */
  record DrainAddress(String app, String address, int seconds, boolean ifLed) implements Step {}

  /** Starts a standby instance of an app on its own socket, beside the running one. */
  record StartStandby(StandbyInstance standby) implements Step {}

  /** Stops all standby instances of an app, including those of killed runs. */
  record StopStandby(String app) implements Step {}

  /**
   * A part of the restart of a background process.
   *
   * @param verb the part
   * @param app the app
   * @param unit the service that runs the process
   * @param stopTimeout how long the process may take to stop
   * @param place where the process is declared, in words; empty if unknown
   */
  record ControlProcess(
      ProcessVerb verb, String app, String unit, Duration stopTimeout, String place)
      implements Step {}

  /** A part of the restart of a background process, which has a phase of its own. */
  enum ProcessVerb {
    /** Begins the restart, without a wait. */
    BEGIN(Phase.PROCESSES),
    /** Waits until the process has run for some seconds. */
    PROVE(Phase.PROVE_PROCESSES),
    /** Checks that it is still the same process. */
    CONFIRM(Phase.CONFIRM_PROCESSES);

    private final Phase phase;

    ProcessVerb(Phase phase) {
      this.phase = phase;
    }

    /** Returns the phase of the part. */
    public Phase phase() {
      return phase;
    }
  }

  /** A verb of systemctl. */
  enum UnitVerb {
    DAEMON_RELOAD("daemon-reload"),
    START("start"),
    RESTART("restart"),
    /** Restarts running units only; the unit may be a pattern. */
    TRY_RESTART("try-restart"),
    STOP("stop"),
    /** Has systemd forget the failure of a unit, which may be a pattern. */
    RESET_FAILED("reset-failed");

    private final String word;

    UnitVerb(String word) {
      this.word = word;
    }

    /** Returns the verb of systemctl(1). */
    public String word() {
      return word;
    }
  }

  /**
   * A folder of a repository at a revision.
   *
   * @param repository the repository's git URL; empty for the desired-state repo
   * @param commit the commit's id
   * @param folder the folder inside it; empty for the root
   */
  record TreeRef(String repository, String commit, String folder) {
    /**
     * Returns what distinguishes the tree from others of the same revision; empty for a whole
     * repository, and for a folder of the desired-state repo, which has a revision of its own.
     */
    public String part() {
      return repository.isEmpty() ? "" : folder;
    }
  }

  /**
   * The recipe by which a virtualenv is built.
   *
   * @param app the app that it belongs to
   * @param python the interpreter, by name or path
   * @param requirements the text of the requirements, which is recorded with the virtualenv
   * @param installation what is installed
   * @param material the contents of the folder in which pip runs
   * @param hidden paths of other apps that the build cannot see
   * @param access the ssh access of the build
   * @param links the links to data that the virtualenv gets
   */
  record VenvRecipe(
      String app,
      String python,
      String requirements,
      Installation installation,
      Material material,
      List<String> hidden,
      SshAccess access,
      List<DataLink> links) {
    /** The recipe of a virtualenv that is only recorded, never built. */
    public static final VenvRecipe NONE =
        new VenvRecipe("", "", "", Installation.NONE, Material.NONE, List.of(), SshAccess.NONE);

    public VenvRecipe {
      hidden = List.copyOf(hidden);
      links = List.copyOf(links);
    }

    /** Creates the recipe of a virtualenv without links to data. */
    public VenvRecipe(
        String app,
        String python,
        String requirements,
        Installation installation,
        Material material,
        List<String> hidden,
        SshAccess access) {
      this(app, python, requirements, installation, material, hidden, access, List.of());
    }
  }

  /**
   * The ssh access of a build.
   *
   * @param key the file of the key on the host; empty if the build needs no ssh
   * @param hosts the servers that the build connects to, each with its port
   */
  record SshAccess(String key, List<String> hosts) {
    /** No access. */
    public static final SshAccess NONE = new SshAccess("", List.of());

    public SshAccess {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * The contents of the folder in which pip runs.
   *
   * @param tree a tree of a repository that is exported there; its folder and commit are empty for
   *     none
   * @param directory a directory of the host that is copied there; empty for none
   * @param user the user whose rights apply when the directory is read
   * @param group the group whose rights apply when the directory is read
   * @param files files that are written on top: relative path to content
   */
  record Material(
      TreeRef tree, String directory, String user, String group, SortedMap<String, Content> files) {
    /** An empty folder. */
    public static final Material NONE =
        new Material(new TreeRef("", "", ""), "", "", "", new TreeMap<>());

    public Material {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }
  }

  /**
   * A standby instance of an app: it rehearses a new revision, and serves requests while the main
   * instance is replaced.
   *
   * @param name the name of its units, without suffix
   * @param sandbox the environment in which it runs
   */
  record StandbyInstance(String name, AppSandbox sandbox) {
    /**
     * Returns the name of its units, without suffix. The name contains the revision, so that an
     * instance that a killed run left behind is not mistaken for this one.
     *
     * @param app the app
     * @param revision identifies the revision; {@code *} matches all
     */
    public static String nameOf(String app, String revision) {
      return Layout.STANDBY + app + "." + revision;
    }

    /** Tells whether a unit of this name belongs to a standby instance. */
    public static boolean isNamed(String unit) {
      return unit.startsWith(Layout.STANDBY);
    }

    /** Returns another instance of the same revision. */
    public StandbyInstance another(String suffix) {
      return new StandbyInstance(name + suffix, sandbox);
    }

    /** Returns the unit that runs it. */
    public String service() {
      return name + ".service";
    }

    /** Returns the unit that holds its socket. */
    public String socket() {
      return name + ".socket";
    }

    /** Returns the address that it listens on. */
    public String address() {
      return sandbox.listener().standbyAddress(name);
    }
  }

  /**
   * A health check of an app.
   *
   * @param unit the unit whose journal shows the cause of a failure
   * @param log a log file with more details; empty if there is none
   * @param address {@code unix:PATH} or {@code HOST:PORT}
   * @param path the URL's path
   * @param host the Host header
   * @param least the lowest healthy HTTP status
   * @param most the highest healthy HTTP status
   * @param timeout the time limit for a healthy answer
   */
  record Probe(
      String unit,
      String log,
      String address,
      String path,
      String host,
      int least,
      int most,
      Duration timeout) {
    /** Returns the same check by another path and Host header. */
    public Probe visited(String otherPath, String otherHost) {
      return new Probe(unit, log, address, otherPath, otherHost, least, most, timeout);
    }

    /** Returns the same check of a standby instance. */
    public Probe of(StandbyInstance instance) {
      return new Probe(
          instance.service(), log, instance.address(), path, host, least, most, timeout);
    }
  }
}
