package dev.reconcile.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One thing done to the host. Steps are data: a plan shows them, a test asserts them, and one
 * switch carries them out. Each is idempotent: done twice, the second changes nothing that matters.
 */
public sealed interface Step {

  /** A step that may take a change back. Invariant: the manifest of a run can hold each of them. */
  sealed interface Reversible extends Step {}

  /** Makes a directory, or gives an existing one these attributes. */
  record MakeDirectory(String path, FileAttributes attributes) implements Reversible {}

  /** Puts a whole file in place atomically. */
  record WriteFile(String path, Content content, FileAttributes attributes) implements Reversible {}

  /** Sets owner, group and mode of a file whose content is right. */
  record SetAttributes(String path, FileAttributes attributes) implements Reversible {}

  /** Puts a symbolic link in place atomically. */
  record WriteLink(String path, String target) implements Reversible {}

  /** Removes a file or a link, never a directory. */
  record Remove(String path) implements Reversible {}

  /** Removes a directory if nothing is in it. */
  record RemoveEmptyDirectory(String path) implements Reversible {}

  /** Moves whatever is at the path into this run's backup. */
  record BackUp(String path) implements Step {}

  /**
   * Brings back what a run has moved into its backup.
   *
   * @param run the run's name; empty for the one that does this
   * @param path where it was
   */
  record Restore(String run, String path) implements Reversible {}

  /**
   * Makes a system user with a group of the same name, without a password and a shell.
   *
   * @param name of both
   * @param home its home directory, which is not made
   */
  record MakeUser(String name, String home) implements Step {}

  /** Installs a Debian package; neighbours of this kind are installed together. */
  record InstallPackage(String name) implements Step {}

  /** Writes a tree of a repository into a new directory that nothing uses yet. */
  record ExportTree(TreeRef tree, String directory) implements Step {}

  /** Builds a virtualenv in a new directory that nothing uses yet. */
  record BuildVenv(String home, VenvRecipe recipe) implements Step {}

  /** Makes a new key in a folder, and a certificate for these names that it signs for itself. */
  record MakeSelfSigned(String folder, List<String> names) implements Reversible {
    public MakeSelfSigned {
      names = List.copyOf(names);
    }
  }

  /**
   * Gets a certificate from an ACME server, or has one extended, by certbot; a refusal is
   * remembered.
   *
   * @param name what certbot calls it
   * @param names the host names that it is for
   * @param server the address of the server's directory
   * @param webroot where answers to challenges are put
   * @param email whom the issuer can reach
   * @param anew whether one that still holds is exchanged all the same
   */
  record ObtainCertificate(
      String name, List<String> names, String server, String webroot, String email, boolean anew)
      implements Step {
    public ObtainCertificate {
      names = List.copyOf(names);
    }

    /** Tells orders apart. */
    public String digest() {
      return Digest.of(String.join("\n", names) + "\n" + server + "\n" + email).hex();
    }
  }

  /** Puts another site in place of the one that is there, unless nginx refuses it. */
  record ReplaceSite(String path, Content content) implements Step {}

  /** Removes trees of {@code store} other than the ones to keep. */
  record DiscardTrees(String store, List<String> keep) implements Reversible {
    public DiscardTrees {
      keep = List.copyOf(keep);
    }
  }

  /** Asks systemd to do something to a unit and waits for it. */
  record Systemctl(UnitVerb verb, String unit) implements Reversible {}

  /**
   * Removes the files of sockets at which an app listened before it had another address.
   *
   * @param app its name
   * @param address what it has now, as {@code unix:PATH} or {@code HOST:PORT}
   */
  record RemoveOldSockets(String app, String address) implements Step {}

  /** Asks an app through its own address until it answers or time is up. */
  record AwaitHealth(Probe probe) implements Step {}

  /** Tests the whole nginx configuration. */
  record TestNginx() implements Step {}

  /** Makes nginx take up its configuration, and waits until it has. */
  record ReloadNginx() implements Step {}

  /**
   * Waits, within bounds, until nginx's workers from before a reload have served their requests.
   */
  record DrainNginx() implements Step {}

  /** Starts a second instance of an app, asks it, and stops it again. */
  record Rehearse(StandbyInstance bridge, Probe probe) implements Step {}

  /** Starts a second instance of an app on a socket of its own, beside the one that runs. */
  record StartStandby(StandbyInstance bridge) implements Step {}

