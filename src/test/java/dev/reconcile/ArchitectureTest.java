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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which package may use what. Whatever a package's rule does not name, it may not use: so a library
 * is also confined to the packages that name it here. A package that does not exist yet has its
 * rule already.
 */
@AnalyzeClasses(packages = "dev.reconcile", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] PACKAGES = {
    "model",
    "permute",
    "nginx",
    "web",
    "requirements",
    "systemd",
    "allocate",
    "app",
    "adopt",
    "host",
    "kind",
    "source",
    "desired",
    "plan",
    "trial",
    "state",
    "apply",
    "status",
    "doctor",
    "report",
    "cli",
    "code",
    "scan",
    "signing",
    "run",
    "command",
  };

  private static final String ROOT = "dev.reconcile";

  private static final String COMMONS_CLI = "org.apache.commons.cli..";
  private static final String JACKSON = "com.fasterxml.jackson.core..";
  private static final String JGIT = "org.eclipse.jgit..";
  private static final String JGIT_DIFF = "org.eclipse.jgit.diff..";
  private static final String JMUSTACHE = "com.samskivert.mustache..";
  private static final String SLF4J = "org.slf4j..";
  private static final String SNAKEYAML = "org.snakeyaml.engine..";

  // ---- what each package may use

  @ArchTest
  static final ArchRule model = only("model", uses()).because("everything else is built of it");

  @ArchTest
  static final ArchRule permute =
      only("permute", uses()).because("the permutation is fixed for ever and must stand alone");

  @ArchTest
  static final ArchRule nginx =
      only("nginx", uses()).because("a language is read without knowing what for");

  @ArchTest
  static final ArchRule web =
      only("web", uses("model", "host", "nginx", "systemd"))
          .because("it looks at nginx and asks it, whoever wants to know");

  @ArchTest
  static final ArchRule requirements =
      only("requirements", uses()).because("a format is read without knowing what for");

  @ArchTest
  static final ArchRule systemd =
      only("systemd", uses("model")).because("a language is read without knowing what for");

  @ArchTest
  static final ArchRule adopt =
      only("adopt", uses("model", "nginx", "systemd"))
          .because("a tree follows from what was seen of a host; others look, and write it");

  @ArchTest
  static final ArchRule allocate =
      only("allocate", uses("model", "permute"))
          .because("a number follows from names and the ledger, never from the host");

  @ArchTest
  static final ArchRule host =
      only("host", uses("model", "javax.net.ssl..", "javax.security.auth.x500.."))
          .because("it knows how to touch a server, not what for");

  @ArchTest
  static final ArchRule kind =
      only("kind", uses("model", "host")).because("a kind sees neither YAML nor the plan");

  @ArchTest
  static final ArchRule app =
      only(
              "app",
              uses("model", "kind", "allocate", "nginx", "requirements", "web", JMUSTACHE)
                  .or(factsOfTheHost()))
          .because("an app becomes resources by templates; it reads the host and never writes it");

  @ArchTest
  static final ArchRule source =
      only("source", uses("model", JGIT, SLF4J)).because("git stays behind one door");

  @ArchTest
  static final ArchRule desired =
      only("desired", uses("model", "kind", "app", "allocate", SNAKEYAML))
          .because("YAML stays behind one door, and reading it needs no host");

  @ArchTest
  static final ArchRule plan =
      only("plan", uses("model", "kind", "host", "nginx"))
          .because("planning compares data: no YAML, no git, no printing");

  @ArchTest
  static final ArchRule trial =
      only("trial", uses("model", "host", "kind", "plan", "nginx", "web"))
          .because("it asks nginx and systemd about a plan, and decides nothing itself");

  @ArchTest
  static final ArchRule state =
      only("state", uses("model", "host", JACKSON))
          .because("it keeps records as JSON, and knows nothing of how they come about");

  @ArchTest
  static final ArchRule apply =
      only("apply", uses("model", "host", "kind", "plan", "trial", "web", "state"))
          .because("applying performs a plan, nothing more");

  @ArchTest
  static final ArchRule status =
      only("status", uses("model", "host", "app", "plan", "apply", "state", "web"))
          .because("it looks at what is there and at what is remembered, and prints nothing");

  @ArchTest
  static final ArchRule doctor =
      only("doctor", uses("model", "host", "source", "apply", "state", "nginx", "web"))
          .because("it looks at what a run would stumble over, and plans nothing");

  @ArchTest
  static final ArchRule report =
      only(
              "report",
              uses(
                  "model", "kind", "plan", "apply", "state", "status", "doctor", "web", JACKSON,
                  JGIT_DIFF))
          .because("rendering asks no host, and of JGit it needs only the diff algorithm");

  @ArchTest
  static final ArchRule cli =
      only("cli", uses("model", "desired", "apply", "report", COMMONS_CLI))
          .because("it knows what was typed and how to print, not what any command does");

  @ArchTest
  static final ArchRule code =
      only(
              "code",
              uses("model", "host", "kind", "app", "desired", "plan", "apply", "state", "source"))
          .because("it brings the code of apps to where they run, whoever wants it there");

  @ArchTest
  static final ArchRule scan =
      only("scan", uses("model", "host", "app", "adopt", "trial", "cli"))
          .because("it only looks at a server that was set up by hand");

  @ArchTest
  static final ArchRule signing =
      only("signing", uses("model", "host", "source", "cli"))
          .because("which commits are trusted is decided before anything of them is read");

  @ArchTest
  static final ArchRule run =
      only("run", uses(without("command")).or(uses(COMMONS_CLI)))
          .because("it wires the others together, and knows no command");

  @ArchTest
  static final ArchRule command =
      only("command", uses(PACKAGES).or(uses(COMMONS_CLI)))
          .because("a command wires the others together and leaves the libraries to them");

  @ArchTest
  static final ArchRule everyPackageHasARule =
      classes()
          .should()
          .resideInAnyPackage(
              Stream.concat(Stream.of(own(PACKAGES)), Stream.of(ROOT)).toArray(String[]::new))
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
              own("host", "source", "cli", "code", "scan", "signing", "run", "command"))
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

  private static ArchRule only(String name, DescribedPredicate<JavaClass> allowed) {
    return classes()
        .that()
        .resideInAPackage(own(name)[0])
        .should()
        .onlyDependOnClassesThat(
            allowed.or(resideInAnyPackage(own(name)[0], "java..", "org.jspecify..")))
        .allowEmptyShould(true);
  }

  /** The named ones of our packages (no dot in the name) and of the libraries'. */
  private static String[] without(String name) {
    return Stream.of(PACKAGES).filter(one -> !one.equals(name)).toArray(String[]::new);
  }

  private static DescribedPredicate<JavaClass> uses(String... names) {
    return resideInAnyPackage(
        Stream.of(names)
            .map(name -> name.contains(".") ? name : own(name)[0])
            .toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> factsOfTheHost() {
    Set<String> names = Set.of("Facts", "Stat", "Stat$Type", "NginxVersion", "ServedCertificate");
    DescribedPredicate<JavaClass> facts =
        describe(
            "are facts of the host",
            type ->
                type.getPackageName().equals("dev.reconcile.host")
                    && names.contains(type.getName().substring("dev.reconcile.host.".length())));
    return facts.or(uses("host").and(assignableTo(Throwable.class)));
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
