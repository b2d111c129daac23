package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code runtime/docs/rpc-contract.md} names is there. */
class RpcContractDocumentTest {

  private static final Pattern NAMED =
      Pattern.compile("`([A-Z]\\w*(?:IT|Test|Cases))?(?:\\.(should\\w+))?`");
  private static final Path TESTS = Path.of("src/test/java/dev/bantam/runtime");

  @Test
  void shouldNameTestsThatAreThere() throws IOException {
    // Given
    List<String> missing = new ArrayList<>();
    int found = 0;

    // When
    for (String line : Files.readAllLines(Path.of("../docs/rpc-contract.md"))) {
      Matcher named = NAMED.matcher(line);
      String type = "";
      while (named.find()) {
        type = named.group(1) == null ? type : named.group(1);
        String method = named.group(2);
        if (!type.isEmpty() && !isThere(type, method == null ? type : "void " + method + "(")) {
          missing.add(type + "." + method);
        }
        found++;
      }
    }

    // Then
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(40);
  }

  private static boolean isThere(String type, String text) throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      for (Path file : files.filter(f -> f.endsWith(type + ".java")).toList()) {
        return Files.readString(file).contains(text);
      }
    }
    return false;
  }
}
