// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.command.CommandLookup;
import dev.reconcile.command.Commands;
import dev.reconcile.command.Subcommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as it is typed; what it does with a repo is in the cases. */
final class CommandLineTest {
  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(temp);
  }

  private Scene.Ran run(String line) {
    return scene.run(List.of(line.split(" ", -1)), Map.of());
  }

  private Path desiredState() throws IOException {
    Files.writeString(
        scene.repo("reconcile.yaml"), "version: 1\nfiles: {/etc/motd: {content: hello}}\n");
    return scene.repo("reconcile.yaml").getParent();
  }

  @ParameterizedTest
  @CsvSource({
    "paln, 'Did you mean \"plan\"?'",
    "aply, 'Did you mean \"apply\"?'",
    "plan --onyl x, 'Did you mean --only?'",
    "plan --dry-rum, 'Did you mean --dry-run?'",
    "plan --on x, '--on is not an option'",
    "plan --unheard-of=x, '--unheard-of=x is not an option of reconcile plan.'",
    "validate --repo x, '--repo is not an option of reconcile validate'",
    "plan src, '\"src\" is neither an option nor its value. Did you mean \"--repo src\"?'",
    "apply hello, 'Did you mean \"--only hello\"?'",
    "plan --repo, '--repo needs a value.'",
    "plan --repo x y, '\"y\" is neither an option nor its value.'",
    "validate a b, '\"b\" is neither an option nor its value.'",
    "plan --repo x --max-prune many, '--max-prune takes a whole number'",
    "plan --repo x --max-prune -1, 'max-prune'",
    "plan --repo x --lock-timeout abc, '--lock-timeout takes a time such as 30s'",
    "plan --dry-run --lock-timeout abc, '--lock-timeout takes a time such as 30s'",
    "rollback --dry-run --lock-timeout abc, '--lock-timeout takes a time such as 30s'",
    "plan --max-prune many --root /nowhere, '--max-prune takes a whole number, not \"many\".'",
    "plan --lock-timeout 1s --lock-timeout 2s, '--lock-timeout accepts only one value.'",
    "history --root /a --root /b, '--root accepts only one value.'",
    "timer remove --every sometimes, '--every takes whole minutes'",
    "permute --size 3 --style run, '--style takes walk or skip, not \"run\".'",
    "plan --json=yes --repo x, 'json'",
    "timer, 'Use \"timer install\" or \"timer remove\".'",
    "timer isntall, 'Did you mean \"install\"?'",
    "timer install now, '\"now\" is neither an option nor its value.'",
    "timer install --evry 5min, 'Did you mean --every?'",
    "-x, '-x is not an option'",
  })
  void whatMakesNoSenseIsAUsageErrorThatSaysWhatToDo(String line, String hint) throws IOException {
    String repo =
        "--repo " + desiredState() + " --root " + scene.root() + " --config " + scene.config();
    scene.commit();

    Scene.Ran ran = run(line.replace("--repo x", repo));

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).startsWith("Error: ").contains(hint);
    assertThat(ran.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"help, --help", "help plan, plan --help", "help timer, timer --help"})
  void theWordHelpIsTheOption(String word, String option) throws IOException {
    Scene.Ran ran = run(word);

    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).startsWith("Usage: reconcile ").isEqualTo(run(option).out());
  }

  @Test
  void helpForNoCommandNamesTheCommands() throws IOException {
    Scene.Ran ran = run("help paln");

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("Unknown command", "Did you mean \"plan\"?");
  }

  @Test
  void anUnknownCommandIsAnsweredWithAllCommands() {
    Scene.Ran ran = run("frobnicate");

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("The commands are " + String.join(", ", Commands.names()) + ".");
  }

  @Test
  void withoutARepoItSaysHowToNameOne() {
    Scene.Ran ran = run("plan --root " + scene.root() + " --config " + scene.config());

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("--repo git@host:path");
  }

  @Test
  void anOptionGivenTwiceIsRefused() {
    Scene.Ran ran = run("plan --repo /a --repo /b --root / --config " + scene.config());

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("--repo accepts only one value");
  }

  @ParameterizedTest
  @MethodSource("dev.reconcile.command.Commands#names")
  void everyCommandHasHelpWithAnExample(String name) throws CommandFailed {
    Subcommand command = CommandLookup.of(List.of(name)).command();
    Scene.Ran ran = run(name + " --help");

    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(ran.out())
        .startsWith("Usage: reconcile " + command.usage() + "\n")
        .contains(command.description())
        .containsPattern("Examples?:\n");
    assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
    assertThat(command.allOptions())
        .allSatisfy(option -> assertThat(ran.out()).contains("  " + option.syntax()));
    String words = ran.out().replaceAll("\\s+", " ");
    assertThat(command.allOptions())
        .allSatisfy(option -> assertThat(words).contains(option.help()));
  }

  @Test
  void theHelpWithoutACommandListsAllCommands() {
    assertThat(run("--help").out()).isEqualTo(run("apply --help").out());
    assertThat(Commands.ALL)
        .allSatisfy(command ->
            assertThat(run("--help").out())
                .containsPattern(
                    "  " + command.name() + " +" + Pattern.quote(command.summary()) + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "plan --version", "validate --version"})
  void theVersionIsPrinted(String line) {
    assertThat(run(line).out()).startsWith("reconcile ");
    assertThat(run(line).code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void theConfigurationFileHoldsOptions() throws IOException {
    Files.writeString(
        scene.config(),
        "repo: " + desiredState() + "\nroot: " + scene.root() + "\ndetailed-exitcode: true\n");
    scene.commit();

    Scene.Ran ran = run("plan --config " + scene.config());

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.CHANGED);
    assertThat(ran.out()).contains("create file /etc/motd");
  }

  @Test
  void theCommandLineWinsOverTheConfigurationFile() throws IOException {
    Files.writeString(scene.config(), "repo: /nowhere\nonly: [a, b]\n");
    desiredState();
    scene.commit();

    Scene.Ran ran = scene.run("plan", "--only", "c");

    assertThat(ran.err()).contains("--only c: the desired state has no app of this name.");
  }

  @ParameterizedTest
  @CsvSource({
    "rpeo: x, 'Did you mean \"repo\"?'",
    "repo: {a: b}, 'repo must be a single value, not a map.'",
    "config: x, '\"config\" is not an option.'",
    "help: true, '\"help\" is not an option.'",
    "verify-commit: yes, 'verify-commit must be true or false, not text.'",
    "'repo: [', 'Invalid YAML'",
    "'- a', 'The file must hold a map'",
  })
  void mistakesInTheConfigurationFileNameTheirPlace(String text, String hint) throws IOException {
    Files.writeString(scene.config(), text);

    Scene.Ran ran = run("plan --config " + scene.config());

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(hint).contains("on " + scene.config());
  }

  @ParameterizedTest
  @CsvSource({
    "lock-timeout: soon, '--lock-timeout takes a time such as 30s'",
    "max-prune: many, '--max-prune takes a whole number'",
    "'repo: [/a, /b]', '--repo accepts only one value.'",
  })
  void whatNoOptionTakesIsRefusedInTheConfigurationFileToo(String text, String hint)
      throws IOException {
    Files.writeString(scene.config(), text);

    Scene.Ran ran = run("plan --config " + scene.config());

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(hint);
  }

  @Test
  void aConfigurationFileThatIsNamedMustBeThere() {
    Scene.Ran ran = run("plan --config /nowhere/config.yaml");

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("/nowhere/config.yaml");
  }

  @Test
  void aRepoThatIsNotThereIsUnavailable() {
    Scene.Ran ran =
        scene.run(
            List.of(
                "plan",
                "--repo",
                "/nowhere",
                "--root",
                scene.root().toString(),
                "--config",
                scene.config().toString()),
            Map.of());

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(ran.err()).contains("/nowhere");
  }

  @Test
  void aRootThatIsNotThereIsNotMadeByAPlan() throws IOException {
    desiredState();
    Path nowhere = temp.resolve("nowhere");

    Scene.Ran ran =
        run("plan --repo " + desiredState() + " --root " + nowhere + " --config " + scene.config());

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(nowhere).doesNotExist();
  }

  @Test
  void anUnknownRefOrPathIsSaid() throws IOException {
    desiredState();

    assertThat(scene.run("plan", "--ref", "nowhere").code()).isEqualTo(ExitCode.USAGE);
    assertThat(scene.run("plan", "--path", "nowhere").code()).isEqualTo(ExitCode.USAGE);
    assertThat(scene.run("plan", "--path", "../..").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void anUnknownRefNamesTheRefsThereAreAndDriftIsStillRepaired() throws IOException {
    Files.writeString(
        scene.repo("reconcile.yaml"), "version: 1\nfiles: {/etc/motd: {content: x}}\n");
    Scene.Ran first = scene.run("apply", "--ref", "mian");
    assertThat(first.code()).as(first.text()).isEqualTo(ExitCode.USAGE);
    assertThat(first.err())
        .startsWith("Error: No such branch, tag or commit\n")
        .contains("has no \"mian\". It has: ");
    assertThat(scene.run("apply").code()).isEqualTo(ExitCode.OK);

    Files.delete(scene.live("/etc/motd"));
    Scene.Ran later = scene.run("apply", "--ref", "mian");

    assertThat(later.code()).as(later.text()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(later.err())
        .contains("Error: No such branch, tag or commit\n", "It has: ", "the last good commit");
    assertThat(scene.live("/etc/motd")).hasContent("x");
  }

  @Test
  void anOutageIsAWarning() throws IOException {
    Files.writeString(
        scene.repo("reconcile.yaml"), "version: 1\nfiles: {/etc/motd: {content: x}}\n");
    scene.run("apply");
    Files.delete(scene.live("/etc/motd"));
    Path git = scene.repo(".git");
    Files.move(git, git.resolveSibling("away"));

    Scene.Ran ran =
        run(
            "apply --repo "
                + git.getParent()
                + " --root "
                + scene.root()
                + " --config "
                + scene.config());

    Files.move(git.resolveSibling("away"), git);
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(ran.err())
        .startsWith("Warning: Using the last fetched commit\n")
        .doesNotContain("Error: ");
    assertThat(scene.live("/etc/motd")).hasContent("x");
  }

  @Test
  void aSecondRunIsTurnedAwayByNameOfTheFirst() throws Exception {
    desiredState();
    scene.run("apply");
    try (OtherRun _ = new OtherRun(scene.root())) {
      Scene.Ran ran = scene.run("apply");

      assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.LOCKED);
      assertThat(ran.err()).contains("It is held by pid ").contains("(reconcile apply)");
      assertThat(scene.run("apply", "--json").out())
          .contains("\"exit_code\" : 75", "It is held by pid ");
      assertThat(scene.run("plan").code()).as("a plan needs no lock").isEqualTo(ExitCode.OK);
    }
    assertThat(scene.run("apply").code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void aHugeFileIsRefusedWithoutReadingIt() throws IOException {
    desiredState();
    try (RandomAccessFile file =
        new RandomAccessFile(scene.repo("apps/shop.yaml").toFile(), "rw")) {
      file.setLength(50L << 20);
    }

    Scene.Ran validated = scene.run("validate");
    Scene.Ran applied = scene.run("apply");

    assertThat(validated.code()).isEqualTo(ExitCode.INVALID);
    assertThat(validated.err()).contains("on apps/shop.yaml").contains("1048576 bytes");
    assertThat(applied.code()).isEqualTo(ExitCode.INVALID);
    assertThat(applied.err()).contains("on apps/shop.yaml");
    assertThat(scene.root().resolve("etc/motd")).doesNotExist();
  }

  @Test
  void aRewoundRepoIsFollowedOnlyIfThatIsWanted() throws IOException {
    desiredState();
    scene.run("apply");
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    scene.git("commit", "-q", "--amend", "-a", "-m", "Rewritten");

    Scene.Ran refused = scene.run("plan");

    assertThat(refused.code()).as(refused.text()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("--allow-rewind");
    assertThat(scene.run("plan", "--allow-rewind").code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void uncommittedChangesAreNotUsed() throws IOException {
    desiredState();
    scene.run("apply");
    Path file = scene.root().resolve("etc/motd");
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");

    Scene.Ran ran =
        run(
            "apply --repo "
                + scene.repo("x").getParent()
                + " --root "
                + scene.root()
                + " --config "
                + scene.config());

    assertThat(ran.err()).contains("Notice: Uncommitted changes");
    assertThat(file).exists();
  }
}
