package dev.bantam.runtime.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UpNamesTest {

  @Test
  void shouldMakeADeviceIdOfAnyHostName() {
    assertThat(DeviceName.sanitised("My_Pi.local\n")).isEqualTo("my-pi");
    assertThat(DeviceName.sanitised("--edge--")).isEqualTo("edge");
    assertThat(DeviceName.sanitised("")).isEqualTo("bantam");
    assertThat(DeviceName.sanitised("a".repeat(200))).hasSize(63);
  }

  @Test
  void shouldMakeAModelNameOfAFile() {
    assertThat(ModelPreparation.nameFor(Path.of("/x/SmolLM2-135M Instruct.Q4_1.gguf")))
        .isEqualTo("smollm2-135m-instruct.q4_1");
  }
}
