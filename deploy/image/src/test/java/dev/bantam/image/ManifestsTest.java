package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of {@code deploy/k3s}, held to the schemas that Kubernetes' API publishes. */
class ManifestsTest {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Path MANIFESTS = BantamProcess.root().resolve("deploy/k3s");

  /** A package that carries the schemas of the API's versions, and what it needs. */
  private static final String VALIDATOR = "kubernetes-validate==1.37.0";

  /** Strict: a key that the API does not know is an error, as with kubectl. */
  private static final String SCRIPT =
      """
      import sys, yaml, kubernetes_validate
      for document in yaml.safe_load_all(open(sys.argv[1])):
          for version in ("1.31", "1.37"):
              kubernetes_validate.validate(document, version, strict=True)
          print(document["kind"])
      """;

  private static Path library;

  @TempDir Path folder;

  @BeforeAll
  static void fetchSchemas() {
    library = BantamProcess.root().resolve("deploy/image/target/kubernetes-validate");
    if (Files.isDirectory(library)) {
      return;
    }
    BantamProcess pip =
        BantamProcess.run(
            LIMIT,
            "bash",
            "-c",
            "rm -rf '%1$s.new' && python3 -m pip install -q --no-compile --target '%1$s.new' %2$s && mv '%1$s.new' '%1$s'"
                .formatted(library, VALIDATOR));
    boolean isThere = Files.isDirectory(library);
    if (!isThere && !System.getenv().getOrDefault("CI", "").isEmpty()) {
      throw new AssertionError("the tests need " + VALIDATOR + " by pip: " + pip);
    }
    assumeTrue(isThere, "pip cannot fetch " + VALIDATOR);
  }

  private static BantamProcess validate(Path manifest) {
    BantamProcess validation =
        BantamProcess.start(
            java.util.List.of("python3", "-c", SCRIPT, manifest.toString()),
            Map.of("PYTHONPATH", library.toString()));
    validation.exitStatus(LIMIT);
    return validation;
  }

  @ParameterizedTest
  @ValueSource(strings = {"base.yaml", "secret.example.yaml", "deployment.yaml", "daemonset.yaml"})
  void shouldKeepTheSchemasOfTheApi(String name) {
    BantamProcess validation = validate(MANIFESTS.resolve(name));

    assertThat(validation.exitStatus(LIMIT)).as(validation.toString()).isZero();
    assertThat(validation.output()).isNotBlank();
  }

  @Test
  void shouldBeFoundOutWithAKeyOrAValueThatTheApiDoesNotKnow() throws IOException {
    String published = Files.readString(MANIFESTS.resolve("deployment.yaml"));
    for (String[] fault :
        new String[][] {
          {"readOnlyRootFilesystem", "readonlyRootFilesystem"}, {"replicas: 1", "replicas: one"}
        }) {
      assertThat(published).contains(fault[0]);
      Path wrong =
          Files.writeString(folder.resolve("wrong.yaml"), published.replace(fault[0], fault[1]));

      assertThat(validate(wrong).exitStatus(LIMIT)).as(fault[1]).isNotZero();
    }
  }

  /** What the schemas leave free: the rights of every container, and the probes' paths. */
  @ParameterizedTest
  @ValueSource(strings = {"deployment.yaml", "daemonset.yaml"})
  void shouldGiveContainersNoRights(String name) {
    BantamProcess checked =
        BantamProcess.start(
            java.util.List.of(
                "python3",
                "-c",
                """
                import sys, yaml
                for document in yaml.safe_load_all(open(sys.argv[1])):
                    if "template" in document["spec"]:
                        pod = document["spec"]["template"]["spec"]
                        assert document["spec"]["selector"]["matchLabels"] == document["spec"]["template"]["metadata"]["labels"]
                        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
                        assert pod["automountServiceAccountToken"] is False
                        mounted = {volume["name"] for volume in pod["volumes"]}
                        for container in pod["containers"]:
                            rights = container["securityContext"]
                            assert rights == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}, rights
                            assert "memory" in container["resources"]["limits"]
                            assert {mount["name"] for mount in container["volumeMounts"]} == mounted
                            print(*[container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")])
                """,
                MANIFESTS.resolve(name).toString()),
            Map.of("PYTHONPATH", library.toString()));
    assertThat(checked.exitStatus(LIMIT)).as(checked.toString()).isZero();
    assertThat(checked.output().strip()).isEqualTo("/health/live /health/live /health/ready");
  }
}
