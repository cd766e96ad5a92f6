package quotient.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Who may know whom. The modules' own descriptors forbid most of this already; these rules also hold where a descriptor is
/// loosened by hand, and inside `models`, which is one module.
final class ModuleArrowsTest {
  private static final String[] JDK = {
    "java..", "com.sun.management..", "jdk.incubator.vector..", "org.jspecify.."
  };

  @Test
  void tensorKnowsOnlyTheJdk() {
    onlyDependsOn("quotient.tensor..");
  }

  @Test
  void autodiffKnowsOnlyTensor() {
    onlyDependsOn("quotient.autodiff..", "quotient.tensor..");
  }

  @Test
  void geometryKnowsOnlyTensor() {
    onlyDependsOn("quotient.geometry..", "quotient.tensor..");
  }

  @Test
  void modelsKnowNeitherConsoleNorChemistryToolkit() {
    onlyDependsOn(
        "quotient.models..",
        "quotient.tensor..",
        "quotient.autodiff..",
        "quotient.geometry..",
        "com.google.gson..",
        "it.unimi.dsi.fastutil..");
  }

  @Test
  void onlyTheChemistryProviderKnowsTheChemistryToolkit() {
    onlyDependsOn(
        "quotient.chemistry..", "quotient.models..", "org.openscience.cdk..", "javax.vecmath..");
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("quotient.chemistry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.openscience.cdk..", "quotient.chemistry.."));
  }

  @Test
  void theShippedWeightsAreAServiceThatNobodyKnows() {
    onlyDependsOn("quotient.pretrained..", "quotient.models..");
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("quotient.pretrained..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("quotient.pretrained.."));
  }

  @Test
  void commandsHoldNoNumerics() {
    check(
        noClasses()
            .that()
            .resideInAPackage("quotient.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "quotient.tensor.kernel..",
                "quotient.tensor.linalg..",
                "quotient.geometry.shape..",
                "quotient.autodiff.op..",
                "jdk.incubator.vector.."));
  }

  @Test
  void onlyKernelsUseTheVectorApi() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("quotient.tensor.kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector.."));
  }

  @Test
  void networksSeeNoFiles() {
    check(
        noClasses()
            .that()
            .resideInAPackage("quotient.models.net..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.nio.file..", "quotient.models.io..", "quotient.models.train.."));
  }

  @Test
  void samplersSeeNoGradientsAndNoNetworks() {
    check(
        noClasses()
            .that()
            .resideInAPackage("quotient.models.sample..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "quotient.autodiff..", "quotient.models.net..", "quotient.models.train.."));
  }

  @Test
  void dataSeesNoNetworks() {
    check(
        noClasses()
            .that()
            .resideInAPackage("quotient.models.data..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "quotient.autodiff..", "quotient.models.net..", "quotient.models.train.."));
  }

  private static void onlyDependsOn(String module, String... others) {
    String[] allowed =
        Stream.of(new String[] {module}, others, JDK).flatMap(Stream::of).toArray(String[]::new);
    check(
        classes()
            .that()
            .resideInAPackage(module)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(allowed));
  }

  private static void check(ArchRule rule) {
    rule.check(ProductClasses.ALL);
  }
}
