// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Stream;

/**
 * Which package may use what. Whatever a package's rule does not name, it may not use: so a library
 * is also confined to the packages that name it here. A package that does not exist yet has its
 * rule already.
 */
@AnalyzeClasses(packages = "dev.reconcile", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  /** What may be used beside packages of this program: the name in the table, the package. */
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "commons-cli", "org.apache.commons.cli..",
          "jackson-core", "com.fasterxml.jackson.core..",
          "JGit", "org.eclipse.jgit..",
          "JGit's diff", "org.eclipse.jgit.diff..",
          "jmustache", "com.samskivert.mustache..",
          "slf4j", "org.slf4j..",
          "snakeyaml-engine", "org.snakeyaml.engine..",
          "TLS", "javax.[net.ssl|security.auth.x500]..");

  private static final String FACTS = "facts of host";
  private static final String ALL_BUT = "all but ";

  /**
   * What a package may use.
   *
   * @param name its name
   * @param uses packages, {@link #LIBRARIES}, {@link #FACTS}, or {@link #ALL_BUT} and a package
   * @param because why no more
   */
  private record Rule(String name, List<String> uses, String because) {}

  /** The table of docs/architecture.md, in its order. */
  private static final List<Rule> RULES =
      List.of(
          new Rule("model", List.of(), "everything else is built of it"),
          new Rule("host", List.of("model", "TLS"), "it knows how to touch a server, not what for"),
          new Rule(
              "kind", List.of("model", "host", "systemd"), "a kind sees neither YAML nor the plan"),
          new Rule("nginx", List.of(), "a language is read without knowing what for"),
          new Rule("requirements", List.of(), "a format is read without knowing what for"),
          new Rule("python", List.of(), "a language is read without knowing what for"),
          new Rule("systemd", List.of("model"), "a language is read without knowing what for"),
          new Rule("permute", List.of(), "the permutation is fixed for ever and must stand alone"),
          new Rule(
              "allocate",
              List.of("model", "permute"),
              "a number follows from names and the ledger, never from the host"),
          new Rule(
              "web",
              List.of("model", "host", "nginx", "systemd"),
              "it looks at nginx and asks it, whoever wants to know"),
          new Rule(
              "app",
              List.of(
                  "model",
                  "kind",
                  "allocate",
                  "nginx",
                  "requirements",
                  "python",
                  "systemd",
                  "web",
                  "jmustache",
                  "facts of host"),
              "an app becomes resources by templates; it reads the host and never writes it"),
          new Rule("source", List.of("model", "JGit", "slf4j"), "git stays behind one door"),
          new Rule(
              "desired",
              List.of("model", "kind", "app", "allocate", "snakeyaml-engine"),
              "YAML stays behind one door, and reading it needs no host"),
          new Rule(
              "plan",
              List.of("model", "kind", "host", "nginx"),
              "planning compares data: no YAML, no git, no printing"),
          new Rule(
              "trial",
              List.of("model", "host", "kind", "plan", "nginx", "web"),
              "it asks nginx and systemd about a plan, and decides nothing itself"),
          new Rule(
              "state",
              List.of("model", "host", "jackson-core"),
              "it keeps records as JSON, and knows nothing of how they come about"),
          new Rule(
              "fleet",
              List.of("model", "host", "state", "jackson-core"),
              "whose turn it is follows from what hosts say, whatever they apply"),
          new Rule(
              "apply",
              List.of("model", "host", "kind", "plan", "trial", "web", "state", "systemd"),
              "applying performs a plan, nothing more"),
          new Rule(
              "status",
              List.of("model", "host", "kind", "app", "plan", "apply", "state", "web"),
              "it looks at what is there and at what is remembered, and prints nothing"),
          new Rule(
              "doctor",
              List.of("model", "host", "kind", "source", "apply", "state", "nginx", "web", "fleet"),
              "it looks at what a run would stumble over, and plans nothing"),
          new Rule(
              "logs",
              List.of("model", "host", "nginx", "state", "systemd"),
              "it finds and merges lines, and prints none"),
          new Rule(
              "report",
              List.of(
                  "model",
                  "kind",
                  "plan",
                  "apply",
                  "state",
                  "fleet",
                  "status",
                  "doctor",
                  "web",
                  "logs",
                  "jackson-core",
                  "JGit's diff"),
              "rendering asks no host, and of JGit it needs only the diff algorithm"),
          new Rule(
              "adopt",
              List.of("model", "nginx", "python", "systemd"),
              "a tree follows from what was seen of a host; others look, and write it"),
          new Rule(
              "cli",
              List.of("model", "desired", "apply", "report", "commons-cli"),
              "it knows what was typed and how to print, not what any command does"),
          new Rule(
              "code",
              List.of(
                  "model", "host", "kind", "app", "desired", "plan", "apply", "state", "source"),
              "it brings the code of apps to where they run, whoever wants it there"),
          new Rule(
              "scan",
              List.of("model", "host", "app", "adopt", "trial", "cli"),
              "it only looks at a server that was set up by hand"),
          new Rule(
              "signing",
              List.of("model", "host", "source", "cli"),
              "which commits are trusted is decided before anything of them is read"),
          new Rule(
              "run",
              List.of("all but command and notify"),
              "it returns a result, and does not know who is told of it"),
          new Rule(
              "notify",
              List.of("model", "host", "apply", "cli", "plan", "report", "run", "state", "status"),
              "it tells of a result, and changes nothing that the result is about"),
          new Rule(
              "command",
              List.of("all but command"),
              "a command wires the others together and leaves the libraries to them"));

  private static final String ROOT = "dev.reconcile";

  // ---- what each package may use

  @ArchTest
  static void eachPackageUsesOnlyWhatItMay(JavaClasses classes) {
    for (Rule rule : RULES) {
      classes()
          .that()
          .resideInAPackage(own(rule.name())[0])
          .should()
          .onlyDependOnClassesThat(
              allowed(rule).or(resideInAnyPackage(own(rule.name())[0], "java..", "org.jspecify..")))
          .because(rule.because())
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  /** A reader of the documentation sees the same rules. */
  @ArchTest
  static void theTableOfTheDocumentation(JavaClasses unused) throws IOException {
    List<String> rows =
        Files.readString(Path.of("docs/architecture.md"))
            .lines()
            .dropWhile(line -> !line.equals("| package | responsibility | may use |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("| "))
            .map(line -> line.replaceFirst("^(\\| `[a-z]+` \\|) .* (\\| [^|]* \\|)$", "$1 … $2"))
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(
            RULES.stream()
                .map(rule ->
                    "| `"
                        + rule.name()
                        + "` | … | "
                        + (rule.uses().isEmpty() ? "–" : String.join(", ", rule.uses()))
                        + " |")
                .toList());
  }

  @ArchTest
  static final ArchRule everyPackageHasARule =
      classes()
          .should()
          .resideInAnyPackage(
              Stream.concat(RULES.stream().map(rule -> own(rule.name())[0]), Stream.of(ROOT))
                  .toArray(String[]::new))
          .because("a package without a rule here could use anything")
          .allowEmptyShould(true);

  /** The imports of a file would decide which of the two a reader has before him. */
  @ArchTest
  static void oneClassToASimpleName(JavaClasses classes) {
    Map<String, List<String>> names =
        classes.stream()
            .filter(one -> one.isTopLevelClass() && !one.getSimpleName().equals("package-info"))
            .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));
    names.values().removeIf(same -> same.size() == 1);
    assertThat(names).isEmpty();
  }

  @ArchTest
  static final ArchRule noCycles =
      slices()
          .matching("dev.reconcile.(*)..")
          .should()
          .beFreeOfCycles()
          .because("packages in a cycle can only be understood together")
          .allowEmptyShould(true);

  // ---- who may touch the world

  @ArchTest
  static final ArchRule files =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              own("host", "source", "cli", "code", "scan", "signing", "run", "notify", "command"))
          .and()
          .resideOutsideOfPackage(ROOT)
          .should()
          .dependOnClassesThat(
              belongToAnyOf(
                  java.nio.file.Files.class,
                  java.io.File.class,
                  java.io.FileInputStream.class,
                  java.io.FileOutputStream.class,
                  java.io.FileReader.class,
                  java.io.FileWriter.class,
                  java.io.RandomAccessFile.class,
                  java.nio.channels.FileChannel.class))
          .because("a file touched past the host escapes --root, the backups and the plan")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule processes =
      noClasses()
          .that()
          .resideOutsideOfPackages(own("host", "source"))
          .should()
          .dependOnClassesThat(belongToAnyOf(ProcessBuilder.class))
          .orShould()
          .accessTargetWhere(access(Runtime.class, "exec"))
          .because("a command run past the host cannot be planned, recorded or tested")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule processState =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should()
          .accessTargetWhere(access(System.class, "exit", "out", "err", "getenv"))
          .because("only where the program begins may it print, end or read the environment")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule timeZone =
      noClasses()
          .should()
          .accessTargetWhere(access(ZoneId.class, "systemDefault"))
          .orShould()
          .accessTargetWhere(access(TimeZone.class, "getDefault"))
          .orShould()
          .accessTargetWhere(access(LocalDateTime.class, "now"))
          .orShould()
          .accessTargetWhere(access(LocalDate.class, "now"))
          .orShould()
          .accessTargetWhere(access(ZonedDateTime.class, "now"))
          .because("the zone of the caller is not that of the host's services")
          .allowEmptyShould(true);

  // ---- what the code may look like

  @ArchTest
  static final ArchRule noReflection =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("java.lang.reflect..").or(belongToAnyOf(ServiceLoader.class)))
          .orShould()
          .accessTargetWhere(access(Class.class, "forName"))
          .because("what runs must be found by reading: lists are written out")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule tellingNames =
      noClasses()
          .should()
          .haveSimpleNameContaining("Util")
          .orShould()
          .haveSimpleNameContaining("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameStartingWith("Abstract")
          .because("a name says what a class is for; these say that nobody knew")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule modelIsData =
      classes()
          .that()
          .resideInAPackage("dev.reconcile.model..")
          .and()
          .areTopLevelClasses()
          .should(be(describe("records, enums or sealed interfaces", ArchitectureTest::isData)))
          .because("the model is data; behaviour lives beside it")
          .allowEmptyShould(true);

  private static DescribedPredicate<JavaClass> allowed(Rule rule) {
    Set<String> packages = new HashSet<>();
    DescribedPredicate<JavaClass> allowed = describe("nothing", type -> false);
    for (String use : rule.uses()) {
      if (use.startsWith(ALL_BUT)) {
        RULES.forEach(one -> packages.add(own(one.name())[0]));
        List.of(use.substring(ALL_BUT.length()).split(" and ", -1))
            .forEach(one -> packages.remove(own(one)[0]));
      } else if (use.equals(FACTS)) {
        allowed = allowed.or(factsOfTheHost());
      } else {
        packages.add(LIBRARIES.getOrDefault(use, own(use)[0]));
      }
    }
    return allowed.or(resideInAnyPackage(packages.toArray(String[]::new)));
  }

  private static DescribedPredicate<JavaClass> factsOfTheHost() {
    Set<String> names =
        Set.of(
            "Facts",
            "FollowedPath",
            "Stat",
            "Stat$Type",
            "NginxVersion",
            "ServedCertificate",
            "UnitFacts");
    DescribedPredicate<JavaClass> facts =
        describe(
            "are facts of the host",
            type ->
                type.getPackageName().equals("dev.reconcile.host")
                    && names.contains(type.getName().substring("dev.reconcile.host.".length())));
    return facts.or(resideInAPackage(own("host")[0]).and(assignableTo(Throwable.class)));
  }

  private static DescribedPredicate<JavaAccess<?>> access(Class<?> owner, String... names) {
    Set<String> members = Set.of(names);
    return describe(
        "it is one of " + owner.getSimpleName() + Arrays.toString(names),
        access ->
            access.getTargetOwner().isEquivalentTo(owner)
                && members.contains(access.getTarget().getName()));
  }

  private static boolean isData(JavaClass type) {
    return type.isRecord()
        || type.isEnum()
        || (type.isInterface() && type.reflect().isSealed())
        || type.getSimpleName().equals("package-info");
  }

  private static String[] own(String... names) {
    return Stream.of(names).map(name -> "dev.reconcile." + name + "..").toArray(String[]::new);
  }
}
