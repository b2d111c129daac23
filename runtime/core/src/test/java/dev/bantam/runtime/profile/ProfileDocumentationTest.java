package dev.bantam.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.SiteConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The profiles' README against their schema and what reads them. */
class ProfileDocumentationTest {

  private static final Path PROFILES = Path.of("../../device-profiles");
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("^\\| (`[^|]*`) \\|", Pattern.MULTILINE);
  private static final Pattern KEY = Pattern.compile("`([^`]+)`");

  @TempDir Path folder;

  private static String readme() throws IOException {
    return Files.readString(PROFILES.resolve("README.md"));
  }

  @Test
  void shouldDocumentTheKeysOfTheSchemaAndNoOthers() throws IOException {
    // Given
    JsonNode schema =
        new ObjectMapper().readTree(PROFILES.resolve("device-profile.schema.json").toFile());
    Set<String> keys = new TreeSet<>();
    add(keys, "", schema);
    add(keys, "match.", schema.at("/properties/match"));
    add(keys, "machine.", schema.at("/properties/machine"));
    add(keys, "mqtt.", schema.at("/$defs/mqtt"));
    add(keys, "temperature.", schema.at("/$defs/temperature"));
    add(keys, "governor.", schema.at("/$defs/governor"));
    add(keys, "governor.memory.", schema.at("/$defs/governor/properties/memory"));
    add(keys, "http.", schema.at("/$defs/http"));
    add(keys, "slots[].", schema.at("/$defs/slot"));
    add(keys, "tiers[].", schema.at("/properties/tiers/items"));

    // When
    String readme = readme();
    String table =
        readme.substring(readme.indexOf("## Field by field"), readme.indexOf("### Layers"));
    Set<String> documented = new TreeSet<>();
    ROW.matcher(table)
        .results()
        .map(row -> row.group(1))
        .flatMap(cell -> KEY.matcher(cell).results())
        .map((MatchResult key) -> key.group(1))
        .forEach(documented::add);

    // Then
    assertThat(documented).isEqualTo(keys);
  }

  private static void add(Set<String> keys, String parent, JsonNode section) {
    assertThat(section.path("properties")).as(parent).isNotEmpty();
    section.path("properties").fieldNames().forEachRemaining(name -> keys.add(parent + name));
  }

  @Test
  void shouldHaveExamplesThatParse() throws IOException {
    List<String> examples =
        EXAMPLE.matcher(readme()).results().map(match -> match.group(1)).toList();

    Files.createDirectory(folder.resolve("onnxruntime"));

    assertThat(examples).hasSize(6);
    assertThat(examples)
        .allSatisfy(
            example ->
                assertThat(
                        example.startsWith("device:")
                            ? new SiteConfigReader().read("README.md", example, folder)
                            : new DeviceProfileReader().read("README.md", example))
                    .isInstanceOf(ReadResult.Valid.class));
  }

  @Test
  void shouldListEveryShippedProfile() throws IOException {
    assertThat(ShippedProfiles.NAMES)
        .allSatisfy(name -> assertThat(readme()).contains("| `" + name + "` |"));
  }
}
