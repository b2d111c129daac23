package dev.bantam.runtime.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SideBySideTest {

  @Test
  void shouldKeepBothColumnsWhileTextStreams() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    SideBySide columns = new SideBySide(out, List.of("boiler", "88 degrees", "asks: chat"), 60);

    columns.append("The oper");
    columns.append("ator should lower the pressure before anything else.");
    columns.finish("(done)");

    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60).contains(" | "));
    assertThat(lines.get(0)).startsWith("boiler").contains("The operator should");
    assertThat(lines.get(1)).startsWith("88 degrees");
    assertThat(lines.get(lines.size() - 1)).contains("(done)");
  }

  @Test
  void shouldPrintNoControlCharactersOfTheModel() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SideBySide columns =
        new SideBySide(new PrintStream(bytes, true, StandardCharsets.UTF_8), List.of("x"), 60);

    columns.append("red \u001b[31m text");
    columns.finish("");

    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b");
  }
}