  /** Stops all second instances of an app, those of runs that were killed included. */
  record StopStandby(String app) implements Step {}

  /** What systemd is asked to do. */
  enum UnitVerb {
    DAEMON_RELOAD("daemon-reload"),
    START("start"),
    RESTART("restart"),
    /** A restart of those that run; its unit may be a pattern. */
    TRY_RESTART("try-restart"),
    STOP("stop");

    private final String word;

    UnitVerb(String word) {
      this.word = word;
    }

    /** The verb as systemctl(1) knows it. */
    public String word() {
      return word;
    }
  }

  /**
   * A folder of a repository at a revision.
   *
   * @param repository which repository: empty for the desired-state repo, else a git URL
   * @param commit the commit's id
   * @param folder the folder inside it, empty for the root
   */
  record TreeRef(String repository, String commit, String folder) {}

  /**
   * How a virtualenv is built.
   *
   * @param app the app it belongs to
   * @param python the interpreter, by name or path
   * @param requirements the text of what it is built of, for its record
   * @param file the requirements file that pip is given, below the material; empty for none
   * @param names what pip is given besides
   * @param material what lies where pip runs
   * @param hidden paths of other apps, which it does not see
   * @param access how requirements are fetched over ssh
   */
  record VenvRecipe(
      String app,
      String python,
      String requirements,
      String file,
      List<String> names,
      Material material,
      List<String> hidden,
      SshAccess access) {
    /** One that nobody builds: of a virtualenv that is only remembered. */
    public static final VenvRecipe NONE =
        new VenvRecipe("", "", "", "", List.of(), Material.NONE, List.of(), SshAccess.NONE);

    public VenvRecipe {
      names = List.copyOf(names);
      hidden = List.copyOf(hidden);
    }
  }

  /**
   * How a build may use ssh.
   *
   * @param key the file of the key on the host; empty if nothing is fetched over ssh
   * @param hosts the servers that are asked, each with its port
   */
  record SshAccess(String key, List<String> hosts) {
    /** Not at all. */
    public static final SshAccess NONE = new SshAccess("", List.of());

    public SshAccess {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * What lies in the folder that pip runs in.
   *
   * @param tree a tree of a repository that is written there; its folder and commit are empty for
   *     none
   * @param directory a directory of the host that is copied there; empty for none
   * @param user whose rights it is read with
   * @param group likewise
   * @param files what is written over it: path below the folder to content
   */
  record Material(
      TreeRef tree, String directory, String user, String group, SortedMap<String, Content> files) {
    /** Nothing at all. */
    public static final Material NONE =
        new Material(new TreeRef("", "", ""), "", "", "", new TreeMap<>());

    public Material {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }
  }

  /**
   * A second instance of an app: it rehearses a new revision, and serves while the first is
   * exchanged.
   *
   * @param name of its units, without their suffixes
   * @param sandbox where it runs
   */
  record StandbyInstance(String name, AppSandbox sandbox) {
    /** What the names of all of them begin with, whatever version has made them. */
    public static final String ALL = "reconcile-bridge-";

    /**
     * The name of its units, without their suffixes. A name that holds for one revision only keeps
     * one that a killed run has left from being taken for this one.
     *
     * @param app the app
     * @param revision tells revisions apart; {@code *} for all of them
     */
    public static String nameOf(String app, String revision) {
      return ALL + app + "." + revision;
    }

    /** Whether a unit of this name belongs to a second instance. */
    public static boolean isNamed(String unit) {
      return unit.startsWith(ALL);
    }

    /** The unit that runs it. */
    public String service() {
      return name + ".service";
    }

    /** The unit that holds its socket. */
    public String socket() {
      return name + ".socket";
    }

    /** Where it listens. */
    public String address() {
      return "unix:/run/" + name + ".sock";
    }
  }

  /**
   * A question that only a working app answers.
   *
   * @param unit the unit whose journal tells why it does not
   * @param log a file that tells more; empty if there is none
   * @param address {@code unix:PATH} or {@code HOST:PORT}
   * @param path the URL's path
   * @param host the Host header
   * @param least lowest status that counts as healthy
   * @param most highest such status
   * @param timeout how long it may take until it answers so
   */
  record Probe(
      String unit,
      String log,
      String address,
      String path,
      String host,
      int least,
      int most,
      Duration timeout) {}
}
