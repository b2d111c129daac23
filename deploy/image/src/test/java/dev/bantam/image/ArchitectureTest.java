package dev.bantam.image;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way: see the module picture in the README. */
@AnalyzeClasses(packages = "dev.bantam", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String INFERENCE = "dev.bantam.inference..";
  private static final String MODELS = "dev.bantam.models..";
  private static final String BROKER = "dev.bantam.broker..";
  private static final String CLI = "dev.bantam.runtime.cli..";
  private static final String PLUGINS = "dev.bantam.plugins..";
  private static final String SIMULATOR = "dev.bantam.simulator..";

  private static final DescribedPredicate<JavaClass> CORE =
      Predicates.resideInAPackage("dev.bantam.runtime..")
          .and(DescribedPredicate.not(Predicates.resideInAPackage(CLI)))
          .as("core");

  @ArchTest
  static final ArchRule API_NEEDS_THE_JDK_AND_JSPECIFY_ONLY =
      classes()
          .that()
          .resideInAnyPackage("dev.bantam.spi..", "dev.bantam.protocol..", "dev.bantam.format..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "dev.bantam.spi..",
              "dev.bantam.protocol..",
              "dev.bantam.format..");

  @ArchTest
  static final ArchRule DOCUMENTS_STAND_ALONE =
      noClasses()
          .that()
          .resideInAPackage("dev.bantam.documents..")
          .should()
          .dependOnClassesThat(
              Predicates.resideInAPackage("dev.bantam..")
                  .and(
                      DescribedPredicate.not(
                          Predicates.resideInAPackage("dev.bantam.documents.."))));

  @ArchTest
  static final ArchRule TEMPLATES_NEED_THE_JDK_AND_JSPECIFY_ONLY =
      classes()
          .that()
          .resideInAPackage("dev.bantam.template..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify..", "dev.bantam.template..");

  @ArchTest
  static final ArchRule PLUGINS_KNOW_API_AND_INFERENCE =
      noClasses()
          .that()
          .resideInAPackage(PLUGINS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.bantam.runtime..", MODELS, BROKER, SIMULATOR);

  @ArchTest
  static final ArchRule INFERENCE_KNOWS_API =
      noClasses()
          .that()
          .resideInAPackage(INFERENCE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.bantam.runtime..", MODELS, BROKER, SIMULATOR, PLUGINS);

  @ArchTest
  static final ArchRule MODELS_KNOW_API =
      noClasses()
          .that()
          .resideInAPackage(MODELS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.bantam.runtime..", INFERENCE, BROKER, SIMULATOR, PLUGINS);

  @ArchTest
  static final ArchRule CORE_TREATS_A_LOADED_MODEL_AS_OPAQUE =
      noClasses()
          .that(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "ai.djl..", INFERENCE, PLUGINS, CLI);

  @ArchTest
  static final ArchRule CORE_RUNS_WITHOUT_BROKER_AND_SIMULATOR =
      noClasses().that(CORE).should().dependOnClassesThat().resideInAnyPackage(BROKER, SIMULATOR);

  @ArchTest
  static final ArchRule SIMULATOR_IS_A_BLACK_BOX_CLIENT =
      noClasses()
          .that()
          .resideInAPackage(SIMULATOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.bantam.runtime..", MODELS, INFERENCE, BROKER, PLUGINS);

  @ArchTest
  static final ArchRule BROKER_KNOWS_THE_NAMES_OF_TOPICS_ONLY =
      noClasses()
          .that()
          .resideInAPackage(BROKER)
          .should()
          .dependOnClassesThat(
              Predicates.resideInAPackage("dev.bantam..")
                  .and(
                      DescribedPredicate.not(
                          Predicates.resideInAnyPackage(BROKER, "dev.bantam.protocol.."))));

  @ArchTest
  static final ArchRule PAHO_STAYS_BEHIND_ITS_WRAPPER =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.bantam.runtime.mqtt..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.paho..");

  @ArchTest
  static final ArchRule FEATURES_OF_CORE_FORM_NO_CYCLE =
      slices().matching("dev.bantam.runtime.(*)..").should().beFreeOfCycles();
}
