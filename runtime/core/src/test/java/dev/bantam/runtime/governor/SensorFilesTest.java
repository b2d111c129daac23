package dev.bantam.runtime.governor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SensorFilesTest {

  @Test
  void shouldReadAnotherFolderIfTheEnvironmentNamesOne() {
    assertThat(SensorFiles.thisMachine(Map.of()).root()).isEqualTo(Path.of("/"));
    assertThat(SensorFiles.thisMachine(Map.of("BANTAM_SYSTEM_ROOT", "/tmp/other")).root())
        .isEqualTo(Path.of("/tmp/other"));
  }
}
