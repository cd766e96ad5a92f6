package quotient.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.random.RandomGenerator;
import java.util.stream.BaseStream;
import org.junit.jupiter.api.Test;

/// What a program that embeds the libraries may rely on: everything but the command line leaves the process, the console and
/// global state alone, and draws no number that a key does not determine.
final class LibraryConductTest {
  @Test
  void librariesNeverEndTheProcess() {
    check(
        libraries()
            .should()
            .callMethodWhere(
                target(owner(assignableTo(System.class))).and(target(nameMatching("exit"))))
            .orShould()
            .callMethodWhere(
                target(owner(assignableTo(Runtime.class)))
                    .and(target(nameMatching("exit|halt|addShutdownHook")))));
  }

  @Test
  void librariesNeverPrint() {
    check(
        libraries()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "console")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace"));
  }

  @Test
  void librariesSetNoGlobalState() {
    check(
        libraries()
            .should()
            .callMethodWhere(
                target(owner(assignableTo(System.class)))
                    .and(target(nameMatching("set.*|clearProperty|load.*"))))
            .orShould()
            .callMethodWhere(
                target(owner(assignableTo(Thread.class)))
                    .and(target(nameMatching("setDefaultUncaughtExceptionHandler"))))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocal.class));
  }

  @Test
  void librariesDrawNumbersFromKeysOnly() {
    check(
        libraries()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(RandomGenerator.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID"));
  }

  @Test
  void nothingUsesTheNetwork() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..", "java.nio.channels.spi..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(.*Socket.*|.*URLConnection|InetAddress)"));
  }

  @Test
  void onlyTheWorkerPoolStartsThreads() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("quotient.tensor.parallel..", "quotient.cli..")
            .should()
            .callConstructorWhere(target(owner(assignableTo(Thread.class))))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executors.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ForkJoinPool.class)
            .orShould()
            .callMethodWhere(
                target(owner(assignableTo(BaseStream.class))).and(target(nameMatching("parallel"))))
            .orShould()
            .callMethodWhere(target(nameMatching("parallelStream|parallelSort|parallelPrefix"))));
  }

  @Test
  void classesAreFinalOrInterfacesOrSealed() {
    check(
        classes()
            .that(describe("not sealed", (JavaClass type) -> !type.reflect().isSealed()))
            .and()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .areNotAnonymousClasses()
            .and()
            .doNotHaveSimpleName("package-info")
            .should()
            .haveModifier(JavaModifier.FINAL));
  }

  @Test
  void nothingIsLeftUnsupported() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(UnsupportedOperationException.class));
  }

  private static GivenClassesConjunction libraries() {
    return noClasses().that().resideOutsideOfPackage("quotient.cli..");
  }

  private static void check(ArchRule rule) {
    rule.check(ProductClasses.ALL);
  }
}
